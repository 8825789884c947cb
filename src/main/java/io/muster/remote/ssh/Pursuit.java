package io.muster.remote.ssh;

import io.muster.remote.DurableCommands;
import io.muster.step.StepFailure;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Follows one command to its end, attachment after attachment. Until the word that starts it has been said nothing can have
 * run, and a failure is that of an ordinary connection; from then on every failure to reach the host is waited out, because
 * the command runs on without us.
 */
final class Pursuit {

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(5);

    private final Reach reach;
    private final DurableCommands.Command command;
    private final String place;
    private final String start;
    private final DurableCommands.Output output;
    private final TimeLimit limit;
    private final Claim claim;
    private final Farewell farewell;
    private final Attachment.Progress progress = new Attachment.Progress();
    private long pause = FIRST_PAUSE;

    Pursuit(
            Reach reach,
            DurableCommands.Command command,
            String place,
            DurableCommands.Ledger ledger,
            DurableCommands.Output output,
            TimeLimit limit,
            ExecutorService farewells) {
        this.reach = reach;
        this.command = command;
        this.place = place;
        this.start = DurableScript.start(command);
        this.output = output;
        this.limit = limit;
        this.claim = new Claim(reach.route(), ledger);
        this.farewell = new Farewell(farewells, claim);
        ledger.whenClosed(farewell::closed);
    }

    int status() {
        while (true) {
            Optional<Integer> status = attempt();
            if (status.isPresent()) {
                return status.get();
            }
            waitForTheHost();
        }
    }

    /** One attachment: the exit status, or nothing when the connection was lost on the way. */
    private Optional<Integer> attempt() {
        String mark = "muster-" + UUID.randomUUID();
        Conversation conversation = new Conversation();
        Attachment attachment = new Attachment(mark, output, progress);
        ShellScript script =
                DurableScript.follow(command, mark, place, claim.directory(), progress.out, progress.err, conversation);
        RemoteScripts.Attached attached;
        try {
            attached = reach.attach(script, attachment);
        } catch (StepFailure e) {
            if (!claim.mayRun()) {
                throw e;
            }
            output.note(
                    "Cannot reach " + reach.route() + " to follow the command, which goes on there: " + e.getMessage());
            return Optional.empty();
        }
        Line line = new Line(reach, command, script, attachment, conversation, attached);
        farewell.over(line);
        try {
            Optional<Integer> status = new Follow(line, claim, output, limit, start).status();
            if (status.isEmpty()) {
                line.close();
                pause = attachment.process().isPresent() ? FIRST_PAUSE : pause;
                output.note("The connection to " + reach.route() + " was lost; the command goes on there.");
            }
            return status;
        } catch (Ending.Killed e) {
            throw e.failure();
        } catch (RuntimeException e) {
            farewell.keep();
            throw e;
        }
    }

    private void waitForTheHost() {
        long until = System.nanoTime() + pause;
        pause = Math.min(LONGEST_PAUSE, pause * 2);
        while (System.nanoTime() < until) {
            Optional<TimeLimit.Stop> stop = limit.reached();
            if (stop.isPresent()) {
                RuntimeException end = new Ending(reach, command.sudo()).whileAway(claim, stop.get());
                throw end instanceof Ending.Killed killed ? killed.failure() : end;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException(
                        "This server is stopping; the command on " + reach.route() + " goes on.");
            }
            LockSupport.parkNanos(Math.min(FIRST_PAUSE, until - System.nanoTime()));
        }
    }
}
