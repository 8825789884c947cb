package io.muster.steps.backup;

import io.muster.step.AfterCrash;
import io.muster.step.CleanedUp;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;

@StepInfo(
        name = "restoreUndo",
        title = "Put replaced data back",
        description =
                "Takes back what `restoreSwap` did and removes what was staged. Where nothing was swapped, or nothing was there before, the data stays as it is. The service must not run. A whole"
                        + " container that was replaced is restored from the copy that was made of it, and started where it ran.",
        category = "Backup",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT24H",
        errors = {
            Reason.NOT_IN_INVENTORY,
            Reason.TASK_FAILED,
            Reason.CHECK_FAILED,
            Reason.CONFLICT,
            BackupFailure.IN_USE
        })
public class UndoRestore implements Step<RestoreInput, UndoRestore.Output> {

    public record Output(@Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final Restoring restoring;
    private final CancelledRestore cancelled;

    UndoRestore(Targets targets, Restoring restoring, CancelledRestore cancelled) {
        this.targets = targets;
        this.restoring = restoring;
        this.cancelled = cancelled;
    }

    @Override
    public String target(RestoreInput input) {
        return input.service();
    }

    @Override
    public Output run(RestoreInput input, StepContext context) {
        ServicePlan plan = ServicePlan.of(targets, context, input.service());
        restoring.undo(context, plan);
        return new Output("What the restore replaced is back, and what it staged is removed.");
    }

    /** Of a cancelled `service-restore`: also starts a service that the run had stopped. */
    @Override
    public CleanedUp cleanUp(StepContext context) {
        CleanedUp cleaned = cancelled.cleanUp(
                context, ServicePlan.of(targets, context, context.run().service()));
        context.log().info(cleaned.summary());
        return cleaned;
    }
}
