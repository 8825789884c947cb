package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.remote.ProxmoxNodes;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.GuestArchives;
import io.muster.steps.GuestArchives.Archive;
import io.muster.steps.GuestSwaps;
import io.muster.steps.Targets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/**
 * Containers and their archives, changed for one another by the node. A node that restores over a container destroys that before it has
 * read the archive: so nothing is restored before there is a copy.
 */
@Component
final class ArchiveSwaps implements GuestSwaps {

    private static final String SHUTDOWN = "lxc shutdown";
    private static final String GRACE_SECONDS = "120";

    private final Targets targets;
    private final ProxmoxNodes nodes;
    private final GuestArchives archives;

    ArchiveSwaps(Targets targets, ProxmoxNodes nodes, GuestArchives archives) {
        this.targets = targets;
        this.nodes = nodes;
        this.archives = archives;
    }

    @Override
    public Standing look(StepContext context, Place place, Archive archive) {
        Guest guest = guest(context, place);
        requireOf(guest, archive);
        EmbeddedConfig wanted = EmbeddedConfig.of(guest, archive.volume());
        SwapRights.require(guest, wanted.storage(), place.vzdump().storage());
        Optional<JsonNode> found = guest.find();
        if (found.filter(Replaced::whole).isEmpty()) {
            return new Standing(guest.describe(), false, false, List.of());
        }
        Replaced replaced = new Replaced(guest, found.get());
        replaced.requireReplaceable(archive.hostname());
        return new Standing(guest.describe(), true, guest.running(), replaced.lost(wanted));
    }

    @Override
    public String in(StepContext context, Place place, Archive archive, boolean approved) {
        Guest guest = guest(context, place);
        requireOf(guest, archive);
        SwapTags tags = new SwapTags(place.tag());
        endOf(guest, TrialGuest.RESTORE);
        Optional<JsonNode> there = guest.find();
        if (there.filter(config -> SwapTags.has(config, tags.restored())).isEmpty()) {
            there.filter(Replaced::whole)
                    .ifPresentOrElse(
                            config -> keep(context, place, new Replaced(guest, config), archive, approved),
                            () -> nothingToKeep(context, place, guest, there.isPresent()));
            restore(guest, place, archive.volume(), there.isPresent(), tags.restored());
        }
        guest.requireHostname(guest.config(), archive.hostname());
        start(guest);
        return guest.describe() + " is what " + archive.volume() + " has of it, and runs"
                + copy(context, place)
                        .map(kept -> "; what was there before is kept as " + kept.volume())
                        .orElse("");
    }

