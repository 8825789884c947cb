package io.muster.sandbox.proxmox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Reads parameters from a body: form-encoded, or JSON, which Proxmox VE takes too. */
final class RequestBody {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RequestBody() {}

    /** @throws ApiError for another type of content or one that cannot be read */
    static Map<String, String> read(String contentType, byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        String type = contentType.split(";", 2)[0].strip();
        return switch (type) {
            case "", "application/x-www-form-urlencoded" -> form(text);
            case "application/json" -> json(text);
            default -> throw ApiError.unsupportedContentType(type);
        };
    }

    private static Map<String, String> form(String text) {
        Map<String, String> values = new TreeMap<>();
        for (String pair : text.split("&")) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                values.put(decode(parts[0]), parts.length < 2 ? "" : decode(parts[1]));
            }
        }
        return values;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiError.malformedBody("unable to decode form data");
        }
    }

    private static Map<String, String> json(String text) {
        try {
            JsonNode body = JSON.readTree(text);
            if (!body.isObject()) {
                throw ApiError.malformedBody("malformed JSON content");
            }
            Map<String, String> values = new TreeMap<>();
            body.properties().forEach(entry -> values.put(entry.getKey(), scalar(entry.getValue())));
            return values;
        } catch (JsonProcessingException e) {
            throw ApiError.malformedBody("malformed JSON content");
        }
    }

    private static String scalar(JsonNode value) {
        if (value.isBoolean()) {
            return value.booleanValue() ? "1" : "0";
        }
        return value.isValueNode() ? value.asText() : value.toString();
    }
}
