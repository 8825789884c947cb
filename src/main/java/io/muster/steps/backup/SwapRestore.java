package io.muster.steps.backup;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.util.List;

@StepInfo(
        name = "restoreSwap",
        title = "Swap in restored data",
        description =
                "Puts what `restoreStage` staged in the place of the data of a service, and keeps what was there beside it, by renaming. The service must not run. What was swapped already stays so. A whole container (`restore: replace`) is"
                        + " shut down and backed up by its node, restored from the archive in its place, and started.",
        category = "Backup",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        timeout = "PT24H",
        errors = {
            Reason.NOT_IN_INVENTORY,
            Reason.TASK_FAILED,
            Reason.CHECK_FAILED,
            Reason.CONFLICT,
            BackupFailure.IN_USE
        })
public class SwapRestore implements Step<SwapRestore.Input, SwapRestore.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", example = "notes") String service,
            @NotBlank
                    @Field(
                            label = "Backup",
                            description = "Its id, as `restorePlan` chose it.",
                            example = "20260102T030405Z-1a2b3c4d")
                    String backup,
            @Field(
                            label = "Approved",
                            description =
                                    "What was approved to be replaced, `restorePlan`'s `replaced`: a whole container"
                                            + " that is not in it is left alone.",
                            multiline = true)
                    List<String> approved) {}

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
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        ServicePlan plan = ServicePlan.of(targets, context, input.service());
        Manifest manifest = restoring.manifest(context, plan, input.backup());
        shared.refuse(context, plan, Restoring.items(plan, manifest));
        restoring.swap(context, plan, manifest);
        restoring.guests().swap(context, plan, manifest, input.approved());
        return new Output("The restored data is in its place; what was there before, if anything, is kept beside it.");
    }
}
