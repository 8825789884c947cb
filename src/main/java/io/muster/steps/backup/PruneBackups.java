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
                        + " removed too. Without a retention nothing is removed but that.",
        category = "Backup",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY, Reason.TASK_FAILED})
public class PruneBackups implements Step<PruneBackups.Input, PruneBackups.Output> {

    /** A backup is first renamed: what is left of a removal is never taken for a backup. */
    private static final String REMOVE =
            """
            cd -- "$ROOT"; [ ! -d "$NAME" ] || { rm -rf -- "$NAME.removed"; mv -- "$NAME" "$NAME.removed"; }
            rm -rf -- "$NAME.removed" "$NAME.test-data.tsv"
            """;

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

    PruneBackups(Targets targets, Store store, Backups backups) {
        this.targets = targets;
        this.store = store;
        this.backups = backups;
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
            remove(context, plan, name, removed);
            backups.removed(
                    plan.environment().name(),
                    plan.service().name(),
                    name,
                    context.clock().instant());
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
        store.demand(
                context, plan, REMOVE, Map.of("ROOT", plan.root(), "NAME", name), "Removing backup " + plan.path(name));
        removed.add(name);
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
