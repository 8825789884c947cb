package io.muster.step;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.springframework.stereotype.Component;

/**
 * Binds what a diagram gives to a step's input record, and says everything that is wrong with it at once. Values are
 * text (as Modeler writes them) or process variables; blank text counts as not given. Thread-safe.
 */
@Component
public class InputBinder {

    private final ValueConverter converter = new ValueConverter();
    private final Validator validator;

    public InputBinder() {
        // English and without an expression language, wherever the server runs: messages are part of the contract.
        validator = Validation.byProvider(HibernateValidator.class)
                .configure()
                .messageInterpolator(new ParameterMessageInterpolator(Set.of(Locale.ENGLISH), Locale.ENGLISH, false))
                .buildValidatorFactory()
                .getValidator();
    }

    /** @param timeout the diagram's, or the step's own */
    public record Bound(Record input, Duration timeout) {}

    /**
     * Binds the input parameters of an element.
     *
     * @param elementId the task's id in the diagram, for messages
     * @param parameters by name, with the value of each; those that are null or blank count as not given
     * @throws StepFailure.Rejected with {@link Reason#INVALID_INPUT}, naming every parameter that is wrong
     */
    public Bound bind(StepDescriptor step, String elementId, Map<String, ?> parameters) {
        List<InputProblem> problems = new ArrayList<>(check(step, parameters, Set.of()));
        if (problems.isEmpty()) {
            try {
                Record input = construct(step, parameters);
                problems.addAll(wholeRecord(input));
                if (problems.isEmpty()) {
                    return new Bound(input, timeout(step, parameters));
                }
            } catch (IllegalArgumentException e) {
                problems.add(InputProblems.together("(all)", "is refused by the step: " + e.getMessage()));
            }
        }
        throw new StepFailure.Rejected(Reason.INVALID_INPUT, message(step, elementId, problems));
    }

    /**
     * What is wrong with parameters of which only some are known, as in a diagram that is not running.
     *
     * @param literals the known values by parameter name
     * @param computed names of the parameters whose value only a run knows
     */
    public List<InputProblem> check(StepDescriptor step, Map<String, ?> literals, Set<String> computed) {
        List<InputProblem> problems = new ArrayList<>();
        for (FieldDescriptor field : step.inputs()) {
            Object given = literals.get(field.name());
            if (!ValueConverter.absent(given)) {
                problem(step, field, given).ifPresent(problems::add);
            } else if (field.required() && !computed.contains(field.name())) {
                problems.add(InputProblems.missing(field));
            }
        }
        Object timeout = literals.get(StepDescriptor.TIMEOUT);
        if (!ValueConverter.absent(timeout)) {
            InputProblems.timeout(timeout).ifPresent(problems::add);
        }
        Stream.concat(literals.keySet().stream(), computed.stream())
                .filter(name -> step.input(name).isEmpty() && !StepDescriptor.COMMON.contains(name))
                .sorted()
                .forEach(name -> problems.add(InputProblems.unknown(step, name)));
        return problems;
    }

    /** The record as a JSON object for the journal: secrets masked, durations ISO-8601, choices as diagrams write them. */
    public JsonNode toJson(Record record) {
        return RecordJson.tree(record);
    }

    /** What is wrong with one value of one field, if anything. */
    Optional<InputProblem> problem(StepDescriptor step, FieldDescriptor field, Object given) {
        try {
            Object value = converter.convert(field, given);
            if (field.secret() && !SecretForm.holds(value)) {
                return Optional.of(InputProblems.secret(field));
            }
            List<String> broken = validator.validateValue(step.inputType(), field.name(), value).stream()
                    .map(ConstraintViolation::getMessage)
                    .sorted()
                    .toList();
            return broken.isEmpty() ? Optional.empty() : Optional.of(InputProblems.broken(field, given, broken));
        } catch (ValueConverter.NotConvertible e) {
            return Optional.of(InputProblems.notConvertible(field, given, e.getMessage()));
        }
    }

    private static Duration timeout(StepDescriptor step, Map<String, ?> parameters) {
        Object given = parameters.get(StepDescriptor.TIMEOUT);
        return ValueConverter.absent(given)
                ? step.timeout()
                : Duration.parse(given.toString().strip());
    }

    private Record construct(StepDescriptor step, Map<String, ?> parameters) {
        Map<String, Object> values = new HashMap<>();
        for (FieldDescriptor field : step.inputs()) {
            values.put(field.name(), value(field, parameters.get(field.name())));
        }
        RecordComponent[] components = step.inputType().getRecordComponents();
        try {
            Constructor<? extends Record> canonical = step.inputType()
                    .getDeclaredConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new));
            canonical.trySetAccessible();
            return canonical.newInstance(Arrays.stream(components)
                    .map(component -> values.get(component.getName()))
                    .toArray());
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(e.getCause().getMessage(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The input record of step " + step.name() + " cannot be constructed", e);
        }
    }

    private Object value(FieldDescriptor field, Object given) {
        Object effective = ValueConverter.absent(given) ? field.defaultValue().orElse(null) : given;
        try {
            return effective == null ? ValueConverter.none(field.kind()) : converter.convert(field, effective);
        } catch (ValueConverter.NotConvertible e) {
            throw new IllegalStateException(field.name() + " was checked before and " + e.getMessage(), e);
        }
    }

    /** Constraints that look at several components, or at the elements of a list. */
    private List<InputProblem> wholeRecord(Record input) {
        Map<String, List<String>> byPath = validator.validate(input).stream()
                .collect(Collectors.groupingBy(
                        violation -> violation.getPropertyPath().toString(),
                        LinkedHashMap::new,
                        Collectors.mapping(ConstraintViolation::getMessage, Collectors.toList())));
        return byPath.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> InputProblems.together(
                        entry.getKey().isEmpty() ? "(all)" : entry.getKey(), String.join(" and ", entry.getValue())))
                .toList();
    }

    private static String message(StepDescriptor step, String elementId, List<InputProblem> problems) {
        return "Task '" + elementId + "' (step " + step.name() + ") did not start: its input is not valid.\n- "
                + problems.stream().map(InputProblem::message).collect(Collectors.joining("\n- "));
    }
}
