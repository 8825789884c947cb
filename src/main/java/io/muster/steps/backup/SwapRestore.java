package io.muster.steps.backup;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;

@StepInfo(
        name = "restoreSwap",
        title = "Swap in restored data",
        description =
                "Puts what `restoreStage` staged in the place of the data of a service, and keeps what was there beside it, by renaming. The service must not run. What was swapped already stays so.",
        category = "Backup",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        timeout = "PT24H",
        errors = {Reason.NOT_IN_INVENTORY, Reason.TASK_FAILED, BackupFailure.IN_USE})
public class SwapRestore implements Step<RestoreInput, SwapRestore.Output> {

    public record Output(@Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final Restoring restoring;
    private final SharedUse shared;

    SwapRestore(Targets targets, Restoring restoring, SharedUse shared) {
        this.targets = targets;
        this.restoring = restoring;
        this.shared = shared;
    }

    @Override
    public String target(RestoreInput input) {
        return input.service();
    }

    @Override
    public Output run(RestoreInput input, StepContext context) {
        ServicePlan plan = ServicePlan.of(targets, context, input.service());
        Manifest manifest = restoring.manifest(context, plan, input.backup());
        shared.refuse(context, plan, Restoring.items(plan, manifest));
        restoring.swap(context, plan, manifest);
        return new Output("The restored data is in its place; what was there before, if anything, is kept beside it.");
    }
}
