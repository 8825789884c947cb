package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Puts the data of a backup beside what is there, and changes places; every act can be done again. */
@Component
final class Restoring {

    /** Kinds of the effects that tell how far a restore came. */
    static final String STAGE = "stage restore";

    static final String SWAP = "swap data";
    static final String UNDO = "put data back";
    static final String FINISH = "remove replaced data";

    /** What stays free beside a little data. */
    private static final long LEAST = 1L << 20;

    private final Streams streams;
    private final DataTypes types;
    private final Kept kept;
    private final SharedUse shared;
    private final Comparison comparison;
    private final GuestRestores guests;

    Restoring(
            Streams streams,
            DataTypes types,
            Kept kept,
            SharedUse shared,
            Comparison comparison,
            GuestRestores guests) {
        this.streams = streams;
        this.types = types;
        this.kept = kept;
        this.shared = shared;
        this.comparison = comparison;
        this.guests = guests;
    }

    /** @param made what each type said
     *  @param compared of each data item, with what result */
    record Staged(List<String> made, List<String> compared) {}

    /**
     * Puts each file of a backup beside the data, and compares all of it with the backup.
     *
     * @throws StepFailure BackupCorrupt when what came was not what the manifest says, and what was staged of it is removed; DataDiffers when
     *     what was made of it has other records
     */
    Staged stage(StepContext context, ServicePlan plan, Manifest manifest, String backup, String tag) {
        // What an earlier attempt staged, also one that failed, goes anyway, and is no reason to find no room.
        discard(context, plan, tag);
        demandRoom(context, plan, manifest, tag);
        List<String> said = new ArrayList<>();
        List<String> compared = new ArrayList<>();
        for (Manifest.Entry entry : manifest.files()) {
            context.checkpoint();
            DataItem item = plan.item(entry.item());
            context.effect(STAGE, plan.host(item) + "/" + item.name());
            Streams.Passed passed = streams.feed(
                    context,
                    plan,
                    item,
                    plan.path(backup) + "/" + entry.name(),
                    manifest.get("recipient"),
                    types.of(item).stage(),
                    tag,
                    "Staging data item '" + item.name() + "'");
            if (passed.bytes() != entry.bytes() || !passed.sha256().equals(entry.sha256())) {
                streams.run(context, plan, item, tag, types.of(item).discard(), "Removing what was staged");
                throw BackupFailure.refused(
                        BackupFailure.CORRUPT,
                        plan.describe(backup),
                        entry.name() + " came as " + passed.bytes() + " bytes with SHA-256 " + passed.sha256()
                                + " instead of " + entry.bytes() + " with " + entry.sha256()
                                + "; nothing was replaced");
            }
            context.log().info("Data item '" + item.name() + "' is staged: " + passed.said());
            said.add(item.name() + ": " + passed.said());
        }
        for (Manifest.Entry entry : manifest.files()) {
            context.checkpoint();
            String file = plan.path(backup) + "/" + entry.name();
            String told = comparison.compare(
                    context, plan, plan.item(entry.item()), entry, file, manifest.get("recipient"), tag);
            context.log().info(told);
            compared.add(told);
        }
        return new Staged(said, compared);
    }

    /** By the size in the backup, or that of the data when it was taken, of all that goes to one file system. */
    private void demandRoom(StepContext context, ServicePlan plan, Manifest manifest, String tag) {
        Map<String, Long> needed = new LinkedHashMap<>();
        for (Manifest.Entry entry : manifest.files()) {
            DataItem item = plan.item(entry.item());
            String said = types.of(item)
                    .room()
                    .map(script -> streams.run(
                            context, plan, item, tag, script, "Looking for free space for '" + item.name() + "'"))
                    .orElse("");
            if (said.isEmpty()) {
                context.log()
                        .info("Whether there is room to restore '" + item.name()
                                + "' is not known: its server does not tell " + plan.host(item)
                                + " where it has its data.");
            }
            said.lines().map(line -> line.split(" ", 4)).forEach(place -> {
                long one = place[2].equals("data") ? Math.max(entry.bytes(), entry.size()) : entry.bytes();
                long bytes = needed.merge(plan.host(item) + " " + place[0], one, Long::sum);
                long free = Long.parseLong(place[1]) * 1024;
                long need = bytes + Math.min(Store.MARGIN, bytes / 10 + LEAST);
                if (free < need) {
                    throw BackupFailure.noRoom(plan.host(item), place[3], free, need);
                }
            });
        }
    }

    void swap(StepContext context, ServicePlan plan, Manifest manifest) {
        each(context, plan, items(plan, manifest), SWAP, DataType::swap, "Swapping");
    }

    /** Containers as a whole. */
    GuestRestores guests() {
        return guests;
    }

    /**
     * Asks nothing of the backup: what was there before comes back also when the store is away.
     *
     * @throws StepFailure DataInUse where other services run on what was swapped in
     */
    void undo(StepContext context, ServicePlan plan) {
        guests.undo(context, plan);
        shared.refuseUndo(context, plan, swapped(context, plan));
        each(context, plan, plan.streamed(), UNDO, DataType::undo, "Putting back");
    }

    /** In whose place something was put, and is still. */
    private List<DataItem> swapped(StepContext context, ServicePlan plan) {
        return plan.streamed().stream()
                .filter(item -> types.of(item)
                        .swapped()
                        .map(script -> streams.run(
                                context,
                                plan,
                                item,
                                Streams.tag(context),
                                script,
                                "Looking for what was replaced of '" + item.name() + "'"))
                        .filter("swapped"::equals)
                        .isPresent())
                .toList();
    }

    void finish(StepContext context, ServicePlan plan, Manifest manifest) {
        if (!GuestRestores.of(plan, manifest).isEmpty()) {
            guests.finish(context, plan);
        }
        each(context, plan, items(plan, manifest), FINISH, DataType::finish, "Removing what was replaced of");
    }

    /** As {@link #finish(StepContext, ServicePlan, Manifest)}, of every data item: asks nothing of the backup. */
    void finish(StepContext context, ServicePlan plan) {
        guests.finish(context, plan);
        each(context, plan, plan.streamed(), FINISH, DataType::finish, "Removing what was replaced of");
    }

    /** What was staged of any data item: the backup may not be there any more. */
    void discard(StepContext context, ServicePlan plan, String tag) {
        for (DataItem item : plan.streamed()) {
            context.effect("remove staged data", plan.host(item) + "/" + item.name());
            streams.run(
                    context, plan, item, tag, types.of(item).discard(), "Removing what was staged of " + item.name());
        }
    }

    static List<DataItem> items(ServicePlan plan, Manifest manifest) {
        return manifest.files().stream().map(entry -> plan.item(entry.item())).toList();
    }

    private void each(
            StepContext context,
            ServicePlan plan,
            List<DataItem> items,
            String effect,
            Function<DataType, String> script,
            String what) {
        for (DataItem item : items) {
            context.effect(effect, plan.host(item) + "/" + item.name());
            String said = streams.run(
                    context,
                    plan,
                    item,
                    Streams.tag(context),
                    script.apply(types.of(item)),
                    what + " data item '" + item.name() + "'");
            context.log().info("Data item '" + item.name() + "': " + (said.isEmpty() ? effect + ", done" : said));
        }
    }

    Manifest manifest(StepContext context, ServicePlan plan, String backup) {
        return kept.open(context, plan, backup);
    }
}
