package io.muster.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes records as JSON, component by component, so that no secret is ever serialized. */
final class RecordJson {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModules(new JavaTimeModule(), new Jdk8Module())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .build();

    private static final ClassValue<List<Part>> PARTS = new ClassValue<>() {
        @Override
        protected List<Part> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents()).map(Part::new).toList();
        }
    };

    private RecordJson() {}

    static JsonNode tree(Object value) {
        if (value == null) {
            return NullNode.getInstance();
        }
        if (value instanceof ByteSize size) {
            return TextNode.valueOf(size.exact());
        }
        if (value instanceof String text) {
            return TextNode.valueOf(text);
        }
        if (value instanceof Record nested) {
            return object(nested);
        }
        if (value instanceof Collection<?> collection) {
            ArrayNode array = JSON.createArrayNode();
            collection.forEach(element -> array.add(tree(element)));
            return array;
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode object = JSON.createObjectNode();
            map.forEach((key, element) -> object.set(String.valueOf(key), tree(element)));
            return object;
        }
        if (value instanceof Enum<?> constant) {
            return TextNode.valueOf(ValueConverter.kebab(constant));
        }
        // Jackson would write a path as a file: URI.
        return value instanceof Path path ? TextNode.valueOf(path.toString()) : JSON.valueToTree(value);
    }

    private static ObjectNode object(Record value) {
        ObjectNode object = JSON.createObjectNode();
        for (Part part : PARTS.get(value.getClass())) {
            Object content = part.of(value);
            object.set(
                    part.name, part.secret && content != null ? TextNode.valueOf(InputProblems.MASK) : tree(content));
        }
        return object;
    }

    /** A component of a record; read once a class, because annotations are parsed again for each {@link RecordComponent}. */
    private record Part(String name, Method accessor, boolean secret) {

        Part(RecordComponent component) {
            this(
                    component.getName(),
                    component.getAccessor(),
                    Optional.ofNullable(component.getAnnotation(Field.class))
                            .map(Field::secret)
                            .orElse(false));
            accessor.trySetAccessible();
        }

        Object of(Record value) {
            try {
                return accessor.invoke(value);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("Cannot read " + name + " of " + value.getClass(), e);
            }
        }
    }
}
