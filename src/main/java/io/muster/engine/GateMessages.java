package io.muster.engine;

import io.muster.safety.RunLocks.Blocker;
import io.muster.safety.StepRefusals.Refusal;
import java.util.List;
import java.util.stream.Collectors;

/** What people read about a step that may not start. */
final class GateMessages {

    private GateMessages() {}

    static String waits(StepTask task, List<Blocker> blockers) {
        return "WaitsForLock: " + subject(task) + " waits for " + text(blockers)
                + ". It goes on by itself when it is its turn, in the order of GET /api/locks. To end the waiting, cancel"
                + " one of the runs.";
    }

    static String deadlock(StepTask task, List<Blocker> blockers) {
        return subject(task) + " wants a lock that would never come free: this run holds locks, and waits for "
                + text(blockers)
                + ", which waits for this one. Cancel one of the runs, or let the other end; then retry"
                + " the job.";
    }

    static String broken(StepTask task, Refusal refusal) {
        return subject(task) + " changes something, and the lock of this run on " + refusal.what() + " was broken by "
                + refusal.by() + " at " + refusal.at() + " (" + refusal.reason() + "). Since then another run may have"
                + " changed what this one had looked at. Nothing was done. Cancel this run and start again.";
    }

    static String frozen(StepTask task, Refusal refusal) {
        return "Environment '" + refusal.what() + "' has been frozen by " + refusal.by() + " since " + refusal.at()
                + ": "
                + refusal.reason() + ". " + subject(task) + " changes something, so it did not start; nothing was done."
                + " Wait until the freeze is lifted (DELETE /api/environments/" + refusal.what()
                + "/freeze, by approvers or admins), then retry the step; or cancel the run.";
    }

    private static String subject(StepTask task) {
        return "Task '" + task.activity().getId() + "'";
    }

    private static String text(List<Blocker> blockers) {
        return blockers.stream().map(GateMessages::text).collect(Collectors.joining("; "));
    }

    private static String text(Blocker blocker) {
        return blocker.target() + ", "
                + blocker.heldSince()
                        .map(since -> "held since " + since + " by")
                        .orElse("wanted earlier by") + " run "
                + blocker.rootRunId() + " ("
                + blocker.runbook().orElse("no longer in the journal")
                + blocker.startedBy().map(by -> ", started by " + by).orElse("")
                + blocker.reason().map(reason -> ": " + reason).orElse("") + ")";
    }
}
