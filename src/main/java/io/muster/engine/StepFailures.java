package io.muster.engine;

import io.muster.step.Reason;
import io.muster.step.StepDescriptor;
import io.muster.step.StepFailure;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a step threw, as a failure. */
final class StepFailures {

    private static final Logger LOG = LoggerFactory.getLogger(StepFailures.class);

    private StepFailures() {}

    /** What is no {@link StepFailure} is a defect: its trace is in the server's log, masked, and nobody retries it by himself. */
    static StepFailure of(Exception thrown, StepDescriptor step, StepTask task, StepMask mask) {
        if (thrown instanceof StepFailure failure) {
            return failure;
        }
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        LOG.error(
                "Task '{}' of run {} (step {}) failed unexpectedly: {}",
                task.activity().getId(),
                task.run().id(),
                step.name(),
                mask.text(trace.toString()));
        return new StepFailure.Fatal(
                Reason.UNEXPECTED,
                "Task '" + task.activity().getId() + "' (step " + step.name() + ") failed in a way it does not know: "
                        + thrown.getClass().getName()
                        + (thrown.getMessage() == null ? "" : ": " + thrown.getMessage())
                        + ". The server's log has the details. Retry the job when the cause is gone, or cancel the run.");
    }
}
