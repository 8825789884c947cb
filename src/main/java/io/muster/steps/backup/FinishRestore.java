package io.muster.steps.backup;

import io.muster.recovery.Backups;
import io.muster.recovery.Restored;
import io.muster.step.AfterCrash;
import io.muster.step.ByteSize;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Moments;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.time.Instant;

@StepInfo(
        name = "restoreFinish",
        title = "Finish a restore",
        description =
                "Removes what was there before a restore, once the service, where it has a container, was seen well with what was"
                        + " restored, and records the restore with how long it took.",
        category = "Backup",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT1H",
        errors = {Reason.NOT_IN_INVENTORY, Reason.TASK_FAILED})
public class FinishRestore implements Step<FinishRestore.Input, FinishRestore.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", example = "notes") String service,
            @NotBlank @Field(label = "Backup", description = "Its id.", example = "20260102T030405Z-1a2b3c4d")
                    String backup,
            @NotBlank
                    @Field(
                            label = "Began at",
                            description = "When its staging began, ISO-8601.",
                            example = "2026-01-02T03:04:05Z")
                    String beganAt,
            @Field(
                            label = "Seen well",
                            description = "Whether the service ran with it and was checked.",
                            defaultValue = "false")
                    Boolean seenWell) {}

    public record Output(
            @Field(label = "Restore seconds", description = "From the staging to here.") double restoreSeconds,
            @Field(label = "Restored bytes", description = "Of the backup's files.") long restoredBytes,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final Restoring restoring;
    private final Backups backups;

    FinishRestore(Targets targets, Restoring restoring, Backups backups) {
        this.targets = targets;
        this.restoring = restoring;
        this.backups = backups;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        ServicePlan plan = ServicePlan.of(targets, context, input.service());
        Instant began = Moments.of("beganAt", input.beganAt());
        Instant now = context.clock().instant();
        Manifest manifest = restoring.manifest(context, plan, input.backup());
        restoring.finish(context, plan, manifest);
        Duration took = Duration.between(began, now);
        String summary = "Backup " + plan.describe(input.backup()) + " was put back, " + new ByteSize(manifest.bytes())
                + " in " + Reports.time(took)
                + (input.seenWell()
                        ? "; the service was seen well with it"
                        : "; no container of the service was there to be seen with it")
                + ". What was there before, if anything, is removed.";
        backups.restored(new Restored(
                plan.environment().name(),
                plan.service().name(),
                input.backup(),
                Restored.Kind.RESTORE,
                true,
                now,
                took,
                manifest.bytes(),
                context.run().rootId(),
                summary));
        context.log().info(summary);
        return new Output(took.toMillis() / 1000.0, manifest.bytes(), summary);
    }
}
