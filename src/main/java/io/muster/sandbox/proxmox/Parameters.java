package io.muster.sandbox.proxmox;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The parameters that a method takes. Immutable. */
final class Parameters {
    private static final Parameters NONE = new Parameters(Map.of(), Set.of());

    private final Map<String, ParameterType> types;
    private final Set<String> required;

    private Parameters(Map<String, ParameterType> types, Set<String> required) {
        this.types = types;
        this.required = required;
    }

    static Parameters none() {
        return NONE;
    }

    Parameters optional(String name, ParameterType type) {
        Map<String, ParameterType> more = new LinkedHashMap<>(types);
        more.put(name, type);
        return new Parameters(more, required);
    }

    Parameters required(String name, ParameterType type) {
        Set<String> more = new LinkedHashSet<>(required);
        more.add(name);
        return new Parameters(optional(name, type).types, more);
    }

    Parameters and(Parameters others) {
        Map<String, ParameterType> more = new LinkedHashMap<>(types);
        more.putAll(others.types);
        Set<String> needed = new LinkedHashSet<>(required);
        needed.addAll(others.required);
        return new Parameters(more, needed);
    }

    /** The type by a parameter's name; {@code net[n]} stands for {@code net0}, {@code net1}, … */
    Optional<ParameterType> type(String name) {
        ParameterType type = types.get(name);
        return Optional.ofNullable(type == null ? types.get(name.replaceFirst("\\d+$", "[n]")) : type);
    }

    /** @throws ApiError 400 with all that is wrong */
    void check(Map<String, String> values) {
        Map<String, String> errors = new TreeMap<>();
        required.stream()
                .filter(name -> !values.containsKey(name))
                .forEach(name -> errors.put(name, "property is missing and it is not optional"));
        values.forEach((name, value) -> complaint(name, value).ifPresent(text -> errors.put(name, text)));
        if (!errors.isEmpty()) {
            throw ApiError.badParameters(errors);
        }
    }

    private Optional<String> complaint(String name, String value) {
        Optional<ParameterType> type = type(name);
        return type.isEmpty()
                ? Optional.of("property is not defined in schema and the schema does not allow additional properties")
                : type.get().complaint(name, value);
    }
}
