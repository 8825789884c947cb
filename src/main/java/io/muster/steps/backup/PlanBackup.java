package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.recovery.Backup;
import io.muster.recovery.Backups;
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
import java.time.temporal.ChronoUnit;
import java.util.List;

@StepInfo(
        name = "backupPlan",
        title = "Plan a backup",
        description =
                "Says what of a service would be backed up, where to, and how much it is about, and changes nothing. Fails when the"
                        + " service has no plan or its plan is switched off (`BackupDisabled`), when a data item cannot be backed up,"
                        + " is larger than the plan's limit (`TooLarge`), or when the store has no room (`NoSpace`).",
        category = "Backup",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {
            Reason.NOT_IN_INVENTORY,
            Reason.INVALID_INPUT,
            Reason.NOT_FOUND,
            Reason.TASK_FAILED,
            BackupFailure.DISABLED,
            BackupFailure.TOO_LARGE,
            BackupFailure.NO_SPACE,
            BackupFailure.NOT_SWAPPABLE,
            BackupFailure.LINK
        })
public class PlanBackup implements Step<PlanBackup.Input, PlanBackup.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    public record Output(
            @Field(label = "Backup", description = "The id it will have: time in UTC, and a part of the run's.")
                    String backup,
            @Field(label = "Backup path", description = "Where it will be, host:/path.") String backupPath,
            @Field(label = "Estimate", description = "Bytes of the data, before packing.") long estimate,
            @Field(label = "Taken at", description = "When the plan was made, ISO-8601.") String takenAt,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final Streams streams;
    private final Store store;
    private final DataTypes types;
    private final GuestBackups archives;
    private final SharedUse shared;
    private final Swappable swappable;
    private final Backups backups;

    PlanBackup(
            Targets targets,
            Streams streams,
            Store store,
            DataTypes types,
            GuestBackups archives,
            SharedUse shared,
            Swappable swappable,
            Backups backups) {
        this.targets = targets;
        this.streams = streams;
        this.store = store;
        this.types = types;
        this.archives = archives;
        this.shared = shared;
        this.swappable = swappable;
        this.backups = backups;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        ServicePlan plan = ServicePlan.of(targets, context, input.service());
        if (!plan.plan().enabled()) {
            throw new StepFailure.Rejected(
                    BackupFailure.DISABLED,
                    "Backups of " + input.service()
                            + " are switched off: its plan in the inventory has `enabled: false`. Nothing was backed up.");
        }
        List<DataItem> items = plan.streamed();
        types.check(plan.service(), items);
        long bytes = items.stream().mapToLong(item -> size(context, plan, item)).sum();
        if (bytes > plan.plan().sizeLimit()) {
            throw new StepFailure.Rejected(
                    BackupFailure.TOO_LARGE,
                    "The data of " + input.service() + " is " + new ByteSize(bytes) + ", and its plan allows "
                            + new ByteSize(plan.plan().sizeLimit())
                            + ". Raise `size-limit` in the inventory, or look for what has grown. Nothing was backed up.");
        }
        long free = store.free(context, plan);
        if (free < bytes + Store.MARGIN) {
            throw BackupFailure.noSpace(
                    plan.store().host() + ":" + plan.store().directory(), free, bytes + Store.MARGIN);
        }
        archives.look(context, plan);
        shared.note(context, plan);
        return output(context, plan, bytes, strange(context, plan) + unswappable(context, plan));
    }

    /** A person may put it back by hand: better such a backup than none. */
    private String unswappable(StepContext context, ServicePlan plan) {
        List<String> wrong = swappable.wrong(context, plan);
        return wrong.isEmpty()
                ? ""
                : " Attention: as it is there, no restore or wipe of "
                        + plan.service().name() + " would be allowed: " + String.join("; ", wrong) + ".";
    }

    /** A store that is not mounted is an empty directory on another disk. */
    private String strange(StepContext context, ServicePlan plan) {
        List<String> names = store.names(context, plan);
        List<String> known = backups
                .kept(plan.environment().name(), plan.service().name())
                .stream()
                .filter(backup -> backup.verifiedAt().isPresent())
                .filter(backup -> plan.path(backup.id()).equals(backup.path()))
                .map(Backup::id)
                .toList();
        return known.isEmpty() || known.stream().anyMatch(names::contains)
                ? ""
                : " Attention: none of the " + known.size() + " verified backups of "
                        + plan.service().name()
                        + " is in the store, the newest is " + known.get(0) + ". Look whether "
                        + plan.store().directory() + " on " + plan.store().host() + " is mounted as it was.";
    }

    private long size(StepContext context, ServicePlan plan, DataItem item) {
        String answer = streams.run(
                context,
                plan,
                item,
                Streams.tag(context),
                types.of(item).size(),
                "Measuring data item '" + item.name() + "'");
        return Long.parseLong(answer.strip());
    }

    private static Output output(StepContext context, ServicePlan plan, long bytes, String attention) {
        var now = context.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        String backup = Store.id(now, Streams.tag(context).substring("muster-".length()));
        String items = String.join(
                ", ",
                plan.plan().data().stream()
                        .map(item -> item.name() + " (" + item.type() + " on " + plan.host(item) + ")")
                        .toList());
        String summary = (plan.streamed().isEmpty() ? "" : "About " + new ByteSize(bytes) + " in ") + items
                + " will be backed up to " + plan.describe(backup)
                + (plan.plan().encryption().isPresent() ? ", encrypted." : ".")
                + attention;
        context.log().info(summary);
        plan.streamed().stream()
                .filter(item -> plan.host(item).equals(plan.store().host()))
                .forEach(item -> context.log()
                        .info("Note: data item '" + item.name() + "' and the store are on one host, " + plan.host(item)
                                + "; what takes the host takes both."));
        return new Output(backup, plan.describe(backup), bytes, now.toString(), summary);
    }
}
