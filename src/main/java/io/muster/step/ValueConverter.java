package io.muster.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns the text or the process variable that a diagram gives into a component's type. */
final class ValueConverter {

    private static final Set<String> YES = Set.of("true", "yes", "1");
    private static final Set<String> NO = Set.of("false", "no", "0");

    // An object with a key twice is a mistake that would go unseen otherwise.
    private final ObjectMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Why a value does not convert, as a clause: {@code is not a whole number}. */
    static final class NotConvertible extends Exception {
        NotConvertible(String problem) {
            super(problem);
        }
    }

    /** Null and blank text are absent; so are, for lists and maps, empty ones. */
    static boolean absent(Object value) {
        return value == null
                || value instanceof CharSequence text && text.toString().isBlank()
                || value instanceof Collection<?> collection && collection.isEmpty()
                || value instanceof Map<?, ?> map && map.isEmpty();
    }

    /** What a component gets when nothing is given and it has no default. */
    static Object none(FieldDescriptor.Kind kind) {
        return switch (kind) {
            case LIST -> List.of();
            case MAP -> Map.of();
            default -> null;
        };
    }

    Object convert(FieldDescriptor field, Object value) throws NotConvertible {
        if (field.type() instanceof Class<?> type && type.isInstance(value)) {
            return value instanceof String text && !field.multiline() ? text.strip() : value;
        }
        return switch (field.kind()) {
            case LIST -> list(elementType(field.type()), value);
            case MAP -> map(value);
            case TEXT -> field.multiline() ? text(value) : text(value).strip();
            default -> scalar(field.kind(), (Class<?>) field.type(), text(value).strip());
        };
    }

    static Type elementType(Type list) {
        return ((ParameterizedType) list).getActualTypeArguments()[0];
    }

    private Object scalar(FieldDescriptor.Kind kind, Class<?> type, String text) throws NotConvertible {
        return switch (kind) {
            case TEXT -> text;
            case BOOLEAN -> bool(text);
            case INTEGER -> integer(type, text);
            case DECIMAL -> decimal(text);
            case DURATION -> duration(text);
            case PATH -> path(text);
            case CHOICE -> choice(type, text);
            case PARSED -> parsed(type, text);
            default -> throw new IllegalArgumentException(kind + " is not a single value");
        };
    }

