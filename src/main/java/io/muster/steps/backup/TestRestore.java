package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.inventory.Inventory;
import io.muster.recovery.Backups;
import io.muster.recovery.Drill;
import io.muster.recovery.Drills;
import io.muster.recovery.Restored;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

@StepInfo(
        name = "restoreTest",
        title = "Test a restore",
        description =
                "Restores a backup beside a service, into scratch directories and databases, compares them with the backup record by record (a difference fails with `DataDiffers` and names the records), starts a scratch container of the service's image"
                        + " on the restored volumes (without network and without the service's secrets, but for what `recovery.restore-test` of the inventory names) and waits for its health check; then all of it is removed, also"
                        + " when it failed or its run was cancelled. The service itself is not touched. It fails where a restore would refuse what is there (`NotSwappable`, `SymbolicLink`). Data that no volume of the service has (a database) is restored and counted, not run on.",
        category = "Backup",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        timeout = "PT24H",
        errors = {
            Reason.CHECK_FAILED,
            Reason.TASK_FAILED,
            Reason.NOT_IN_INVENTORY,
            BackupFailure.CORRUPT,
            Comparison.DIFFERS,
            BackupFailure.WRONG_IDENTITY,
            BackupFailure.NO_SPACE,
            BackupFailure.NOT_SWAPPABLE,
            BackupFailure.LINK
        })
public class TestRestore implements Step<TestRestore.Input, TestRestore.Output> {

    /** One test of a service at a time, so that the next one finds what is left of the last, and of no other service. */
    static String tag(ServicePlan plan) {
        String of = plan.environment().name() + "/" + plan.service().name();
        return String.format("muster-t%08x", of.hashCode());
    }

    private static final String EFFECT = "test restore";

    public record Input(
            @NotBlank @Field(label = "Service", example = "notes") String service,
            @NotBlank @Field(label = "Backup", description = "Its id.", example = "20260102T030405Z-1a2b3c4d")
                    String backup,
            @Field(
                            label = "Image",
                            description = "What runs now, with its digest; what the manifest names when empty.",
                            example = "registry.example/notes@sha256:9f86d0")
                    String image) {}

