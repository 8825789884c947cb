package io.muster.steps.backup;

import io.muster.inventory.BackupPlan;
import io.muster.recovery.Backup;
import io.muster.recovery.Backups;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

@StepInfo(
        name = "backupPrune",
        title = "Remove backups beyond their retention",
        description =
                "Removes backups of a service that the plan's retention does not keep: beyond its number of verified backups and older than"
                        + " its time (where both are given). The last verified one stays in any case. What earlier runs only wrote in part is"
                        + " removed too. Without a retention nothing is removed but that. With a backup go the archives of LXC containers that its manifest"
                        + " names, from the storages of their nodes.",
        category = "Backup",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY, Reason.TASK_FAILED})
public class PruneBackups implements Step<PruneBackups.Input, PruneBackups.Output> {

    private static final String RENAME =
            """
            cd -- "$ROOT" 2>/dev/null || exit 0
            [ ! -d "$NAME" ] || [ "$NAME" = "$GONE" ] || { rm -rf -- "$GONE"; mv -- "$NAME" "$GONE"; }
            [ ! -f "$GONE/MANIFEST.yml" ] || head -c 200000 "$GONE/MANIFEST.yml"
            """;

    private static final String REMOVE = "cd -- \"$ROOT\"; rm -rf -- \"$GONE\" \"${GONE%.removed}.test-data.tsv\"\n";

    /** A backup is first renamed: what is left of a removal is never taken for a backup. */
    private static final String GONE = ".removed";

    public record Input(
            @NotBlank @Field(label = "Service", example = "notes") String service,
            @Field(
                            label = "Backup",
                            description = "The one that this run took; it stays.",
                            example = "20260102T030405Z-1a2b3c4d")
                    String backup) {}

    public record Output(
            @Field(label = "Removed", description = "Ids of backups, and what was only written in part.")
                    List<String> removed,
            @Field(label = "Kept", description = "How many backups there are now.") int kept) {}

    private final Targets targets;
    private final Store store;
    private final Backups backups;
    private final GuestBackups archives;

    PruneBackups(Targets targets, Store store, Backups backups, GuestBackups archives) {
        this.targets = targets;
        this.store = store;
        this.backups = backups;
        this.archives = archives;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        ServicePlan plan = ServicePlan.of(targets, context, input.service());
        List<String> names = store.names(context, plan);
        List<String> there = names.stream().filter(Store.ID.asMatchPredicate()).toList();
        List<String> removed = new ArrayList<>();
        names.stream()
                .filter(name -> name.endsWith(".incoming") || name.endsWith(".removed"))
                .filter(name -> !name.startsWith(String.valueOf(input.backup())))
                .forEach(name -> remove(context, plan, name, removed));
        for (String name : beyond(context, plan, there, input.backup())) {
            context.checkpoint();
            // First: one that is half removed must not count as kept when the server dies, or the store is away. It is
            // still beyond.
            backups.removed(
                    plan.environment().name(),
                    plan.service().name(),
                    name,
                    context.clock().instant());
            remove(context, plan, name, removed);
        }
        int left = (int) there.stream().filter(name -> !removed.contains(name)).count();
        context.log()
                .info(
                        removed.isEmpty()
                                ? "Nothing is beyond its retention; " + left + " backups are kept."
                                : "Removed " + String.join(", ", removed) + "; " + left + " backups are kept.");
        return new Output(removed, left);
    }

    private void remove(StepContext context, ServicePlan plan, String name, List<String> removed) {
        context.effect("remove backup", plan.describe(name));
        Map<String, String> env =
                Map.of("ROOT", plan.root(), "NAME", name, "GONE", name.endsWith(GONE) ? name : name + GONE);
        String what = "Removing backup " + plan.path(name);
        String manifest = store.demand(context, plan, RENAME, env, what);
        archives.remove(context, plan, name.replaceFirst("\\..*", ""), archivesOf(context, name, manifest));
        store.demand(context, plan, REMOVE, env, what);
        removed.add(name);
    }

    /** What its nodes keep of it; of a manifest that cannot be read they are found by their marks. */
    private static List<Manifest.Archive> archivesOf(StepContext context, String name, String manifest) {
        try {
            return manifest.isBlank()
                    ? List.of()
                    : Manifest.read(manifest + "\n").archives();
        } catch (IllegalArgumentException e) {
            context.log().info("The manifest of " + name + " cannot be read: " + e.getMessage());
            return List.of();
        }
    }

    /** Counted are verified ones: seven damaged backups must not push out the good one before them. */
    private List<String> beyond(StepContext context, ServicePlan plan, List<String> there, String own) {
        BackupPlan retention = plan.plan();
        if (retention.keep().isEmpty() && retention.keepFor().isEmpty()) {
            return List.of();
        }
        Set<String> verified = new HashSet<>();
        backups.kept(plan.environment().name(), plan.service().name()).stream()
                .filter(backup -> backup.verifiedAt().isPresent())
                .map(Backup::id)
                .forEach(verified::add);
        Instant now = context.clock().instant();
        List<String> beyond = new ArrayList<>();
        int newer = 0;
        for (int i = there.size() - 1; i >= 0; i--) {
            String name = there.get(i);
            int before = newer;
            boolean many = retention.keep().map(most -> before >= most).orElse(true);
            boolean old = retention
                    .keepFor()
                    .map(time -> Store.takenAt(name).plus(time).isBefore(now))
                    .orElse(true);
            // With no verified one newer than it, this is the last verified one, or there is none.
            if (many && old && before > 0 && !name.equals(own)) {
                beyond.add(name);
            }
            newer += verified.contains(name) ? 1 : 0;
        }
        return beyond;
    }
}
