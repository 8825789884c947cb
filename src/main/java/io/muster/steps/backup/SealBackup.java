package io.muster.steps.backup;

import io.muster.inventory.BackupPlan;
import io.muster.inventory.DataItem;
import io.muster.step.AfterCrash;
import io.muster.step.ByteSize;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Moments;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@StepInfo(
        name = "backupSeal",
        title = "Read back and seal a backup",
        description =
                "Reads every file that `backupTake` wrote back from the store, through the tool of its type: size, SHA-256 and what the"
                        + " tool says. Then it writes `MANIFEST.yml` beside them, gives the backup its name, and records it as taken and"
                        + " verified. A file that is not what was read makes it fail, and the backup keeps the name of one that is not"
                        + " whole.",
        category = "Backup",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        timeout = "PT24H",
        errors = {
            Reason.NOT_IN_INVENTORY,
            Reason.TASK_FAILED,
            BackupFailure.INCOMPLETE,
            BackupFailure.CORRUPT,
            BackupFailure.WRONG_IDENTITY,
            BackupFailure.EMPTY,
            BackupFailure.NO_SPACE
        })
public class SealBackup implements Step<SealBackup.Input, SealBackup.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", example = "notes") String service,
            @NotBlank @Field(label = "Backup", description = "As planned.", example = "20260102T030405Z-1a2b3c4d")
                    String backup,
            @NotBlank @Field(label = "Taken at", description = "ISO-8601.", example = "2026-01-02T03:04:05Z")
                    String takenAt,
            @Field(label = "Version", description = "What runs; kept in the manifest.", example = "1.1.0")
                    String version,
            @Field(
                            label = "Image",
                            description = "What runs; kept in the manifest.",
                            example = "registry.example/notes")
                    String image) {}

    public record Output(
            @Field(label = "Backup bytes", description = "As they are stored.") long backupBytes,
            @Field(label = "Backup seconds", description = "From the plan to here.") double backupSeconds,
            @Field(label = "Manifest", description = "Its files in words, a line each.") String backupManifest,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final Store store;
    private final Kept kept;
    private final Streams streams;
    private final DataTypes types;
    private final GuestBackups archives;

    SealBackup(Targets targets, Store store, Kept kept, Streams streams, DataTypes types, GuestBackups archives) {
        this.targets = targets;
        this.store = store;
        this.kept = kept;
        this.streams = streams;
        this.types = types;
        this.archives = archives;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        ServicePlan plan = ServicePlan.of(targets, context, input.service());
        Store.Begun begun = store.begin(context, plan, input.backup());
        Manifest manifest;
        if (begun.whole()) {
            context.log().info("Backup " + plan.describe(input.backup()) + " was sealed already.");
            manifest = kept.verify(context, plan, input.backup());
        } else {
            manifest = read(input, plan, begun, context);
            context.effect("seal backup", plan.describe(input.backup()));
            store.sealed(context, plan, input.backup(), manifest.write());
            kept.record(context, plan, manifest, input.backup());
        }
        return output(plan, input, manifest, context);
    }

    private Manifest read(Input input, ServicePlan plan, Store.Begun begun, StepContext context) {
        List<Manifest.Entry> files = new ArrayList<>();
        for (DataItem item : plan.streamed()) {
            context.checkpoint();
            String name = plan.file(item, types.of(item));
            Streams.Passed taken = Optional.ofNullable(begun.taken().get(name))
                    .orElseThrow(() -> new StepFailure.Rejected(
                            BackupFailure.INCOMPLETE,
                            "Backup " + plan.describe(input.backup()) + " has no " + name
                                    + " that is whole: `backupTake` has not taken data item '" + item.name() + "'."));
            Manifest.Entry entry = new Manifest.Entry(
                    name,
                    item.name(),
                    item.type(),
                    plan.host(item),
                    LeftOut.words(item),
                    taken.bytes(),
                    taken.sha256(),
                    "",
                    size(context, plan, item));
            files.add(kept.readBack(
                    context,
                    plan,
                    item,
                    plan.path(input.backup()) + ".incoming",
                    entry,
                    plan.plan()
                            .encryption()
                            .map(BackupPlan.Encryption::recipient)
                            .orElse("")));
        }
        Map<String, String> about = new LinkedHashMap<>();
        about.put("backup", input.backup());
        about.put("service", input.service());
        about.put("environment", plan.environment().name());
        about.put("version", Optional.ofNullable(input.version()).orElse(""));
        about.put(
                "image",
                Optional.ofNullable(input.image()).orElse(plan.service().image()));
        about.put("run", context.run().rootId());
        about.put(
                "recipient",
                plan.plan().encryption().map(BackupPlan.Encryption::recipient).orElse(""));
        Instant takenAt = Moments.of("takenAt", input.takenAt());
        List<Manifest.Archive> guests = archives.describe(context, plan, input.backup());
        return new Manifest(about, takenAt, context.clock().instant(), files, guests);
    }

    /** Of what a server keeps, the backup does not tell how much room it takes there. */
    private long size(StepContext context, ServicePlan plan, DataItem item) {
        if (!item.paths().isEmpty()) {
            return 0;
        }
        try {
            String what = "Measuring data item '" + item.name() + "'";
            return Long.parseLong(streams.run(
                            context,
                            plan,
                            item,
                            Streams.tag(context),
                            types.of(item).size(),
                            what)
                    .strip());
        } catch (StepFailure.Rejected | NumberFormatException e) {
            context.log().info("How large '" + item.name() + "' is was not told and is not kept: " + e.getMessage());
            return 0;
        }
    }

    private static Output output(ServicePlan plan, Input input, Manifest manifest, StepContext context) {
        double seconds =
                Duration.between(manifest.takenAt(), manifest.sealedAt()).toMillis() / 1000.0;
        String summary = "Backup " + plan.describe(input.backup()) + " is whole and was read back: "
                + Reports.count(manifest) + ", "
                + new ByteSize(manifest.bytes()) + ".";
        context.log().info(summary);
        return new Output(manifest.bytes(), seconds, Reports.files(manifest), summary);
    }
}
