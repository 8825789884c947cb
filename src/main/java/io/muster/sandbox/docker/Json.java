package io.muster.sandbox.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON in and out. A field that is missing or null reads as an empty one. */
final class Json {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    static ArrayNode array(Iterable<String> texts) {
        ArrayNode array = array();
        texts.forEach(array::add);
        return array;
    }

    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written as JSON: " + value.getClass(), e);
        }
    }

    /** An object; anything else is a bad request. */
    static ObjectNode parse(byte[] content) {
        try {
            if (MAPPER.readTree(content) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw new EngineException(400, "invalid JSON: " + e.getMessage(), e);
        }
        throw EngineException.badRequest("invalid JSON: expected an object");
    }

    static ObjectNode objectAt(JsonNode parent, String field) {
        return parent.get(field) instanceof ObjectNode object ? object : object();
    }

    static List<String> texts(JsonNode array) {
        List<String> result = new ArrayList<>();
        array.forEach(item -> result.add(item.asText()));
        return result;
    }

    static Map<String, String> map(JsonNode object) {
        Map<String, String> result = new LinkedHashMap<>();
        object.fields()
                .forEachRemaining(
                        field -> result.put(field.getKey(), field.getValue().asText()));
        return result;
    }

    static List<String> keys(JsonNode object) {
        List<String> result = new ArrayList<>();
        object.fieldNames().forEachRemaining(result::add);
        return result;
    }

    /** Whole or not at all, and readable by the owner only: environments hold secrets. */
    static void write(Path file, Object value) throws IOException {
        Path temporary = Files.createTempFile(
                file.getParent(),
                file.getFileName().toString(),
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(temporary, bytes(value));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
