package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.inventory.Inventory;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.Attempts;
import io.muster.steps.GuestSwaps;
import io.muster.steps.HostShell;
import io.muster.steps.SharedPlaces;
import io.muster.steps.Targets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Restores of data that is LXC containers as a whole, where the plan lets them be replaced. */
@Component
final class GuestRestores {

    /** How long one that boots may take until its host answers. */
    private static final Duration BOOT = Duration.ofMinutes(2);

    private final GuestSwaps swaps;
    private final GuestBackups archives;
    private final ServiceContainer containers;
    private final Targets targets;
    private final HostShell shell;

    GuestRestores(
            GuestSwaps swaps, GuestBackups archives, ServiceContainer containers, Targets targets, HostShell shell) {
        this.swaps = swaps;
        this.archives = archives;
        this.containers = containers;
        this.targets = targets;
        this.shell = shell;
    }

    /** Those of a backup that a restore puts in their containers' place; of others the plan says that a person does. */
    static List<Manifest.Archive> of(ServicePlan plan, Manifest manifest) {
        return manifest.archives().stream()
                .filter(archive -> plan.replaced().contains(plan.item(archive.item())))
                .toList();
    }

    private static GuestSwaps.Place place(StepContext context, ServicePlan plan, DataItem item) {
        String tag = Streams.tag(context);
        return new GuestSwaps.Place(
                plan.host(item),
                item.vzdump().orElseThrow(),
                tag,
                plan.environment().name() + "/" + plan.service().name() + "/before-" + tag + "/" + item.name());
    }

    private static GuestSwaps.Place place(StepContext context, ServicePlan plan, Manifest.Archive archive) {
        return place(context, plan, plan.item(archive.item()));
    }

    /**
     * @param replaced what would be, a line each
     * @param running whether the container that the service is in runs
     */
    record Seen(List<String> replaced, boolean running) {}

    /** @throws StepFailure Conflict where an archive cannot be restored in its container's place */
    Seen look(StepContext context, ServicePlan plan, Manifest manifest) {
        List<String> replaced = new ArrayList<>();
        boolean running = true;
        for (Manifest.Archive archive : of(plan, manifest)) {
            GuestSwaps.Standing there = swaps.look(context, place(context, plan, archive), archive.kept());
            String host = plan.host(plan.item(archive.item()));
            running &= there.running() || !host.equals(plan.service().container());
            if (there.there()) {
                replaced.add(line(archive) + there.container() + ", all of it"
                        + also(" and with it ", there.lost())
                        + also("; in it are also ", others(context, plan, host)));
            }
        }
        return new Seen(replaced, running);
    }

    /** As an approval has it. */
    private static String line(Manifest.Archive archive) {
        return archive.item() + " (" + DataItem.VZDUMP + "): ";
    }

    private static String also(String before, List<String> what) {
        return what.isEmpty() ? "" : before + String.join(", ", what);
    }

    private List<String> others(StepContext context, ServicePlan plan, String host) {
        return others(context, plan, host, false);
    }

    /** Services of the container beside ours, of any environment that has it. */
    private List<String> others(StepContext context, ServicePlan plan, String host, boolean running) {
        List<String> others = new ArrayList<>();
        for (Inventory.Environment environment : targets.environments(context)) {
            boolean own = environment.name().equals(plan.environment().name());
            for (Inventory.Service other : environment.services().values()) {
                boolean ours = own && other.name().equals(plan.service().name());
                if (!ours
                        && SharedPlaces.place(environment, other.container(), "/")
                                .touches(SharedPlaces.place(plan.environment(), host, "/"))
                        && (!running || containers.running(environment, other).orElse(false))) {
                    others.add("service " + other.name() + (own ? "" : " of environment " + environment.name()));
                }
            }
        }
        return others;
    }

