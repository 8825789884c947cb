package io.muster.steps.backup;

import io.muster.step.AfterCrash;
import io.muster.step.ByteSize;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;

@StepInfo(
        name = "backupVerify",
        title = "Verify a backup",
        description =
                "Reads a kept backup back: its manifest is of this service and environment, the files are those that it names and none"
                        + " was changed since, and each has its size and SHA-256 and is read to its end by the tool of its type. Records"
                        + " that it was verified, or that it is damaged. Fails by the reason that fits first, with all that is wrong.",
        category = "Backup",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT24H",
        errors = {
            BackupFailure.NONE,
            BackupFailure.MANIFEST,
            BackupFailure.INCOMPLETE,
            BackupFailure.EMPTY,
            BackupFailure.TRUNCATED,
            BackupFailure.CORRUPT,
            BackupFailure.WRONG_IDENTITY,
            BackupFailure.UNREADABLE,
            BackupFailure.FOREIGN,
            BackupFailure.CHANGED,
            BackupFailure.LINK,
            Reason.NOT_IN_INVENTORY
        })
public class VerifyBackup implements Step<VerifyBackup.Input, VerifyBackup.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", example = "notes") String service,
            @NotBlank
                    @Field(
                            label = "Backup",
                            description = "An id, or `latest`.",
                            defaultValue = "latest",
                            example = "latest")
                    String backup) {}

    public record Output(
            @Field(label = "Backup", description = "Its id.") String backup,
            @Field(label = "Backup path", description = "host:/path") String backupPath,
            @Field(label = "Backup bytes") long backupBytes,
            @Field(label = "Taken at", description = "ISO-8601.") String takenAt,
            @Field(label = "Age in seconds", description = "Since it was taken.") long ageSeconds,
            @Field(label = "Verified at", description = "Now, ISO-8601.") String verifiedAt,
            @Field(label = "Manifest", description = "Its files in words, a line each.") String backupManifest,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final Store store;
    private final Kept kept;

    VerifyBackup(Targets targets, Store store, Kept kept) {
        this.targets = targets;
        this.store = store;
        this.kept = kept;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        ServicePlan plan = ServicePlan.of(targets, context, input.service());
        String backup = store.choose(context, plan, input.backup());
        Manifest manifest = kept.verify(context, plan, backup);
        var now = context.clock().instant();
        Duration age = Duration.between(manifest.takenAt(), now);
        String summary = "Backup " + plan.describe(backup) + ", taken at " + manifest.takenAt() + ", was read back: "
                + new ByteSize(manifest.bytes()) + " in " + Reports.count(manifest) + ".";
        context.log().info(summary);
        return new Output(
                backup,
                plan.describe(backup),
                manifest.bytes(),
                manifest.takenAt().toString(),
                age.toSeconds(),
                now.toString(),
                Reports.files(manifest),
                summary);
    }
}
