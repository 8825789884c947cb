package io.muster.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Takes checked JSON apart. */
final class Json {

    private Json() {}

    static Optional<JsonNode> optional(JsonNode json, String key) {
        return Optional.ofNullable(json.get(key));
    }

    static Optional<String> text(JsonNode json, String key) {
        return optional(json, key).map(JsonNode::asText);
    }

    static Optional<Duration> duration(JsonNode json, String key) {
        return text(json, key).map(Duration::parse);
    }

    static Optional<SecretRef> secret(JsonNode json, String key) {
        return text(json, key).map(SecretRef::parse);
    }

    static <T> List<T> list(JsonNode json, Function<JsonNode, T> item) {
        List<T> list = new ArrayList<>();
        json.forEach(value -> list.add(item.apply(value)));
        return list;
    }

    /** In the order of the file. */
    static <T> Map<String, T> map(JsonNode json, BiFunction<String, JsonNode, T> entry) {
        Map<String, T> map = new LinkedHashMap<>();
        json.properties().forEach(e -> map.put(e.getKey(), entry.apply(e.getKey(), e.getValue())));
        return map;
    }
}
