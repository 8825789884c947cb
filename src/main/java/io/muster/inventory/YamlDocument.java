package io.muster.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * YAML as JSON, with the place of everything in it, by JSON pointer.
 *
 * @param keys where the key (or the list entry) stands
 * @param values where the value begins
 * @param literals numbers and booleans as they were written
 */
record YamlDocument(JsonNode root, Map<String, Mark> keys, Map<String, Mark> values, Map<String, String> literals) {

    static final Mark START = new Mark(1, 1);

    /** Line and column, from 1. */
    record Mark(int line, int column) {}

    static String child(String pointer, String key) {
        return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
    }

    Mark key(String pointer) {
        return keys.getOrDefault(pointer, value(pointer));
    }

    Mark value(String pointer) {
        return values.getOrDefault(pointer, START);
    }

    /** As people read it: {@code environments.prod.services.notes.ports[1]}. */
    String path(String pointer) {
        StringBuilder path = new StringBuilder();
        JsonNode node = root;
        for (String escaped : pointer.split("/")) {
            if (escaped.isEmpty() && node == root) {
                continue;
            }
            String name = escaped.replace("~1", "/").replace("~0", "~");
            if (node.isArray()) {
                path.append('[').append(name).append(']');
                node = node.path(Integer.parseInt(name));
            } else {
                path.append(segment(name, path.isEmpty()));
                node = node.path(name);
            }
        }
        return path.toString();
    }

    private static String segment(String name, boolean first) {
        if (name.matches("[A-Za-z0-9_-]{1,80}")) {
            return first ? name : "." + name;
        }
        return "['" + Shown.text(name) + "']";
    }
}