    /** One that runs by now was worked on since a copy of an earlier attempt was made. */
    private void keep(StepContext context, Place place, Replaced there, Archive archive, boolean approved) {
        Guest guest = there.guest();
        there.requireReplaceable(archive.hostname());
        if (!approved) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    guest.describe()
                            + " is there by now, and was not when the restore was planned: nobody approved that"
                            + " it is replaced. It was left alone. Abort, and start the restore anew.");
        }
        guest.refuseLocked("restore");
        SwapTags tags = new SwapTags(place.tag());
        String found = there.config().path("tags").asText();
        if (guest.running()) {
            archives.removeMarked(context, order(place));
            guest.put("/config", Map.of("tags", SwapTags.with(tags.without(found), tags.ran())));
            shutDown(guest);
        } else if (!tags.original(there.config())) {
            guest.put("/config", Map.of("tags", SwapTags.with(found, tags.stopped())));
        }
        archives.take(context, order(place), context.deadline());
        Archive kept = archives.describe(context, order(place));
        context.log().info("What is there now is kept as " + kept.volume() + ".");
    }

    private void nothingToKeep(StepContext context, Place place, Guest guest, boolean hollow) {
        if (hollow && copy(context, place).isEmpty()) {
            throw new StepFailure.Fatal(
                    Reason.CONFLICT,
                    guest.describe() + " has no root file system, as a restore that broke off leaves it, and this run"
                            + " has kept no copy of it: it was not this run's. Look at the node's tasks; destroy what is"
                            + " left of it there if nobody needs it, then retry.");
        }
        context.log()
                .info(guest.describe()
                        + (hollow
                                ? " has nothing but its number: an earlier attempt to restore it broke off."
                                : " is not there."));
    }

    /** Its addresses and features are the archive's. */
    private void restore(Guest guest, Place place, String volume, boolean force, String tag) {
        EmbeddedConfig wanted = EmbeddedConfig.of(guest, volume);
        String tags = SwapTags.with(new SwapTags(place.tag()).without(wanted.get("tags")), tag);
        Map<String, String> form = new TreeMap<>();
        form.put("vmid", Integer.toString(guest.vmid()));
        form.put("ostemplate", volume);
        form.put("restore", "1");
        form.put("storage", wanted.storage());
        form.put("tags", tags);
        if (force) {
            form.put("force", "1");
        }
        try {
            guest.perform("POST", guest.nodePath("/lxc"), form, TrialGuest.RESTORE, "lxc restore");
        } catch (StepFailure failure) {
            throw told(failure, guest, place, volume);
        }
        Replaced.requireAs(wanted, tags, guest, volume);
    }

    /** What there is now, as far as it can be seen. */
    private StepFailure told(StepFailure failure, Guest guest, Place place, String volume) {
        if (!failure.reason().equals(Reason.TASK_FAILED)) {
            return failure;
        }
        String now = guest.find()
                .map(config ->
                        Replaced.whole(config) ? " It is there still." : " Nothing but its number is left of it.")
                .orElse(" It is not there.");
        return new StepFailure.Rejected(
                Reason.TASK_FAILED,
                guest.describe() + " was not restored from " + volume + "." + now
                        + copy(guest.context(), place)
                                .map(kept -> " What was there before is kept as " + kept.volume() + ".")
                                .orElse("")
                        + " " + failure.getMessage(),
                failure);
    }

    @Override
    public boolean isIn(StepContext context, Place place) {
        return guest(context, place)
                .find()
                .filter(config -> SwapTags.has(config, new SwapTags(place.tag()).restored()))
                .isPresent();
    }

    @Override
    public String back(StepContext context, Place place) {
        Guest guest = guest(context, place);
        SwapTags tags = new SwapTags(place.tag());
        endOf(guest, LxcBackup.TASK);
        endOf(guest, TrialGuest.RESTORE);
        Optional<JsonNode> there = guest.find();
        there.ifPresent(guest::requireWhole);
        Optional<Archive> copy = copy(context, place);
        boolean replaced = there.filter(Replaced::whole)
                .filter(config -> !SwapTags.has(config, tags.restored()))
                .isEmpty();
        if (!replaced && copy.isPresent()) {
            requireOriginal(guest, tags, there.get(), copy.get());
        }
        if (replaced && copy.isPresent()) {
            shutDown(guest, there);
            restore(guest, place, copy.get().volume(), there.isPresent(), tags.putBack());
        }
        Optional<JsonNode> now = guest.find();
        boolean ran = now.filter(config -> SwapTags.has(config, tags.ran())).isPresent()
                || copy.filter(kept -> EmbeddedConfig.of(guest, kept.volume()).tagged(tags.ran()))
                        .isPresent();
        if (now.isPresent() && ran) {
            start(guest);
        }
        // In this order: as long as there is a copy, the tags tell what it is a copy of.
        archives.removeMarked(context, order(place));
        now.ifPresent(config -> untag(guest, tags, config));
        String what = replaced && copy.isEmpty()
                ? now.isPresent() ? " was not there before; what was restored stays" : " is not there, as before"
                : " is as it was before";
        return guest.describe() + what + (ran ? ", and runs" : "");
    }

    /** Somebody may have made another one there: the copy is all that is left of the first then. */
    private static void requireOriginal(Guest guest, SwapTags tags, JsonNode config, Archive copy) {
        if (!tags.original(config)) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    guest.describe()
                            + " is neither what was there before nor what this run restored: somebody else made"
                            + " it. It was left alone, and so was the copy of what was there, " + copy.volume()
                            + ". To have that back, destroy the container and retry; to do without it, remove the copy and"
                            + " retry.");
        }
    }

    @Override
    public void settle(StepContext context, Place place) {
        Guest guest = guest(context, place);
        SwapTags tags = new SwapTags(place.tag());
        JsonNode config = guest.config();
        Optional<Archive> copy = copy(context, place);
        if (copy.isPresent() && !SwapTags.has(config, tags.restored())) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    guest.describe()
                            + " is not what this run restored, by its tags. The copy of what was there before, "
                            + copy.get().volume() + ", was left. Look who changed the container; remove the copy when"
                            + " nobody needs it, then retry.");
        }
        archives.removeMarked(context, order(place));
        untag(guest, tags, config);
    }

    private static void untag(Guest guest, SwapTags tags, JsonNode config) {
        String found = config.path("tags").asText();
        String wanted = tags.without(found);
        if (!Meaning.TAGS.of(found).equals(Meaning.TAGS.of(wanted))) {
            guest.put("/config", wanted.isEmpty() ? Map.of("delete", "tags") : Map.of("tags", wanted));
        }
    }

    private static void start(Guest guest) {
        if (guest.running()) {
            return;
        }
        guest.perform("POST", guest.path("/status/start"), Map.of(), "vzstart", "lxc start");
        if (!guest.running()) {
            throw new StepFailure.Rejected(
                    Reason.TASK_FAILED,
                    "The node reported that it started " + guest.describe()
                            + ", but it does not run. Look at its console" + " and log on the node, then retry.");
        }
    }

    private static void shutDown(Guest guest, Optional<JsonNode> there) {
        if (there.isPresent() && guest.running()) {
            shutDown(guest);
        }
    }

    /** By force in the end: what it holds is kept as it is on its disk, as after a loss of power. */
    private static void shutDown(Guest guest) {
        guest.perform(
                "POST",
                guest.path("/status/shutdown"),
                Map.of("timeout", GRACE_SECONDS, "forceStop", "1"),
                "vzshutdown",
                SHUTDOWN);
        if (guest.running()) {
            throw new StepFailure.Rejected(
                    Reason.TASK_FAILED,
                    "The node reported that it shut " + guest.describe() + " down, but it runs. Look what started it"
                            + " again, then retry.");
        }
    }

    /** An attempt whose server died may have begun it. */
    private static void endOf(Guest guest, String type) {
        try {
            guest.followRunning(line -> {}, type);
        } catch (StepFailure failure) {
            if (!failure.reason().equals(Reason.TASK_FAILED)) {
                throw failure;
            }
            guest.context().log().info("The " + type + " that ran there came to nothing: " + failure.getMessage());
        }
    }

    private Optional<Archive> copy(StepContext context, Place place) {
        return archives.find(context, order(place));
    }

    private static void requireOf(Guest guest, Archive archive) {
        if (!archive.node().equals(guest.node()) || archive.vmid() != guest.vmid()) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    "The archive " + archive.volume() + " is of container " + archive.node() + "/" + archive.vmid()
                            + ", and the inventory has " + guest.describe()
                            + ": it is not restored in its place. Choose a backup of this one, or correct `lxc` there.");
        }
    }

    private static GuestArchives.Order order(Place place) {
        return new GuestArchives.Order(place.host(), place.vzdump(), place.mark());
    }

    private Guest guest(StepContext context, Place place) {
        return new Guest(nodes, targets.lxc(context, place.host()), place.host(), context);
    }
}