    public record Output(
            @Field(label = "Restore seconds", description = "Of staging and comparing all data.") double restoreSeconds,
            @Field(label = "Total seconds", description = "Until the scratch container was well.") double totalSeconds,
            @Field(label = "Restored bytes", description = "Of the backup's files.") long restoredBytes,
            @Field(label = "Restored", description = "What was made, a line each.") List<String> restored,
            @Field(
                            label = "Compared",
                            description = "With the backup, record by record: of each data item, a line each.")
                    String compared,
            @Field(label = "Health", description = "Of the scratch container; `none` without one or without a check.")
                    String health,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final Restoring restoring;
    private final Scratch scratch;
    private final Backups backups;
    private final Drills drills;
    private final GuestBackups archives;
    private final Swappable swappable;

    TestRestore(
            Targets targets,
            Restoring restoring,
            Scratch scratch,
            Backups backups,
            Drills drills,
            GuestBackups archives,
            Swappable swappable) {
        this.targets = targets;
        this.restoring = restoring;
        this.scratch = scratch;
        this.backups = backups;
        this.drills = drills;
        this.archives = archives;
        this.swappable = swappable;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        ServicePlan plan = ServicePlan.of(targets, context, input.service());
        Manifest manifest = restoring.manifest(context, plan, input.backup());
        Instant began = context.clock().instant();
        context.effect(EFFECT, input.service(), input.service() + " " + input.backup());
        try {
            Output output = test(input, plan, manifest, began, context);
            clean(context, plan);
            record(context, plan, input.backup(), manifest, true, began, output.summary());
            return output;
        } catch (RuntimeException e) {
            cleanAfter(e, context, plan);
            if (e instanceof StepFailure failure && tells(failure)) {
                record(context, plan, input.backup(), manifest, false, began, e.getMessage());
            }
            throw e;
        }
    }

    /** Whether it says something of the backup: what may pass by itself, or was cancelled, does not. */
    private static boolean tells(StepFailure failure) {
        return !(failure instanceof StepFailure.Transient) && !failure.reason().equals(Reason.CANCELLED);
    }

    private Output test(Input input, ServicePlan plan, Manifest manifest, Instant began, StepContext context) {
        swappable.demand(context, plan, Restoring.items(plan, manifest));
        Restoring.Staged made = restoring.stage(context, plan, manifest, input.backup(), tag(plan));
        List<String> restored = new ArrayList<>(made.made());
        restored.addAll(archives.tryOut(context, plan, manifest, tag(plan)));
        Duration staged = Duration.between(began, context.clock().instant());
        String image = Optional.ofNullable(input.image())
                .filter(text -> !text.isBlank())
                .orElse(manifest.get("image"));
        List<String> volumes = volumes(plan, manifest, context);
        String health = volumes.isEmpty() ? "none" : scratch.run(context, plan, image, volumes);
        Duration total = Duration.between(began, context.clock().instant());
        List<String> leftOut = LeftOut.of(plan, manifest);
        String summary = "Backup " + plan.describe(input.backup()) + ", " + new ByteSize(manifest.bytes())
                + ", was restored beside the service in " + Reports.time(staged)
                + (volumes.isEmpty()
                        ? ""
                        : " and a scratch container ran on it, "
                                + plan.restoreTest().inWords() + ", health " + health)
                + (manifest.archives().isEmpty()
                        ? ""
                        : "; " + Reports.count(manifest)
                                + ": of containers each archive was restored into one that was not started, and its"
                                + " configuration compared")
                + "; all of it was"
                + " removed again."
                + (leftOut.isEmpty()
                        ? ""
                        : " The plan is not the one that it was taken by: " + String.join("; ", leftOut)
                                + "; of that nothing is proven.");
        context.log().info(summary);
        return new Output(
                staged.toMillis() / 1000.0,
                total.toMillis() / 1000.0,
                manifest.bytes(),
                restored,
                String.join("\n", made.compared()),
                health,
                summary);
    }

    /** The service's volumes, each where its data was staged; one that the backup does not have is left out. */
    private static List<String> volumes(ServicePlan plan, Manifest manifest, StepContext context) {
        List<String> volumes = new ArrayList<>();
        for (Inventory.Volume volume : plan.service().volumes()) {
            Optional<String> staged = manifest.files().stream()
                    .map(entry -> plan.item(entry.item()))
                    .filter(item -> plan.host(item).equals(plan.service().container()))
                    .map(DataItem::paths)
                    .flatMap(List::stream)
                    .filter(path -> (volume.source() + "/").startsWith(path + "/"))
                    .map(path -> path + "." + tag(plan) + volume.source().substring(path.length()))
                    .findFirst();
            staged.ifPresentOrElse(
                    source -> volumes.add(source + ":" + volume.target() + (volume.readOnly() ? ":ro" : "")),
                    () -> context.log()
                            .info("Volume " + volume.source()
                                    + " is not in the backup; the scratch container goes without it."));
        }
        return volumes;
    }

    private void clean(StepContext context, ServicePlan plan) {
        scratch.remove(context, plan);
        restoring.discard(context, plan, tag(plan));
        archives.removeTrials(context, plan, tag(plan));
        context.nothingLeft();
    }

    private void cleanAfter(RuntimeException failure, StepContext context, ServicePlan plan) {
        try {
            clean(Unstoppable.of(context), plan);
        } catch (StepFailure e) {
            context.log().info("What was made could not be removed, and is in a while: " + e.getMessage());
            failure.addSuppressed(e);
        }
    }

    private void record(
            StepContext context,
            ServicePlan plan,
            String backup,
            Manifest manifest,
            boolean proven,
            Instant began,
            String detail) {
        Instant now = context.clock().instant();
        backups.restored(new Restored(
                plan.environment().name(),
                plan.service().name(),
                backup,
                Restored.Kind.TEST,
                proven,
                now,
                Duration.between(began, now),
                manifest.bytes(),
                context.run().rootId(),
                detail));
    }

    /** Its server is gone and its run was cancelled: what it made is removed by whoever notices. */
    @Override
    public Optional<String> abandon(StepContext context) {
        return cleaned(context, true)
                .map(service -> "The scratch container and the restored data beside " + service + " were removed.");
    }

    /** What could not be removed when it ended. Another test of the service has the same names, as another attempt of this one, and is waited for. */
    @Override
    public void sweep(StepContext context) {
        cleaned(context, false);
    }

    private Optional<String> cleaned(StepContext context, boolean runIsOver) {
        return context.recorded().stream()
                .filter(effect -> effect.kind().equals(EFFECT))
                .findFirst()
                .flatMap(StepContext.Effect::handle)
                .map(handle -> {
                    String[] parts = handle.split(" ");
                    ServicePlan plan = ServicePlan.of(targets, context, parts[0]);
                    requireNoOther(context, plan, runIsOver);
                    clean(context, plan);
                    return parts[0];
                });
    }

    private void requireNoOther(StepContext context, ServicePlan plan, boolean runIsOver) {
        var running = new Drills.Filter(
                Optional.of(plan.environment().name()),
                Optional.of(plan.service().name()),
                Optional.of(Drill.Kind.RESTORE_TEST),
                Optional.of(Drill.State.RUNNING));
        drills.list(running, 1, 0).stream()
                .filter(drill ->
                        !runIsOver || !drill.runId().equals(context.run().rootId()))
                .findFirst()
                .ifPresent(drill -> {
                    throw new StepFailure.Transient(
                            Reason.CONFLICT,
                            "Restore test " + drill.runId() + " of " + drill.service()
                                    + " runs; what this one left is removed after it.");
                });
    }
}
