package io.muster.step;

import io.muster.step.FieldDescriptor.Kind;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which kind of value a component's type takes. */
final class Kinds {

    private static final Map<Class<?>, Kind> SIMPLE = Map.ofEntries(
            Map.entry(String.class, Kind.TEXT),
            Map.entry(boolean.class, Kind.BOOLEAN),
            Map.entry(Boolean.class, Kind.BOOLEAN),
            Map.entry(int.class, Kind.INTEGER),
            Map.entry(Integer.class, Kind.INTEGER),
            Map.entry(long.class, Kind.INTEGER),
            Map.entry(Long.class, Kind.INTEGER),
            Map.entry(double.class, Kind.DECIMAL),
            Map.entry(Double.class, Kind.DECIMAL),
            Map.entry(Duration.class, Kind.DURATION),
            Map.entry(Path.class, Kind.PATH));

    private Kinds() {}

    /** Empty: a diagram cannot give a value of this type. */
    static Optional<Kind> of(Type type) {
        return type instanceof Class<?> simple ? ofClass(simple) : ofGeneric(type);
    }

    private static Optional<Kind> ofClass(Class<?> type) {
        if (SIMPLE.containsKey(type)) {
            return Optional.of(SIMPLE.get(type));
        }
        if (type.isEnum()) {
            return Optional.of(Kind.CHOICE);
        }
        return ValueConverter.parser(type).map(parser -> Kind.PARSED);
    }

    private static Optional<Kind> ofGeneric(Type type) {
        if (!(type instanceof ParameterizedType generic)) {
            return Optional.empty();
        }
        Type[] arguments = generic.getActualTypeArguments();
        if (generic.getRawType() == List.class
                && arguments[0] instanceof Class<?> element
                && of(element).isPresent()) {
            return Optional.of(Kind.LIST);
        }
        boolean texts =
                generic.getRawType() == Map.class && arguments[0] == String.class && arguments[1] == String.class;
        return texts ? Optional.of(Kind.MAP) : Optional.empty();
    }
}
