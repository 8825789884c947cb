package io.muster.remote;

import io.muster.inventory.Inventory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Environments of tests: as empty as the case allows. */
public record Environments(
        Optional<String> resolver,
        List<String> trust,
        Map<String, Inventory.Registry> registries,
        Map<String, Inventory.Host> hosts) {

    public static Environments empty() {
        return new Environments(Optional.empty(), List.of(), Map.of(), Map.of());
    }

    public Environments resolver(String address) {
        return new Environments(Optional.of(address), trust, registries, hosts);
    }

    public Environments trust(String... pem) {
        return new Environments(resolver, List.of(pem), registries, hosts);
    }

    public Environments registry(Inventory.Registry registry) {
        return new Environments(resolver, trust, Map.of(registry.name(), registry), hosts);
    }

    public Environments host(Inventory.Host host) {
        Map<String, Inventory.Host> all = new LinkedHashMap<>(hosts);
        all.put(host.name(), host);
        return new Environments(resolver, trust, registries, all);
    }

    public Inventory.Environment build() {
        return new Inventory.Environment(
                "test",
                "An environment of a test",
                new Inventory.Approval(Inventory.Approval.Mode.SECOND_PERSON, Optional.empty()),
                resolver,
                trust,
                registries,
                Map.of(),
                hosts,
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }
}
