package io.muster.remote;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Where a test has no PostgreSQL. */
final class MapObservedHosts implements ObservedHosts {

    private final Map<String, Map<String, Facts>> facts = new ConcurrentHashMap<>();

    @Override
    public Map<String, Facts> of(String environment) {
        return new HashMap<>(of(environment, new ConcurrentHashMap<>()));
    }

    @Override
    public void learned(String environment, String host, Container container, Observation seen) {
        of(environment, facts.computeIfAbsent(environment, name -> new ConcurrentHashMap<>()))
                .put(host, new Facts(container, seen.address(), seen.hostKeys(), seen.run(), Instant.now()));
    }

    @Override
    public void gone(String environment, String host, Container container, Optional<String> run) {
        of(environment, new ConcurrentHashMap<>()).remove(host);
    }

    private Map<String, Facts> of(String environment, Map<String, Facts> otherwise) {
        return facts.getOrDefault(environment, otherwise);
    }
}
