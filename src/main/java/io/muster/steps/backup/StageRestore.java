package io.muster.steps.backup;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import java.util.ArrayList;
import java.util.List;

@StepInfo(
        name = "restoreStage",
        title = "Stage a restore",
        description =
                "Streams the files of a backup from the store and makes of them, beside the data of a service, all that takes its place:"
                        + " sibling directories, databases of another name. The data itself is not touched, and the service may run. What"
                        + " an earlier attempt staged is removed first; what does not have the manifest's SHA-256 is not kept. What was made is then compared"
                        + " with the backup, record by record, and a record that is missing, changed or extra makes it fail with `DataDiffers`, by its name. A whole container that"
                        + " would be replaced is restored into one of another number first, which is removed again: so that its node has read the archive to its end.",
        category = "Backup",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        timeout = "PT24H",
        errors = {
            Reason.NOT_IN_INVENTORY,
            Reason.TASK_FAILED,
            Reason.CHECK_FAILED,
            Reason.CONFLICT,
            BackupFailure.CORRUPT,
            Comparison.DIFFERS,
            BackupFailure.WRONG_IDENTITY,
            BackupFailure.NO_SPACE,
            BackupFailure.NOT_SWAPPABLE,
            BackupFailure.IN_USE
        })
public class StageRestore implements Step<RestoreInput, StageRestore.Output> {

    public record Output(
            @Field(label = "Began at", description = "ISO-8601.") String beganAt,
            @Field(label = "Staged", description = "What was made, a line each.") List<String> staged,
            @Field(
                            label = "Compared",
                            description = "With the backup, record by record: of each data item, a line each.")
                    String compared) {}

    private final Targets targets;
    private final Restoring restoring;
    private final SharedUse shared;

    StageRestore(Targets targets, Restoring restoring, SharedUse shared) {
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
        String began = context.clock().instant().toString();
        ServicePlan plan = ServicePlan.of(targets, context, input.service());
        Manifest manifest = restoring.manifest(context, plan, input.backup());
        shared.refuse(context, plan, Restoring.items(plan, manifest));
        Restoring.Staged staged = restoring.stage(context, plan, manifest, input.backup(), Streams.tag(context));
        List<String> made = new ArrayList<>(staged.made());
        List<String> compared = new ArrayList<>(staged.compared());
        for (String seen : restoring.guests().stage(context, plan, manifest)) {
            made.add(seen);
            compared.add(seen + "; its files were not compared one by one");
        }
        return new Output(began, made, String.join("\n", compared));
    }
}
