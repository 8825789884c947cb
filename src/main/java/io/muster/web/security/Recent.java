package io.muster.web.security;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Values that hold for a short time, of which the longest unused go first. Thread-safe. */
final class Recent<K, V> {

    private final Clock clock;
    private final Duration holds;
    private final Map<K, Timed<V>> values;

    private record Timed<V>(V value, Instant until) {}

    Recent(Clock clock, Duration holds, int most) {
        this.clock = clock;
        this.holds = holds;
        this.values = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Timed<V>> eldest) {
                return size() > most;
            }
        };
    }

    synchronized Optional<V> get(K key) {
        Timed<V> timed = values.get(key);
        if (timed == null) {
            return Optional.empty();
        }
        if (!clock.instant().isBefore(timed.until())) {
            values.remove(key);
            return Optional.empty();
        }
        return Optional.of(timed.value());
    }

    synchronized void put(K key, V value) {
        values.put(key, new Timed<>(value, clock.instant().plus(holds)));
    }
}
