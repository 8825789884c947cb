package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.inventory.Inventory;
import io.muster.step.ByteSize;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.GuestArchives;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** The data of a plan that is LXC containers as a whole: their nodes back them up, keep the archives and read them. */
@Component
final class GuestBackups {

    private static final String VERIFIED =
            "listed by the node with its size, the configuration in it read back; its files were not read";

    private final GuestArchives archives;

    GuestBackups(GuestArchives archives) {
        this.archives = archives;
    }

    /** Of one item of one backup; nothing else has it. */
    private static GuestArchives.Order order(ServicePlan plan, String backup, DataItem item) {
        return new GuestArchives.Order(plan.host(item), item.vzdump().orElseThrow(), marks(plan, backup) + item.name());
    }

    private static String marks(ServicePlan plan, String backup) {
        return plan.environment().name() + "/" + plan.service().name() + "/" + backup + "/";
    }

    /** @throws StepFailure NoSpace, and NotSwappable when what the service writes is not in such a backup */
    void look(StepContext context, ServicePlan plan) {
        for (DataItem item : plan.guests()) {
            GuestArchives.Look found = archives.look(context, order(plan, "", item));
            String storage = "storage " + item.vzdump().orElseThrow().storage();
            if (found.free() < Store.MARGIN) {
                throw BackupFailure.noSpace(storage + " for " + found.container(), found.free(), Store.MARGIN);
            }
            requireInside(plan, item, found);
            context.log()
                    .info(found.container() + " has " + new ByteSize(found.used()) + " in use; " + storage + " has "
                            + new ByteSize(found.free()) + " free"
                            + (found.free() < found.used() ? ", which may not suffice." : "."));
            found.left().forEach(path -> context.log().info("Note: vzdump leaves " + path + " out."));
        }
    }

    /** A mount without {@code backup=1} is left out, without a word from the node. */
    private static void requireInside(ServicePlan plan, DataItem item, GuestArchives.Look found) {
        List<String> outside = plan.service().volumes().stream()
                .filter(volume -> plan.host(item).equals(plan.service().container()) && !volume.readOnly())
                .map(Inventory.Volume::source)
                .filter(source -> found.left().stream().anyMatch(path -> (source + "/").startsWith(path + "/")))
                .filter(source -> plan.streamed().stream()
                        .filter(other -> plan.host(other).equals(plan.host(item)))
                        .flatMap(other -> other.paths().stream())
                        .noneMatch(path -> (source + "/").startsWith(path + "/")))
                .toList();
        if (!outside.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "A backup of " + found.container() + " would be without " + String.join(", ", outside)
                            + ", which " + plan.service().name()
                            + " writes: it is on a mount that vzdump leaves out. Give"
                            + " the mount point `backup=1` (not possible for a directory of the node), or the plan a data"
                            + " item of type files for it. Nothing was backed up.");
        }
    }

    /**
     * Takes the backup of an item, once.
     *
     * @param most bytes that the archive may have
     * @return its bytes
     */
    long take(StepContext context, ServicePlan plan, String backup, DataItem item, long most, Instant until) {
        GuestArchives.Order order = order(plan, backup, item);
        try {
            if (!context.clock().instant().isBefore(until)) {
                throw new StepFailure.Rejected(Reason.TIMED_OUT, "its time was up before it was begun");
            }
            archives.take(context, order, until);
        } catch (StepFailure e) {
            throw e instanceof StepFailure.Rejected && e.reason().equals(Reason.TIMED_OUT) ? late(plan, item, e) : e;
        }
        GuestArchives.Archive archive = archives.describe(context, order);
        if (archive.bytes() > most) {
            archives.remove(context, archive);
            throw new StepFailure.Rejected(
                    BackupFailure.TOO_LARGE,
                    "The archive " + archive.volume() + " of data item '" + item.name() + "' has "
                            + new ByteSize(archive.bytes()) + ", and of the plan's "
                            + new ByteSize(plan.plan().sizeLimit()) + " there were " + new ByteSize(Math.max(0, most))
                            + " left. It was removed and no backup came of it. Raise `size-limit` in the inventory, or look"
                            + " for what has grown.");
        }
        context.log()
                .info("Data item '" + item.name() + "': " + new ByteSize(archive.bytes()) + " in " + archive.volume());
        return archive.bytes();
    }

    private static StepFailure late(ServicePlan plan, DataItem item, StepFailure failure) {
        return new StepFailure.Rejected(
                Reason.TIMED_OUT,
                "Data item '" + item.name() + "' could not be taken within the plan's time limit of "
                        + plan.plan().timeLimit() + " for the whole backup (" + failure.getMessage()
                        + "). No backup came of it. Raise `time-limit` in the inventory or look what is slow, then run the"
                        + " backup again.",
                failure);
    }

    /** What the nodes tell of the archives of a backup that is to be sealed. */
    List<Manifest.Archive> describe(StepContext context, ServicePlan plan, String backup) {
        List<Manifest.Archive> described = new ArrayList<>();
        for (DataItem item : plan.guests()) {
            GuestArchives.Archive kept = archives.describe(context, order(plan, backup, item));
            context.log().info(kept.volume() + " is " + VERIFIED + ".");
            described.add(new Manifest.Archive(item.name(), plan.host(item), kept, VERIFIED));
        }
        return described;
    }

    List<GuestArchives.Wrong> wrong(StepContext context, Manifest manifest) {
        List<GuestArchives.Wrong> wrong = new ArrayList<>();
        for (Manifest.Archive archive : manifest.archives()) {
            context.checkpoint();
            wrong.addAll(archives.wrong(context, archive.kept()));
        }
        return wrong;
    }

    /** Those that a manifest names, and those that a backup has left which came to no manifest. */
    void remove(StepContext context, ServicePlan plan, String backup, List<Manifest.Archive> named) {
        named.forEach(archive -> archives.remove(context, archive.kept()));
        plan.guests()
                .forEach(item -> archives.removeMarked(
                        context,
                        new GuestArchives.Order(plan.host(item), item.vzdump().orElseThrow(), marks(plan, backup))));
    }

    /**
     * Restores each archive into a container of its own, and removes that again.
     *
     * @param tag of what is made
     * @return what was seen, a line each
     */
    List<String> tryOut(StepContext context, ServicePlan plan, Manifest manifest, String tag) {
        List<String> seen = new ArrayList<>();
        for (Manifest.Archive archive : manifest.archives()) {
            context.checkpoint();
            seen.add(tryOut(context, archive, tag));
            context.log().info(seen.get(seen.size() - 1) + ".");
        }
        return seen;
    }

    /** As {@link #tryOut(StepContext, ServicePlan, Manifest, String)}, and it stays. */
    String tryOut(StepContext context, Manifest.Archive archive, String tag) {
        return archives.tryOut(context, archive.kept(), hostname(tag, archive.item()));
    }

    void removeTrials(StepContext context, ServicePlan plan, String tag) {
        plan.guests().forEach(item -> archives.removeTrial(context, plan.host(item), hostname(tag, item.name())));
    }

    private static String hostname(String tag, String item) {
        return String.format("%s-%08x", tag, item.hashCode());
    }
}
