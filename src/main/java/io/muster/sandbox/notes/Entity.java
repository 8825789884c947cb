package io.muster.sandbox.notes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The kinds of things that are kept. A note names its notebook and its tags by id. */
enum Entity {
    NOTEBOOK("notebooks"),
    NOTE("notes"),
    TAG("tags");

    private final String plural;

    Entity(String plural) {
        this.plural = plural;
    }

    /** Both its directory and its path over HTTP. */
    String plural() {
        return plural;
    }

    static Map<String, Object> notebook(String id, String name, String createdAt) {
        return fields("id", id, "name", name, "createdAt", createdAt);
    }

    static Map<String, Object> tag(String id, String name, String createdAt) {
        return fields("id", id, "name", name, "createdAt", createdAt);
    }

    static Map<String, Object> note(
            String id, String notebook, String title, String text, List<String> tags, String createdAt) {
        return fields(
                "id", id, "notebook", notebook, "title", title, "text", text, "tags", tags, "createdAt", createdAt);
    }

    private static Map<String, Object> fields(Object... pairs) {
        Map<String, Object> result = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            result.put((String) pairs[i], pairs[i + 1]);
        }
        return result;
    }
}
