package io.muster.steps.backup;

import io.muster.step.CleanedUp;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * What a cancelled restore has left, by what its steps recorded: data as it was and the service as it ran, or, where the restored
 * data is in use or what it replaced is going already, the restored data. Never is data replaced under a service that runs.
 */
@Component
final class CancelledRestore {

    private final Restoring restoring;
    private final ServiceContainer container;

    CancelledRestore(Restoring restoring, ServiceContainer container) {
        this.restoring = restoring;
        this.container = container;
    }

    CleanedUp cleanUp(StepContext context, ServicePlan plan) {
        Recorded recorded = new Recorded(context.recorded(), ServiceContainer.target(plan));
        if (plan.replacedWhole()) {
            return ofContainer(context, plan, recorded);
        }
        Optional<Boolean> there = container.running(plan);
        boolean running = there.orElse(false);
        if (!recorded.has(Restoring.STAGE)) {
            return new CleanedUp("Nothing had been staged; the service was not touched.", running);
        }
        if (recorded.has(Restoring.FINISH)) {
            restoring.finish(context, plan);
            return new CleanedUp("The restored data is in its place. What it replaced is removed.", running);
        }
        if (recorded.undone() && running) {
            return new CleanedUp("The data is as it was before the restore, and the service runs.", true);
        }
        if (recorded.has(Restoring.SWAP) && running) {
            throw inUse(context, plan);
        }
        restoring.undo(context, plan);
        return started(context, plan, recorded, there);
    }

    /** The LXC container itself was to be replaced: its node is asked, for it may not be there. */
    private CleanedUp ofContainer(StepContext context, ServicePlan plan, Recorded recorded) {
        if (!recorded.has(Restoring.STAGE)) {
            return new CleanedUp("Nothing had been staged; the service was not touched.", runs(plan));
        }
        if (recorded.has(Restoring.FINISH)) {
            restoring.finish(context, plan);
            return new CleanedUp(
                    "The restored container is in its place. The copy of what it replaced is removed.", runs(plan));
        }
        if (recorded.has(Restoring.SWAP) && restoring.guests().swapped(context, plan)) {
            throw new StepFailure.Rejected(
                    BackupFailure.IN_USE,
                    "The restore was cancelled when the restored container was in its place already, and "
                            + plan.service().name()
                            + " was not seen well in it. Nothing was changed. What was there before, if anything, is an archive"
                            + " on its node, with `before-" + Streams.tag(context)
                            + "` in its notes. Where the service is well,"
                            + " remove that archive and the container's tags that begin with `" + Streams.tag(context)
                            + "`. Where it is not, restore that archive over the container.");
        }
        restoring.undo(context, plan);
        return new CleanedUp(
                "The container of " + plan.service().name() + " is as it was before the restore, and runs if it ran.",
                runs(plan));
    }

    /** Of one that boots nothing may be seen yet. */
    private boolean runs(ServicePlan plan) {
        try {
            return container.running(plan).orElse(false);
        } catch (StepFailure e) {
            return false;
        }
    }

    private CleanedUp started(StepContext context, ServicePlan plan, Recorded recorded, Optional<Boolean> there) {
        String data = "The data of " + plan.service().name()
                + " is as it was before the restore, and what was staged beside it is removed. ";
        if (there.isEmpty()) {
            return new CleanedUp(data + "There is no container of the service.", false);
        }
        if (there.get()) {
            return new CleanedUp(data + "The service had not been stopped.", true);
        }
        if (!recorded.stopped()) {
            return new CleanedUp(data + "The service does not run; it was not this run that stopped it.", false);
        }
        container.start(context, plan);
        return new CleanedUp(data + "The service, which the run had stopped, is started again.", true);
    }

    private static StepFailure inUse(StepContext context, ServicePlan plan) {
        String tag = Streams.tag(context);
        return new StepFailure.Rejected(
                BackupFailure.IN_USE,
                "The restore was cancelled when " + plan.service().name()
                        + " ran on the restored data already, and was not seen well with it. Nothing was changed. What was"
                        + " there before is beside it on "
                        + String.join(
                                ", ",
                                plan.streamed().stream()
                                        .map(plan::host)
                                        .distinct()
                                        .toList())
                        + ": directories and files that end in '." + tag + "-old', databases that end in '-" + tag
                        + "-old'. Where the service is well, remove them. Where it is not, stop it, rename the restored data"
                        + " away and these into its place, and start it.");
    }

    /** What the steps of the run, and earlier attempts to clean up, recorded, in order. */
    private record Recorded(List<StepContext.Effect> effects, String service) {

        boolean has(String kind) {
            return last(kind) >= 0;
        }

        boolean stopped() {
            return effects.stream()
                    .anyMatch(effect -> effect.kind().equals("docker stop")
                            && effect.target().equals(service));
        }

        /** Started after the data was put back; a start is recorded only when that was done. */
        boolean undone() {
            int undo = last(Restoring.UNDO);
            return undo > last(Restoring.SWAP) && Math.max(last("docker start"), last(ServiceContainer.START)) > undo;
        }

        private int last(String kind) {
            for (int i = effects.size() - 1; i >= 0; i--) {
                if (effects.get(i).kind().equals(kind)) {
                    return i;
                }
            }
            return -1;
        }
    }
}
