package io.muster.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Replaces known secret values by {@code ***} in whatever is about to be kept or shown. */
public interface Masking {
    String mask(String text);

    /** Of a text that begins anywhere, perhaps in a secret. */
    default String maskRest(String text) {
        return mask(text);
    }

    /**
     * Masks inside a JSON text and leaves it JSON: names and values are masked one by one (a number that holds a secret
     * becomes a string).
     */
    default String maskJson(String json) {
        if (mask(json).equals(json)) {
            return json;
        }
        try {
            ObjectMapper mapper = new ObjectMapper();
            return mapper.writeValueAsString(JsonStrings.map(mapper.readTree(json), this::mask));
        } catch (JsonProcessingException e) {
            // Without the original message and cause: they quote the text, which holds a secret.
            throw new IllegalArgumentException(
                    "Not JSON, near line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr());
        }
    }
}
