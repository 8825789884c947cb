package io.muster.engine;

import io.muster.journal.JournalReader;
import io.muster.journal.StepRun;
import io.muster.step.Reason;
import io.muster.step.StepDescriptor;
import io.muster.step.StepFailure;
import java.util.stream.Collectors;

/** What a person is told whose decision is needed because a server died. */
record Unknown(JournalReader reader, StepDescriptor step, StepTask task) {

    StepFailure outcome(StepRun open) {
        return new StepFailure.Fatal(
                Reason.OUTCOME_UNKNOWN,
                "The server died while task '" + task.activity().getId() + "' (step " + step.name() + ", attempt "
                        + open.attempt() + ") worked on " + (open.target().isBlank() ? "its target" : open.target())
                        + " since " + open.startedAt() + ", and nobody recorded how it ended. "
                        + effects(open)
                        + "Look at the target. Where nothing was done, retry the job: the step runs again. Otherwise "
                        + "cancel the run, or undo what was done and retry.");
    }

    /** The server died so often with this step that the step may be the cause. */
    StepFailure deadly(StepRun open, int deaths) {
        return new StepFailure.Fatal(
                Reason.OUTCOME_UNKNOWN,
                "The server died " + deaths + " times in a row while task '"
                        + task.activity().getId() + "' (step "
                        + step.name() + ", attempt " + open.attempt()
                        + ") ran, so it is not tried again by itself: it may be"
                        + " the cause. " + effects(open)
                        + "Look at the server's log and memory at those times, and on the target whether anything still"
                        + " runs there. Retry the job when the cause is gone: the step then begins anew.");
    }

    private String effects(StepRun open) {
        String effects = reader.effects(open.id()).stream()
                .map(effect -> effect.kind() + " " + effect.target() + " at " + effect.at())
                .collect(Collectors.joining("; "));
        return effects.isEmpty() ? "It had recorded no effect yet. " : "It was about to: " + effects + ". ";
    }
}
