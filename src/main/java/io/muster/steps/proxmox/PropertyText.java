package io.muster.steps.proxmox;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An option such as {@code local:8,mp=/data,size=8G}, in which the order does not matter. What has no name is the volume, as
 * Proxmox VE has it.
 */
final class PropertyText {

    static final String VOLUME = "volume";

    static Map<String, String> parse(String text) {
        Map<String, String> properties = new LinkedHashMap<>();
        for (String part : text.split(",")) {
            if (!part.isBlank()) {
                int equals = part.indexOf('=');
                properties.put(
                        equals < 0 ? VOLUME : part.substring(0, equals).strip(),
                        part.substring(equals + 1).strip());
            }
        }
        return properties;
    }

    static String join(Map<String, String> properties) {
        return properties.entrySet().stream()
                .map(property -> property.getKey().equals(VOLUME)
                        ? property.getValue()
                        : property.getKey() + "=" + property.getValue())
                .collect(Collectors.joining(","));
    }

    private PropertyText() {}
}
