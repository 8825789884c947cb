package io.muster.sandbox.proxmox;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The properties of an option such as {@code name=eth0,bridge=vmbr0}. Immutable. */
record PropertyList(Map<String, String> properties) {
    PropertyList {
        properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    }

    /** Empty for what is no such list. */
    static Optional<PropertyList> parse(String text) {
        Map<String, String> properties = new TreeMap<>();
        for (String part : text.isBlank() ? new String[0] : text.split(",")) {
            int equals = part.indexOf('=');
            if (equals < 1 || properties.put(part.substring(0, equals), part.substring(equals + 1)) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(new PropertyList(properties));
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(properties.get(name));
    }

    PropertyList withDefault(String name, String value) {
        Map<String, String> more = new TreeMap<>(properties);
        more.putIfAbsent(name, value);
        return new PropertyList(more);
    }

    /** The named property first, the others by name: the order in which Proxmox VE gives them back. */
    String textWithFirst(String first) {
        String rest = properties.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(first))
                .map(Map.Entry::toString)
                .collect(Collectors.joining(","));
        String head = get(first).map(value -> first + "=" + value).orElse("");
        return head.isEmpty() || rest.isEmpty() ? head + rest : head + "," + rest;
    }
}
