package io.muster.bench;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;

/** Work that takes no time, so that what is left is what surrounds it. */
final class NoOpSteps {

    private NoOpSteps() {}

    /** What Camunda calls for a bare service task. */
    public static final class Bare implements JavaDelegate {
        @Override
        public void execute(DelegateExecution execution) {
            // Nothing, on purpose.
        }
    }

    record Input(@Field(label = "Note") String note) {}

    record Output(@Field(label = "Done") boolean done) {}

    @StepInfo(
            name = "noOp",
            title = "Do nothing",
            description = "Does nothing.",
            category = "Benchmark",
            changes = false,
            afterCrash = AfterCrash.REPEAT)
    static final class Silent implements Step<Input, Output> {
        @Override
        public Output run(Input input, StepContext context) {
            return new Output(true);
        }

        @Override
        public String target(Input input) {
            return "nothing";
        }
    }

    @StepInfo(
            name = "noOpWithLogAndEffect",
            title = "Do nothing, and say so",
            description = "Does nothing, writes a line to its log and records an effect.",
            category = "Benchmark",
            changes = true,
            afterCrash = AfterCrash.REPEAT)
    static final class Telling implements Step<Input, Output> {
        @Override
        public Output run(Input input, StepContext context) {
            context.effect("nothing", "nothing");
            context.log().info("Nothing was done.");
            return new Output(true);
        }

        @Override
        public String target(Input input) {
            return "nothing";
        }
    }
}