    /**
     * Has the nodes read each archive to its end, by restoring it into a container of its own: a node that restores over a container
     * destroys that before. Where there is nothing to destroy, the restore itself tells.
     *
     * @return what was seen, a line each
     */
    List<String> stage(StepContext context, ServicePlan plan, Manifest manifest) {
        List<String> seen = new ArrayList<>();
        for (Manifest.Archive archive : of(plan, manifest)) {
            context.checkpoint();
            DataItem item = plan.item(archive.item());
            GuestSwaps.Standing there = swaps.look(context, place(context, plan, item), archive.kept());
            context.effect(Restoring.STAGE, plan.host(item) + "/" + item.name());
            if (there.running()) {
                refuseOthers(context, plan, plan.host(item));
            }
            if (there.there()) {
                seen.add(item.name() + ": " + archives.tryOut(context, archive, Streams.tag(context)));
                archives.removeTrials(context, plan, Streams.tag(context));
            } else {
                seen.add(item.name() + ": " + there.container() + " is not there, and nothing is replaced");
            }
            context.log().info("Data item '" + seen.get(seen.size() - 1) + ".");
        }
        return seen;
    }

    private void refuseOthers(StepContext context, ServicePlan plan, String host) {
        List<String> running = others(context, plan, host, true);
        if (!running.isEmpty()) {
            throw new StepFailure.Rejected(
                    BackupFailure.IN_USE,
                    "In " + host + ", which would be replaced as a whole, there also run " + String.join(", ", running)
                            + ". Nothing was replaced: what they have written since the backup would be lost. Stop them,"
                            + " then retry, and start them when the restore has ended.");
        }
    }

    /** @param approved what the plan of the restore named, as {@link #look} gave it */
    void swap(StepContext context, ServicePlan plan, Manifest manifest, List<String> approved) {
        for (Manifest.Archive archive : of(plan, manifest)) {
            context.checkpoint();
            DataItem item = plan.item(archive.item());
            context.effect(Restoring.SWAP, plan.host(item) + "/" + item.name());
            boolean may = approved.stream().anyMatch(line -> line.startsWith(line(archive)));
            String said = swaps.in(context, place(context, plan, item), archive.kept(), may);
            context.log().info("Data item '" + item.name() + "': " + said + ".");
            await(context, plan.host(item));
        }
    }

    /** Its keys may be others than those that are known: whoever needs the host says that. */
    private void await(StepContext context, String host) {
        try {
            Attempts.within(BOOT, context, () -> {
                answered(context, host);
                return host;
            });
        } catch (StepFailure e) {
            context.checkpoint();
            context.log().info(host + " does not answer yet: " + e.getMessage());
        }
    }

    private void answered(StepContext context, String host) {
        try {
            shell.demand(context, host, "true", Map.of(), "Looking whether it answers");
        } catch (StepFailure e) {
            if (!e.reason().equals(Reason.HOST_KEY_MISMATCH)) {
                throw e;
            }
            context.log().info(e.getMessage());
        }
    }

    void undo(StepContext context, ServicePlan plan) {
        if (!plan.replaced().isEmpty()) {
            archives.removeTrials(context, plan, Streams.tag(context));
        }
        for (DataItem item : plan.replaced()) {
            context.effect(Restoring.UNDO, plan.host(item) + "/" + item.name());
            String said = swaps.back(context, place(context, plan, item));
            context.log().info("Data item '" + item.name() + "': " + said + ".");
            if (said.endsWith("runs")) {
                await(context, plan.host(item));
            }
        }
    }

    void finish(StepContext context, ServicePlan plan) {
        for (DataItem item : plan.replaced()) {
            context.effect(Restoring.FINISH, plan.host(item) + "/" + item.name());
            swaps.settle(context, place(context, plan, item));
        }
    }

    /** Whether a restored container is where the service's is. */
    boolean swapped(StepContext context, ServicePlan plan) {
        return plan.replaced().stream().anyMatch(item -> swaps.isIn(context, place(context, plan, item)));
    }
}
