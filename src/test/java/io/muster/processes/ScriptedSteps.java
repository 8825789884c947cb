package io.muster.processes;

import io.muster.step.InputBinder;
import io.muster.step.Step;
import io.muster.step.StepCatalogue;
import io.muster.step.StepContext;
import io.muster.step.StepDescriptor;
import io.muster.step.StepFailure;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The steps there really are, with their names, inputs, validation and outputs, that answer what a test says in place of
 * doing their work. A test says it by activity, since a diagram may use a step twice.
 */
final class ScriptedSteps extends StepCatalogue {

    private final Map<String, StepDescriptor> steps = new TreeMap<>();
    private final Map<String, Supplier<Record>> answers = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    ScriptedSteps(InputBinder binder) {
        super(List.of(), binder);
        StepCatalogue.described("io.muster.steps", binder)
                .all()
                .forEach(step -> steps.put(step.name(), scripted(step)));
    }

    /** @param input as the real step would have got it: bound and valid */
    record Call(String activity, String step, boolean changes, Record input) {}

    void reset() {
        answers.clear();
        calls.clear();
    }

    void answer(String activity, Record output) {
        answers.put(activity, () -> output);
    }

    /** One after the other, the last for all that follow. */
    void answer(String activity, List<? extends Record> outputs) {
        Iterator<? extends Record> left = outputs.iterator();
        Record last = outputs.get(outputs.size() - 1);
        answers.put(activity, () -> left.hasNext() ? left.next() : last);
    }

    void fail(String activity, Supplier<StepFailure> failure) {
        answers.put(activity, () -> {
            throw failure.get();
        });
    }

    /** In the order in which they were made. */
    List<Call> calls() {
        return List.copyOf(calls);
    }

    @Override
    public Optional<StepDescriptor> step(String name) {
        return Optional.ofNullable(steps.get(name));
    }

    @Override
    public Collection<StepDescriptor> all() {
        return steps.values();
    }

    @Override
    public Collection<String> names() {
        return steps.keySet();
    }

    private StepDescriptor scripted(StepDescriptor real) {
        return new StepDescriptor(
                new Scripted(real.name(), real.changes()),
                real.name(),
                real.title(),
                real.description(),
                real.category(),
                real.changes(),
                real.afterCrash(),
                real.timeout(),
                real.errors(),
                real.cleansUp(),
                real.inputType(),
                real.outputType(),
                real.inputs(),
                real.outputs());
    }

    private final class Scripted implements Step<Record, Record> {

        private final String name;
        private final boolean changes;

        Scripted(String name, boolean changes) {
            this.name = name;
            this.changes = changes;
        }

        @Override
        public Record run(Record input, StepContext context) {
            String activity = context.run().activityId();
            calls.add(new Call(activity, name, changes, input));
            return Optional.ofNullable(answers.get(activity))
                    .orElseThrow(
                            () -> new IllegalStateException("The test does not say what '" + activity + "' answers"))
                    .get();
        }

        @Override
        public String target(Record input) {
            return name;
        }
    }
}
