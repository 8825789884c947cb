package io.muster.remote.ssh;

import io.muster.inventory.Inventory;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.time.Duration;
import java.util.OptionalInt;

/** Waits for one running script, ends it when its time is up, and says how it ended. */
final class Attendance {

    private static final long LOOK_MILLIS = 200;
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final RemoteScripts scripts;
    private final Inventory.Environment environment;
    private final Route route;
    private final ShellScript script;
    private final Execution execution;
    private final RemoteScripts.Watch watch;
    private final long started = System.nanoTime();

    Attendance(
            RemoteScripts scripts,
            Inventory.Environment environment,
            Route route,
            ShellScript script,
            Execution execution,
            RemoteScripts.Watch watch) {
        this.scripts = scripts;
        this.environment = environment;
        this.route = route;
        this.script = script;
        this.execution = execution;
        this.watch = watch;
    }

    int status() {
        try {
            while (!execution.ended(LOOK_MILLIS)) {
                if (execution.failure().isPresent()) {
                    end("what reads its output failed");
                    break;
                }
                if (watch.cancelled().getAsBoolean()) {
                    throw new StepFailure.Fatal(Reason.CANCELLED, end("the run was cancelled"));
                }
                if (timeIsUp()) {
                    throw new StepFailure.Fatal(Reason.TIMED_OUT, end(limit()));
                }
            }
        } catch (InterruptedException e) {
            String message = end("this server is stopping");
            Thread.currentThread().interrupt();
            throw new StepFailure.Fatal(Reason.CANCELLED, message, e);
        }
        execution.failure().ifPresent(Attendance::rethrow);
        return outcome();
    }

    private int outcome() {
        OptionalInt status = execution.status();
        if (execution.process().isEmpty()) {
            throw notStarted(status);
        }
        return status.orElseThrow(() -> unknown("The connection was lost while the script ran"));
    }

    private boolean timeIsUp() {
        long nanos = watch.sinceActivity() ? execution.nanosSinceActivity() : System.nanoTime() - started;
        return nanos > watch.timeout().toNanos();
    }

    private String limit() {
        return watch.sinceActivity()
                ? "nothing was transferred for " + watch.timeout()
                : "it did not end within " + watch.timeout();
    }

    /** Kills the process group and makes sure that it is gone; returns the message that says so. */
    private String end(String why) {
        RemoteProcess process = execution
                .process()
                .orElseThrow(
                        () -> unknown("The script was given up (" + why + ") before the host said that it started"));
        String left;
        try {
            left = new RemoteKill(scripts, environment, route).kill(process, script.sudo());
        } catch (StepFailure e) {
            left = e.getMessage();
        }
        if (!left.isEmpty()) {
            throw unknown("The script was to be ended (" + why + "), which could not be verified (" + left + ")");
        }
        drain();
        return "The script on " + route + " was ended because " + why + ": " + process
                + " was killed and is gone. What it had done until then stays.";
    }

    /** What was printed before the end still counts. */
    private void drain() {
        long until = System.nanoTime() + DRAIN.toNanos();
        try {
            boolean ended = execution.ended(LOOK_MILLIS);
            while (!ended && System.nanoTime() < until) {
                ended = execution.ended(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The host's shell ended before it read a line of ours. */
    StepFailure notStarted(OptionalInt status) {
        if (status.isEmpty()) {
            return unknown("The connection was lost before the host said that it started the script");
        }
        String said = execution.refusal();
        String as = script.sudo() ? "with sudo as " : "as ";
        String hint = script.sudo()
                ? "; " + SudoAdvice.on(route, said)
                : "; check the login shell of " + route.ssh().user() + " and the forced commands of its key";
        return new StepFailure.Fatal(
                Reason.PERMISSION_DENIED,
                route + " did not start a shell " + as + route.ssh().user() + ": exit status " + status.getAsInt()
                        + (said.isEmpty() ? ", without a word" : ", it said: " + said) + hint + ". Nothing was run.");
    }

    private StepFailure unknown(String what) {
        String where = execution
                .process()
                .map(process -> "whether " + process + " is still there and ")
                .orElse("");
        return new StepFailure.Fatal(
                Reason.OUTCOME_UNKNOWN,
                what + " on " + route + "; it may be running still, have ended, or have failed. Look on the host "
                        + where + "what it has done before you decide to run it again.");
    }

    private static void rethrow(Throwable error) {
        if (error instanceof RuntimeException e) {
            throw e;
        }
        throw (Error) error;
    }
}
