package io.muster.step;

import io.muster.step.FieldDescriptor.Kind;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/** Reads one step's description and collects everything that is wrong with it. */
final class DescriptorReader {

    // Words of the expression language: a variable of such a name cannot be referred to.
    private static final Set<String> RESERVED = Set.of(
            "and",
            "or",
            "not",
            "eq",
            "ne",
            "lt",
            "gt",
            "le",
            "ge",
            "true",
            "false",
            "null",
            "instanceof",
            "empty",
            "div",
            "mod",
            "execution",
            "task");

    private final Step<?, ?> step;
    private final Class<?> type;
    private final List<String> problems = new ArrayList<>();

    DescriptorReader(Step<?, ?> step) {
        this(ClassUtils.getUserClass(step), step);
    }

    /** @param type the class that describes the step */
    DescriptorReader(Class<?> type, Step<?, ?> step) {
        this.type = type;
        this.step = step;
    }

    String typeName() {
        return type.getName();
    }

    /** What is wrong, each naming the class; complete after {@link #read}. */
    List<String> problems() {
        return problems;
    }

    /** Empty when there is no description at all; otherwise as good as it gets. */
    Optional<StepDescriptor> read() {
        StepInfo info = type.getAnnotation(StepInfo.class);
        if (info == null) {
            problem("has no @StepInfo. Describe it with one.");
            return Optional.empty();
        }
        Optional<Class<? extends Record>> input = recordType(0, "input");
        Optional<Class<? extends Record>> output = recordType(1, "output");
        if (input.isEmpty() || output.isEmpty()) {
            return Optional.empty();
        }
        checkTexts(info);
        return Optional.of(new StepDescriptor(
                step,
                info.name(),
                info.title(),
                info.description().strip(),
                info.category(),
                info.changes(),
                info.afterCrash(),
                timeout(info),
                errors(info),
                cleansUp(),
                input.get(),
                output.get(),
                fields(input.get(), true),
                fields(output.get(), false)));
    }

    private boolean cleansUp() {
        try {
            return type.getMethod("cleanUp", StepContext.class).getDeclaringClass() != Step.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("Every step has cleanUp", e);
        }
    }

    private void checkTexts(StepInfo info) {
        if (!info.name().matches("[a-z][A-Za-z0-9]*") || RESERVED.contains(info.name())) {
            problem("has the name '" + info.name() + "'. Use lowerCamelCase, and no word of the expression language.");
        }
        if (info.title().isBlank()
                || info.description().isBlank()
                || info.category().isBlank()) {
            problem("has a blank title, description or category. Fill them in: people choose the step by them.");
        }
    }

    private Duration timeout(StepInfo info) {
        try {
            Duration timeout = Duration.parse(info.timeout());
            if (timeout.compareTo(Duration.ZERO) > 0) {
                return timeout;
            }
        } catch (DateTimeParseException e) {
            // Said below.
        }
        problem("has the timeout '" + info.timeout() + "'. Give an ISO-8601 duration above zero, for example 'PT10M'.");
        return Duration.ofMinutes(10);
    }

    private List<String> errors(StepInfo info) {
        for (String error : info.errors()) {
            if (!error.matches("[A-Z][A-Za-z0-9]*")) {
                problem("has the error '" + error + "'. Use UpperCamelCase, for example 'CheckFailed'.");
            }
        }
        return Arrays.stream(info.errors()).distinct().toList();
    }

    private Optional<Class<? extends Record>> recordType(int index, String what) {
        Class<?> resolved =
                ResolvableType.forClass(Step.class, type).getGeneric(index).resolve();
        if (resolved == null || !resolved.isRecord()) {
            problem("has no record as its " + what + ". Implement Step<Input, Output> with two records.");
            return Optional.empty();
        }
        return Optional.of(resolved.asSubclass(Record.class));
    }

    private List<FieldDescriptor> fields(Class<? extends Record> recordType, boolean input) {
        List<FieldDescriptor> fields = new ArrayList<>();
        for (RecordComponent component : recordType.getRecordComponents()) {
            field(recordType, component, input).ifPresent(fields::add);
        }
        return List.copyOf(fields);
    }

    private Optional<FieldDescriptor> field(Class<?> recordType, RecordComponent component, boolean input) {
        String where = (input ? "input '" : "output '") + component.getName() + "'";
        Field field = component.getAnnotation(Field.class);
        Optional<Kind> kind =
                Kinds.of(component.getGenericType()).or(() -> input ? Optional.empty() : Optional.of(Kind.OBJECT));
        if (field == null || field.label().isBlank()) {
            problem("has an " + where + " without a label. Annotate it with @Field(label = …).");
        }
        if (kind.isEmpty()) {
            problem("has an " + where + " of type " + component.getGenericType().getTypeName()
                    + ", which a diagram cannot give. Use text, a number, boolean, Duration, Path, an enum, List<…> of"
                    + " these, Map<String, String>, or a type with a public static parse(String).");
        }
        checkName(component.getName(), where, input);
        if (field == null || kind.isEmpty()) {
            return Optional.empty();
        }
        if (field.secret() && (!input || !field.defaultValue().isEmpty())) {
            problem("has a secret " + where + (input ? " with a default" : "")
                    + ". A secret is a reference in an input: it is never an output and has no default.");
        }
        return Optional.of(describe(recordType, component, field, kind.get()));
    }

    private void checkName(String name, String where, boolean input) {
        if (RESERVED.contains(name)) {
            problem("has an " + where + ", which is a word of the expression language. Rename it.");
        }
        if (input && StepDescriptor.COMMON.contains(name)) {
            problem("has an " + where + ". Every step takes that parameter already"
                    + (name.equals(StepDescriptor.TIMEOUT)
                            ? ", and finds it as StepContext.deadline(): remove it, or name what it limits."
                            : ": remove it, or name it otherwise."));
        }
    }

    private static FieldDescriptor describe(Class<?> recordType, RecordComponent component, Field field, Kind kind) {
        java.lang.reflect.Field backing = backing(recordType, component.getName());
        boolean there = component.getType().isPrimitive() || Constraints.presence(backing);
        Optional<String> defaultValue = text(field.defaultValue());
        return new FieldDescriptor(
                component.getName(),
                field.label(),
                field.description(),
                kind,
                component.getGenericType(),
                there && defaultValue.isEmpty(),
                defaultValue,
                text(field.example()),
                field.secret(),
                field.multiline() || kind == Kind.LIST || kind == Kind.MAP,
                options(component.getType(), kind),
                Constraints.pattern(backing),
                Constraints.phrases(backing));
    }

    private static List<String> options(Class<?> type, Kind kind) {
        return switch (kind) {
            case CHOICE -> ValueConverter.options(type);
            case BOOLEAN -> List.of("true", "false");
            default -> List.of();
        };
    }

    // Constraint annotations do not target record components; they are on the field that backs one.
    private static java.lang.reflect.Field backing(Class<?> recordType, String name) {
        try {
            return recordType.getDeclaredField(name);
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(recordType + " has no field for its component " + name, e);
        }
    }

    private static Optional<String> text(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    private void problem(String text) {
        problems.add(type.getName() + " " + text);
    }
}
