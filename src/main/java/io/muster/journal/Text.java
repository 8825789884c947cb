package io.muster.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.regex.Pattern;

/** What PostgreSQL refuses, made visible: NUL characters and halves of surrogate pairs become {@code \x00}, {@code \ud83d}. */
final class Text {

    /** An escape that jsonb refuses, or that may be a half of a pair; the slow way then looks at it properly. */
    private static final Pattern SUSPECT = Pattern.compile("\\\\u(0000|[dD][89a-fA-F])");

    private static final ObjectMapper JSON = new ObjectMapper();

    private Text() {}

    static String storable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (refused(text, i)) {
                return rewritten(text);
            }
        }
        return text;
    }

    /** The same for the strings in a JSON object. */
    static String storableJson(String json) {
        if (!SUSPECT.matcher(json).find()) {
            return storable(json);
        }
        try {
            JsonNode tree = JSON.readTree(json);
            return JSON.writeValueAsString(JsonStrings.map(tree, Text::storable));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String rewritten(String text) {
        StringBuilder result = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!refused(text, i)) {
                result.append(c);
            } else if (c == 0) {
                result.append("\\x00");
            } else {
                result.append(String.format("\\u%04x", (int) c));
            }
        }
        return result.toString();
    }

    private static boolean refused(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
        }
        return c == 0;
    }
}
