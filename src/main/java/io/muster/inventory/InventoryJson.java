package io.muster.inventory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.muster.inventory.Inventory.Environment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Inventories as canonical JSON: keys sorted, absent values left out, secrets as references, certificates as text. */
final class InventoryJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .serializationInclusion(JsonInclude.Include.NON_ABSENT)
            .build();

    private record Content(Map<String, Environment> environments) {}

    private InventoryJson() {}

    static Inventory inventory(String source, Map<String, Environment> environments) {
        return new Inventory(source, hash(write(environments)), environments);
    }

    static String write(Inventory inventory) {
        return write(inventory.environments());
    }

    private static String write(Map<String, Environment> environments) {
        return canonical(MAPPER.valueToTree(new Content(environments)));
    }

    /**
     * Reads what {@link #write(Inventory)} wrote, also after PostgreSQL has rearranged it.
     *
     * @throws IllegalStateException when it is not what has this hash
     */
    static Inventory read(String source, String hash, String json) {
        try {
            JsonNode tree = MAPPER.readTree(json);
            String actual = hash(canonical(tree));
            if (!actual.equals(hash)) {
                throw new IllegalStateException(
                        "The kept inventory " + hash + " (from " + source + ") was changed: its content has the hash "
                                + actual + ". Restore the table inventory_snapshot.");
            }
            return new Inventory(
                    source, hash, MAPPER.treeToValue(tree, Content.class).environments());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The kept inventory " + hash + " (from " + source + ") cannot be read.", e);
        }
    }

    private static String canonical(JsonNode tree) {
        try {
            return MAPPER.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An inventory could not be written as JSON.", e);
        }
    }

    private static String hash(String json) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256.", e);
        }
    }
}
