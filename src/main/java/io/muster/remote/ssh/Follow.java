package io.muster.remote.ssh;

import io.muster.remote.DurableCommands;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.Optional;
import java.util.regex.Pattern;

/** Watches one attachment until the command has ended, must be ended, or the connection is lost. */
final class Follow {

    private static final long LOOK_MILLIS = 200;

    /** A place with less than the block that is written to try it, or what the making of its files said. */
    private static final Pattern FULL = Pattern.compile("\\([0-7] KiB free\\)|No space left on device");

    private final Line line;
    private final Attachment attachment;
    private final Claim claim;
    private final DurableCommands.Output output;
    private final TimeLimit limit;
    private final String start;
    private boolean answered;
    private boolean noted;

    Follow(Line line, Claim claim, DurableCommands.Output output, TimeLimit limit, String start) {
        this.line = line;
        this.attachment = line.attachment();
        this.claim = claim;
        this.output = output;
        this.limit = limit;
        this.start = start;
    }

    /** The exit status; nothing when the connection was lost. */
    Optional<Integer> status() {
        int moment = -1;
        try {
            while (true) {
                moment = attachment.await(moment, LOOK_MILLIS);
                boolean closed = line.execution().ended(1);
                line.execution().failure().ifPresent(Follow::rethrow);
                if (attachment.refused().isPresent()) {
                    throw refused(attachment.refused().get());
                }
                answer();
                if (attachment.end().isPresent()) {
                    return Optional.of(status(attachment.end().get()));
                }
                note();
                if (closed) {
                    return lost();
                }
                Optional<TimeLimit.Stop> stop = limit.reached();
                if (stop.isPresent()) {
                    throw new Ending(line.reach(), line.command().sudo()).attached(attachment, claim, stop.get());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("This server is stopping; the command goes on.", e);
        }
    }

    private void answer() {
        if (!answered && attachment.prepared().isPresent()) {
            answered = true;
            line.conversation().say(claim.toBeStarted(attachment.prepared().get()) ? start : "follow\n");
        }
    }

    /** Recorded once, while the command runs: what has ended by now is not looked for again. */
    private void note() {
        if (!noted && attachment.process().isPresent()) {
            noted = true;
            claim.runs(attachment.process().get());
        }
    }

    private Optional<Integer> lost() {
        Execution execution = line.execution();
        if (execution.process().isEmpty() && execution.status().isPresent() && !claim.mayRun()) {
            throw new Attendance(
                            line.reach().scripts(),
                            line.reach().environment(),
                            line.reach().route(),
                            line.script(),
                            execution,
                            RemoteScripts.Watch.total(java.time.Duration.ZERO, () -> false))
                    .notStarted(execution.status());
        }
        if (!claim.mayRun()) {
            throw new StepFailure.Transient(
                    Reason.CONNECTION_LOST,
                    "The connection to " + line.reach().route()
                            + " was lost before the command was started; nothing was run.");
        }
        return Optional.empty();
    }

    private int status(Attachment.End end) {
        switch (end.kind()) {
            case "ended" -> {
                if (end.lost()) {
                    output.note("The disk of " + line.reach().route() + " was full: the end of the output is missing.");
                }
                if (end.rebooted()) {
                    output.note(line.reach().route()
                            + " has rebooted since the command ended: its output may have lost its end.");
                }
                return end.status();
            }
            case "gone" -> throw claim.unknown(
                    end.rebooted()
                            ? "The host rebooted while the command ran, which left no exit status"
                            : "The command's process is gone (killed from outside?) and left no exit status");
            case "over" -> throw claim.unknown("Another server has followed the command to its end");
            default -> throw claim.unknown(
                    "The command's directory " + claim.directory().orElse("") + " is gone");
        }
    }

    private StepFailure refused(String said) {
        return new StepFailure.Fatal(
                FULL.matcher(said).find() ? Reason.NO_SPACE : Reason.PERMISSION_DENIED,
                "The command was not started: " + line.reach().route() + " has no place for its output (" + said.strip()
                        + "). Make room, or name a directory that "
                        + line.reach().route().ssh().user()
                        + " can write with muster.ssh.command-directory. Nothing was run.");
    }

    private static void rethrow(Throwable error) {
        if (error instanceof RuntimeException e) {
            throw e;
        }
        throw (Error) error;
    }
}
