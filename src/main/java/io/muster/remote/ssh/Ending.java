package io.muster.remote.ssh;

import io.muster.step.StepFailure;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Ends a command whose time is up or whose run was cancelled, and says what came of it. */
final class Ending {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
    private static final long DRAIN = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final Reach reach;
    private final boolean sudo;

    Ending(Reach reach, boolean sudo) {
        this.reach = reach;
        this.sudo = sudo;
    }

    /** The failure that says how it ended; {@link Killed} when it is gone. */
    RuntimeException attached(Attachment attachment, Claim claim, TimeLimit.Stop stop) throws InterruptedException {
        if (!claim.mayRun()) {
            return new StepFailure.Fatal(
                    stop.reason(), "The command on " + reach.route() + " was not started: " + stop.why() + ".");
        }
        long until = System.nanoTime() + DRAIN;
        int moment = -1;
        while (attachment.process().isEmpty() && System.nanoTime() < until) {
            moment = attachment.await(moment, 100);
        }
        RuntimeException ended =
                attachment.process().map(process -> kill(process, claim, stop)).orElseGet(() -> whileAway(claim, stop));
        until = System.nanoTime() + DRAIN;
        while (attachment.end().isEmpty() && System.nanoTime() < until) {
            // What was printed before the end still counts.
            moment = attachment.await(moment, 100);
        }
        return ended;
    }

    /** As {@link #attached}, without a connection that follows it. */
    RuntimeException whileAway(Claim claim, TimeLimit.Stop stop) {
        return claim.process()
                .map(process -> kill(process, claim, stop))
                .orElseGet(() -> claim.unknown("The command was to be ended (" + stop.why()
                        + "), but whether and as what process it was started could not be found out"));
    }

    private RuntimeException kill(RemoteProcess process, Claim claim, TimeLimit.Stop stop) {
        long until = System.nanoTime() + PATIENCE;
        while (true) {
            String left;
            try {
                left = reach.kill(process, sudo);
                if (left.isEmpty()) {
                    return new Killed(new StepFailure.Fatal(
                            stop.reason(),
                            "The command on " + reach.route() + " was ended because " + stop.why() + ": " + process
                                    + " was killed and is gone. What it had done until then stays."));
                }
                if (!process.leadsGroup()) {
                    return unverified(claim, stop, left);
                }
            } catch (StepFailure e) {
                left = e.getMessage();
            }
            if (System.nanoTime() > until || Thread.currentThread().isInterrupted()) {
                return unverified(claim, stop, left);
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    private static StepFailure unverified(Claim claim, TimeLimit.Stop stop, String left) {
        return claim.unknown(
                "The command was to be ended (" + stop.why() + "), which could not be verified (" + left + ")");
    }

    /** Its process group is gone: nothing of it is needed on the target any more. */
    static final class Killed extends RuntimeException {
        Killed(StepFailure failure) {
            super(failure.getMessage(), failure, false, false);
        }

        StepFailure failure() {
            return (StepFailure) getCause();
        }
    }
}
