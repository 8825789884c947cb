package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.step.AfterCrash;
import io.muster.step.ByteSize;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

@StepInfo(
        name = "restorePlan",
        title = "Plan a restore",
        description =
                "Chooses a backup of a service and says what putting it back would replace; changes nothing. Refuses a backup that is"
                        + " not there or not what its manifest says (without reading it all: `backupVerify` does), data that cannot be"
                        + " swapped, and data of other services that run.",
        category = "Backup",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {
            Reason.NOT_IN_INVENTORY,
            Reason.INVALID_INPUT,
            Reason.TASK_FAILED,
            Reason.CONFLICT,
            BackupFailure.NONE,
            BackupFailure.MANIFEST,
            BackupFailure.INCOMPLETE,
            BackupFailure.EMPTY,
            BackupFailure.TRUNCATED,
            BackupFailure.FOREIGN,
            BackupFailure.CHANGED,
            BackupFailure.NOT_SWAPPABLE,
            BackupFailure.LINK,
            BackupFailure.IN_USE
        })
public class PlanRestore implements Step<PlanRestore.Input, PlanRestore.Output> {

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
            @Field(label = "Taken at", description = "ISO-8601.") String takenAt,
            @Field(label = "Age", description = "In words.") String age,
            @Field(label = "Version", description = "What ran when it was taken.") String version,
            @Field(label = "Backup bytes") long backupBytes,
            @Field(label = "Replaces data", description = "Whether there is data that would be replaced.")
                    boolean replaces,
            @Field(label = "Replaced", description = "What would be, a line each.") List<String> replaced,
            @Field(
                            label = "Left out",
                            description =
                                    "Whether the backup and the plan are not of the same data; somebody must approve that.")
                    boolean partial,
            @Field(
                            label = "What is left out",
                            description =
                                    "Paths of the backup that the plan does not have any more, a database of another name, items that"
                                            + " the backup does not have; a line each.")
                    List<String> leftOut,
            @Field(
                            label = "Whole container",
                            description = "Whether the LXC container that the service is in is replaced as a whole.")
                    boolean wholeContainer,
            @Field(
                            label = "Host runs",
                            description = "Whether there is a host to look at: false only where that LXC container is"
                                    + " missing or stopped.")
                    boolean hostRuns,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final Store store;
    private final Kept kept;
    private final Swappable swappable;
    private final DataTypes types;
    private final SharedUse shared;
    private final GuestRestores guests;

    PlanRestore(
            Targets targets,
            Store store,
            Kept kept,
            Swappable swappable,
            DataTypes types,
            SharedUse shared,
            GuestRestores guests) {
        this.targets = targets;
        this.store = store;
        this.kept = kept;
        this.swappable = swappable;
        this.types = types;
        this.shared = shared;
        this.guests = guests;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    private static void requireStreams(ServicePlan plan, String backup, Manifest manifest) {
        if (manifest.files().isEmpty() && GuestRestores.of(plan, manifest).isEmpty()) {
            Manifest.Archive archive = manifest.archives().get(0);
            throw new StepFailure.Rejected(
                    BackupFailure.NOT_SWAPPABLE,
                    "Backup " + plan.describe(backup) + " holds nothing but "
                            + archive.kept().volume()
                            + ", the whole LXC container " + archive.kept().vmid() + " (" + archive.host()
                            + "), and its plan does not say `restore: replace`: putting it back would replace everything in it."
                            + " A person restores it: with the step lxcRestore, or `pct restore` on node "
                            + archive.kept().node() + ". Nothing was touched.");
        }
    }

    @Override
    public Output run(Input input, StepContext context) {
        ServicePlan plan = ServicePlan.of(targets, context, input.service());
        types.check(plan.service(), plan.streamed());
        String backup = store.choose(context, plan, input.backup());
        Manifest manifest = kept.open(context, plan, backup);
        requireStreams(plan, backup, manifest);
        shared.refuse(context, plan, Restoring.items(plan, manifest));
        List<String> replaced = new ArrayList<>();
        for (Manifest.Entry entry : manifest.files()) {
            DataItem item = plan.item(entry.item());
            if (swappable.look(context, plan, item)) {
                replaced.add(item.name() + " (" + item.type() + "): " + entry.of() + " on " + plan.host(item));
            }
        }
        GuestRestores.Seen seen = guests.look(context, plan, manifest);
        replaced.addAll(seen.replaced());
        List<String> leftOut = LeftOut.of(plan, manifest);
        Duration age = Duration.between(manifest.takenAt(), context.clock().instant());
        String summary = "Backup " + plan.describe(backup) + " (" + new ByteSize(manifest.bytes()) + ", taken at "
                + manifest.takenAt() + ") will be put back, which replaces "
                + (replaced.isEmpty() ? "nothing: there is no data." : String.join("; ", replaced) + ".")
                + (leftOut.isEmpty()
                        ? ""
                        : " The plan is not the one that it was taken by: " + String.join("; ", leftOut) + ".");
        context.log().info(summary);
        List<Manifest.Archive> byHand = new ArrayList<>(manifest.archives());
        byHand.removeAll(GuestRestores.of(plan, manifest));
        byHand.forEach(archive -> context.log()
                .info("Data item '" + archive.item() + "' is left alone: its archive "
                        + archive.kept().volume() + " is of a whole container, which a person restores."));
        return new Output(
                backup,
                plan.describe(backup),
                manifest.takenAt().toString(),
                Reports.time(age),
                manifest.get("version"),
                manifest.bytes(),
                !replaced.isEmpty(),
                replaced,
                !leftOut.isEmpty(),
                leftOut,
                plan.replacedWhole(),
                seen.running(),
                summary);
    }
}