    private static Boolean bool(String text) throws NotConvertible {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!YES.contains(lower) && !NO.contains(lower)) {
            throw new NotConvertible("is neither true nor false");
        }
        return YES.contains(lower);
    }

    private static Object integer(Class<?> type, String text) throws NotConvertible {
        boolean small = type == int.class || type == Integer.class;
        try {
            // A script or a form gives 3 as 3.0: still a whole number.
            BigDecimal number = new BigDecimal(text);
            return small ? (Object) number.intValueExact() : (Object) number.longValueExact();
        } catch (NumberFormatException e) {
            throw new NotConvertible("is not a whole number");
        } catch (ArithmeticException e) {
            throw new NotConvertible(
                    text.matches("[+-]?\\d+")
                            ? "is out of range, " + (small ? Integer.MIN_VALUE : Long.MIN_VALUE) + " to "
                                    + (small ? Integer.MAX_VALUE : Long.MAX_VALUE)
                            : "is not a whole number");
        }
    }

    private static Double decimal(String text) throws NotConvertible {
        try {
            double number = new BigDecimal(text).doubleValue();
            if (!Double.isInfinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below: words such as NaN and suffixes such as 1d are no numbers either.
        }
        throw new NotConvertible("is not a number");
    }

    private static Duration duration(String text) throws NotConvertible {
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw new NotConvertible("is not an ISO-8601 duration");
        }
    }

    private static Path path(String text) throws NotConvertible {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new NotConvertible("is not a path");
        }
    }

    private static Object choice(Class<?> type, String text) throws NotConvertible {
        for (Object constant : type.getEnumConstants()) {
            if (kebab((Enum<?>) constant).equalsIgnoreCase(text.replace('_', '-'))) {
                return constant;
            }
        }
        List<String> options = options(type);
        throw new NotConvertible("is none of " + String.join(", ", options)
                + Nearest.to(text, options)
                        .map(nearest -> " (did you mean '" + nearest + "'?)")
                        .orElse(""));
    }

    static List<String> options(Class<?> type) {
        List<String> options = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
            options.add(kebab((Enum<?>) constant));
        }
        return options;
    }

    static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Object parsed(Class<?> type, String text) throws NotConvertible {
        try {
            return parser(type).orElseThrow().invoke(null, text);
        } catch (InvocationTargetException e) {
            String said = e.getCause().getMessage();
            throw new NotConvertible("is not valid" + (said == null ? "" : " (" + said + ")"));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(type + " must be public: its parse method cannot be called", e);
        }
    }

    /** A public static {@code parse} that takes text. */
    static Optional<Method> parser(Class<?> type) {
        for (Class<?> parameter : List.of(String.class, CharSequence.class)) {
            try {
                Method parse = type.getMethod("parse", parameter);
                if (java.lang.reflect.Modifier.isStatic(parse.getModifiers())
                        && type.isAssignableFrom(parse.getReturnType())) {
                    parse.trySetAccessible();
                    return Optional.of(parse);
                }
            } catch (NoSuchMethodException e) {
                // The next signature.
            }
        }
        return Optional.empty();
    }

    private List<Object> list(Type element, Object value) throws NotConvertible {
        Class<?> type = (Class<?>) element;
        FieldDescriptor.Kind kind = Kinds.of(type).orElseThrow();
        List<Object> converted = new ArrayList<>();
        int number = 0;
        for (Object entry : entries(value)) {
            number++;
            if (!absent(entry)) {
                try {
                    converted.add(scalar(kind, type, text(entry).strip()));
                } catch (NotConvertible e) {
                    throw new NotConvertible("has an entry " + number + " that " + e.getMessage());
                }
            }
        }
        return Collections.unmodifiableList(converted);
    }

    private Collection<?> entries(Object value) throws NotConvertible {
        if (value instanceof Collection<?> collection) {
            return collection;
        }
        if (value instanceof Object[] array) {
            return List.of(array);
        }
        String text = text(value).strip();
        // A line may well begin with a bracket ([::1]:80), so what is not JSON is lines.
        if (text.startsWith("[") && text.endsWith("]")) {
            try {
                JsonNode tree = json.readTree(text);
                return json.convertValue(tree, new TypeReference<List<Object>>() {});
            } catch (JsonProcessingException e) {
                return text.lines().toList();
            }
        }
        return text.lines().toList();
    }

    private Map<String, String> map(Object value) throws NotConvertible {
        Map<String, String> converted = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            putAll(map, converted);
            return Collections.unmodifiableMap(converted);
        }
        String text = text(value).strip();
        if (text.startsWith("{") && text.endsWith("}")) {
            try {
                putAll(json.readValue(text, new TypeReference<LinkedHashMap<String, Object>>() {}), converted);
            } catch (JsonProcessingException e) {
                throw new NotConvertible("is not a JSON object");
            }
        } else {
            putLines(text, converted);
        }
        return Collections.unmodifiableMap(converted);
    }

    private static void putAll(Map<?, ?> from, Map<String, String> to) throws NotConvertible {
        for (Map.Entry<?, ?> entry : from.entrySet()) {
            to.put(String.valueOf(entry.getKey()), entry.getValue() == null ? "" : text(entry.getValue()));
        }
    }

    private static void putLines(String text, Map<String, String> to) throws NotConvertible {
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            int sign = line.indexOf('=');
            if (sign < 1 || line.substring(0, sign).isBlank()) {
                throw new NotConvertible("has a line " + number + " that is not 'key=value'");
            }
            String key = line.substring(0, sign).strip();
            if (to.put(key, line.substring(sign + 1).strip()) != null) {
                throw new NotConvertible("has the key '" + key + "' twice");
            }
        }
    }

    static String text(Object value) throws NotConvertible {
        if (value instanceof Collection || value instanceof Object[]) {
            throw new NotConvertible("is a list, not a single value");
        }
        if (value instanceof Map) {
            throw new NotConvertible("is a map, not a single value");
        }
        if (value.getClass().isArray()) {
            throw new NotConvertible("is binary data, not text");
        }
        if (value instanceof Date date) {
            return date.toInstant().toString();
        }
        return value instanceof Enum<?> constant ? kebab(constant) : value.toString();
    }
}
