package io.muster.sandbox.prometheus;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Something to scrape.
 *
 * @param discovered all labels, with the internal ones ({@code __address__}, {@code __scheme__}, …)
 */
record Target(SortedMap<String, String> discovered) {
    private static final String PARAMETER = "__param_";

    Target {
        discovered = Collections.unmodifiableSortedMap(new TreeMap<>(discovered));
    }

    String address() {
        return discovered.get("__address__");
    }

    /** What is attached to every sample: all but the internal ones, and the instance. */
    SortedMap<String, String> labels() {
        SortedMap<String, String> labels = new TreeMap<>();
        discovered.forEach((name, value) -> {
            if (!name.startsWith("__") && !value.isEmpty()) {
                labels.put(name, value);
            }
        });
        labels.putIfAbsent("instance", address());
        return labels;
    }

    URI url() {
        String query = discovered.entrySet().stream()
                .filter(label -> label.getKey().startsWith(PARAMETER))
                .map(label -> label.getKey().substring(PARAMETER.length()) + "="
                        + URLEncoder.encode(label.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return URI.create(discovered.get("__scheme__") + "://" + address() + discovered.get("__metrics_path__")
                + (query.isEmpty() ? "" : "?" + query));
    }
}
