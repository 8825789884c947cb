package io.muster.step;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything the catalogue knows about a step, read from its annotations.
 *
 * @param name what a diagram names: {@code ${name}}
 * @param timeout the time limit where the diagram sets none
 * @param errors the reasons a diagram can usefully catch as BPMN errors
 * @param cleansUp whether it can be named in a process's {@code whenCancelled}
 * @param inputs in the order of the record's components
 * @param outputs in the order of the record's components
 */
public record StepDescriptor(
        Step<?, ?> step,
        String name,
        String title,
        String description,
        String category,
        boolean changes,
        AfterCrash afterCrash,
        Duration timeout,
        List<String> errors,
        boolean cleansUp,
        Class<? extends Record> inputType,
        Class<? extends Record> outputType,
        List<FieldDescriptor> inputs,
        List<FieldDescriptor> outputs) {

    /** The input parameter that every step takes beside its own: its time limit, ISO-8601. */
    public static final String TIMEOUT = "timeout";

    /** Another one: what the diagram says to do when the step fails; it ends the failure's message. */
    public static final String ADVICE = "advice";

    /** The input parameters that every step takes beside its own. */
    public static final List<String> COMMON = List.of(TIMEOUT, ADVICE);

    public Optional<FieldDescriptor> input(String field) {
        return named(inputs, field);
    }

    public Optional<FieldDescriptor> output(String field) {
        return named(outputs, field);
    }

    /** Runs the step. The input is one that {@link InputBinder} bound for this descriptor. */
    public Record run(Record input, StepContext context) {
        return typed().run(input, context);
    }

    /** The object that the step works on, as operators name it. */
    public String target(Record input) {
        return typed().target(input);
    }

    // Safe: the catalogue read inputType from the step's own type, and cast checks happen in its bridge method.
    @SuppressWarnings("unchecked")
    private Step<Record, Record> typed() {
        return (Step<Record, Record>) step;
    }

    private static Optional<FieldDescriptor> named(List<FieldDescriptor> fields, String name) {
        return fields.stream().filter(field -> field.name().equals(name)).findFirst();
    }
}
