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
import io.muster.steps.Moments;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.time.Instant;

@StepInfo(
        name = "backupTake",
        title = "Take a backup",
        description =
                "Streams every data item of a service's plan to the backup store, one after the other, within the plan's limits of"
                        + " size and time. The data is only read. What is being written has the name `<backup>.incoming` until `backupSeal`"
                        + " has read it back; an item that broke off is begun anew, one that is whole is not taken twice. An LXC container (`vzdump`) is"
                        + " backed up by its node, which keeps the archive; a vzdump that runs still is followed.",
        category = "Backup",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        timeout = "PT24H",
        errors = {
            Reason.NOT_IN_INVENTORY,
            Reason.NOT_FOUND,
            Reason.TASK_FAILED,
            Reason.TIMED_OUT,
            BackupFailure.NO_SPACE,
            BackupFailure.TOO_LARGE,
            BackupFailure.EMPTY,
            BackupFailure.DATA_CHANGES,
            BackupFailure.LINK
        })
public class TakeBackup implements Step<TakeBackup.Input, TakeBackup.Output> {

    /** A file system under which something changed is read again, in the hope of a quieter moment. */
    private static final int READINGS = 3;

    public record Input(
            @NotBlank @Field(label = "Service", example = "notes") String service,
            @NotBlank @Field(label = "Backup", description = "As planned.", example = "20260102T030405Z-1a2b3c4d")
                    String backup,
            @NotBlank
                    @Field(
                            label = "Taken at",
                            description = "As planned: the plan's time limit counts from there, ISO-8601.",
                            example = "2026-01-02T03:04:05Z")
                    String takenAt) {}

    public record Output(
            @Field(label = "Backup bytes", description = "As they are stored.") long backupBytes,
            @Field(label = "Items") int items) {}

    private final Targets targets;
    private final Streams streams;
    private final Store store;
    private final DataTypes types;
    private final GuestBackups archives;

    TakeBackup(Targets targets, Streams streams, Store store, DataTypes types, GuestBackups archives) {
        this.targets = targets;
        this.streams = streams;
        this.store = store;
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
        context.effect("take backup", plan.describe(input.backup()));
        Store.Begun begun = store.begin(context, plan, input.backup());
        long bytes = 0;
        Instant until = Moments.of("takenAt", input.takenAt()).plus(plan.plan().timeLimit());
        for (DataItem item : plan.plan().data()) {
            context.checkpoint();
            if (item.type().equals(DataItem.VZDUMP)) {
                bytes += begun.whole()
                        ? 0
                        : archives.take(
                                context, plan, input.backup(), item, plan.plan().sizeLimit() - bytes, until);
                continue;
            }
            String name = plan.file(item, types.of(item));
            Streams.Passed taken = begun.taken().get(name);
            if (begun.whole() || taken != null) {
                context.log().info("Data item '" + item.name() + "' was taken already.");
            } else {
                taken = take(context, plan, input.backup(), item, plan.plan().sizeLimit() - bytes, until);
            }
            bytes += taken == null ? 0 : taken.bytes();
        }
        return new Output(bytes, plan.plan().data().size());
    }

    private Streams.Passed take(
            StepContext context, ServicePlan plan, String backup, DataItem item, long most, Instant until) {
        String name = plan.file(item, types.of(item));
        String file = store.incoming(plan, backup, name);
        boolean done = false;
        try {
            Streams.Passed passed = read(context, plan, item, file, most, until);
            if (passed.bytes() == 0) {
                throw new StepFailure.Rejected(
                        BackupFailure.EMPTY,
                        "Data item '" + item.name() + "' gave nothing at all; an empty backup is none. Look at "
                                + plan.host(item) + ", then retry.");
            }
            store.taken(context, plan, backup, name, passed);
            done = true;
            context.log().info("Data item '" + item.name() + "': " + new ByteSize(passed.bytes()) + " in " + name);
            return passed;
        } catch (StepFailure e) {
            throw explained(context, plan, item, e);
        } finally {
            if (!done) {
                store.drop(Unstoppable.of(context), plan, file);
            }
        }
    }

    private Streams.Passed read(
            StepContext context, ServicePlan plan, DataItem item, String file, long most, Instant until) {
        for (int reading = 1; ; reading++) {
            Duration left = Duration.between(context.clock().instant(), until);
            if (left.isNegative() || left.isZero()) {
                throw new StepFailure.Rejected(Reason.TIMED_OUT, "its time was up before it was read");
            }
            try {
                Duration time = left.compareTo(context.remaining()) < 0 ? left : context.remaining();
                return streams.store(context, plan, item, file, Math.max(most, 0), time);
            } catch (StepFailure.Rejected e) {
                if (!e.reason().equals(BackupFailure.DATA_CHANGES) || reading == READINGS) {
                    throw e;
                }
                context.log().info("Files of '" + item.name() + "' changed while they were read; reading them again.");
            }
        }
    }

    /** With the figures, which only are to be had now. */
    private StepFailure explained(StepContext context, ServicePlan plan, DataItem item, StepFailure failure) {
        if (failure.reason().equals(BackupFailure.NO_SPACE)) {
            return new StepFailure.Rejected(
                    BackupFailure.NO_SPACE,
                    "The store " + plan.store().host() + ":" + plan.store().directory()
                            + " became full while data item '"
                            + item.name() + "' was written; " + new ByteSize(store.free(context, plan))
                            + " are free there now. What was written of it was removed and no backup came of it. Free or add"
                            + " space there, then retry. " + failure.getMessage());
        }
        if (failure.reason().equals(Reason.TIMED_OUT)) {
            return new StepFailure.Rejected(
                    Reason.TIMED_OUT,
                    "Data item '" + item.name() + "' could not be taken within the plan's time limit of "
                            + plan.plan().timeLimit() + " for the whole backup (" + failure.getMessage()
                            + "). What was written of it was removed and no backup came of it. Raise `time-limit` in the"
                            + " inventory or look what is slow, then run the backup again.");
        }
        return failure;
    }
}
