package io.muster.remote.proxmox;

import io.muster.inventory.Inventory;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One call of a node's API, not yet made. */
record ApiCall(
        Inventory.Environment environment,
        Inventory.Node node,
        String method,
        String path,
        Map<String, String> query,
        Optional<Map<String, String>> form) {

    boolean changing() {
        return !method.equals("GET");
    }

    /** For messages; parameters may hold secrets. */
    String shown() {
        return method + " " + path + " at Proxmox VE node " + node.name();
    }

    URI uri() {
        String api =
                node.api().endsWith("/") ? node.api().substring(0, node.api().length() - 1) : node.api();
        return URI.create(api + "/api2/json" + path + (query.isEmpty() ? "" : "?" + encode(query)));
    }

    Optional<byte[]> body() {
        return form.map(fields -> encode(fields).getBytes(StandardCharsets.US_ASCII));
    }

    private static String encode(Map<String, String> fields) {
        return new TreeMap<>(fields)
                .entrySet().stream()
                        .map(field -> URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8) + "="
                                + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
    }
}
