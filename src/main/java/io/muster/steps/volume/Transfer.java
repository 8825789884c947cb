package io.muster.steps.volume;

import io.muster.remote.SshPipes;
import io.muster.step.ByteSize;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.HostShell;
import io.muster.steps.Targets;
import io.muster.steps.Words;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Brings a volume from one host to another as a tar archive: streamed through this server, which keeps a few MiB of it at a time and no
 * file. It arrives under another name, is compared by SHA-256 with what was sent, and only then gets its own. A stream that broke off is
 * begun anew.
 */
@Component
final class Transfer {

    /** What the receiving host keeps free beside the data. */
    private static final long MARGIN = 64L << 20;

    /** A volume as a tar archive. */
    static final String TAR = Listing.FUNCTIONS + "inside \"$VOLUME\"; exec tar --numeric-owner -cf - \"$what\"\n";

    /** The listing of a volume. */
    static final String FILES = Listing.FUNCTIONS
            + "t=$(mktemp); trap 'rm -f -- \"$t\" \"$t.unsorted\"' EXIT; list \"$VOLUME\" \"$t\"; cat -- \"$t\"\n";

    /** Its exit status tells that all was written; whether it is all that was sent, the hash tells. */
    private static final String RECEIVE =
            """
            set -eu; umask 077
            cat > "$FILE.part"
            sync "$FILE.part" 2>/dev/null || sync
            sha256sum < "$FILE.part" | cut -d' ' -f1
            """;

    private final Targets targets;
    private final SshPipes pipes;
    private final HostShell shell;

    Transfer(Targets targets, SshPipes pipes, HostShell shell) {
        this.targets = targets;
        this.pipes = pipes;
        this.shell = shell;
    }

    record Sent(long bytes, String sha256) {}

    /**
     * Refuses what would not fit, before anything is written.
     *
     * @param needed bytes on the receiving host
     * @param passing bytes of one transfer
     */
    void demandRoom(StepContext context, String host, String directory, long needed, long passing, ByteSize maximum) {
        if (passing > maximum.bytes()) {
            throw noSpace("There are " + new ByteSize(passing) + " of data, more than the limit of " + maximum
                    + ". Bring them there by the host's own means, or raise `maximum`.");
        }
        String answer = shell.demand(
                context,
                host,
                "set -eu; d=$DIRECTORY; while [ ! -d \"$d\" ]; do d=${d%/*}; d=${d:-/}; done; LC_ALL=C df -Pk -- \"$d\""
                        + " | awk 'END { print $(NF-2) }'",
                Map.of("DIRECTORY", directory),
                "Looking for free space below " + directory);
        long free = Long.parseLong(answer.strip()) * 1024;
        if (free < needed + MARGIN) {
            throw noSpace(host + ":" + directory + " has " + new ByteSize(free) + " free, and "
                    + new ByteSize(needed + MARGIN) + " are needed. Free or add space there, then retry.");
        }
    }

    private static StepFailure noSpace(String message) {
        return new StepFailure.Rejected(Reason.NO_SPACE, message + " Nothing was written.");
    }

    /**
     * Writes what a script prints on one host to a file on another.
     *
     * @param script {@link #TAR} or {@link #FILES}
     * @param path the file on the receiving host; its directory is there
     */
    Sent send(StepContext context, String from, String script, String volume, String to, String path) {
        context.checkpoint();
        Map<String, String> file = Map.of("FILE", path);
        try {
            Sent sent = stream(context, from, script, volume, to, path, file);
            shell.demand(context, to, "mv -f -- \"$FILE.part\" \"$FILE\"", file, "Naming " + path);
            return sent;
        } catch (StepFailure e) {
            forget(context, to, file, e);
            throw e;
        }
    }

    private Sent stream(
            StepContext context,
            String from,
            String script,
            String volume,
            String to,
            String path,
            Map<String, String> file) {
        Words sending = new Words(context);
        Words receiving = new Words(context);
        SshPipes.Piped piped = pipe(
                context,
                new SshPipes.End(targets.ssh(context, from), script, Map.of("VOLUME", volume), sending),
                new SshPipes.End(targets.ssh(context, to), RECEIVE, file, receiving));
        if (piped.to() != 0) {
            throw failed("Writing " + path + " on " + to, piped.to(), receiving);
        }
        if (piped.from() != 0) {
            throw failed("Reading " + volume + " on " + from, piped.from(), sending);
        }
        if (!receiving.output().equals(piped.sha256())) {
            throw new StepFailure.Transient(
                    Reason.CHECK_FAILED,
                    to + ":" + path + " arrived with SHA-256 " + receiving.output() + " instead of " + piped.sha256()
                            + ".");
        }
        return new Sent(piped.bytes(), piped.sha256());
    }

    /** What was written of a stream that broke off has no name that counts: so it is begun anew, and nobody has to decide. */
    private SshPipes.Piped pipe(StepContext context, SshPipes.End from, SshPipes.End to) {
        try {
            return pipes.pipe(from, to, Long.MAX_VALUE, context.remaining(), context::cancelled);
        } catch (StepFailure e) {
            boolean lost =
                    e.reason().equals(Reason.OUTCOME_UNKNOWN) || e.reason().equals(Reason.CONNECTION_LOST);
            throw lost && !context.cancelled()
                    ? new StepFailure.Transient(
                            Reason.CONNECTION_LOST,
                            "The transfer broke off and is begun anew; nothing of it counts: " + e.getMessage(),
                            e)
                    : e;
        }
    }

    private static StepFailure failed(String what, int status, Words said) {
        boolean full = said.complaint().contains("No space left on device");
        return new StepFailure.Rejected(
                full ? Reason.NO_SPACE : Reason.TASK_FAILED,
                what + " ended with exit status " + status + ": " + said.complaint()
                        + " Mend the cause there, then retry.");
    }

    /** As far as the host can be reached; where it cannot, the next attempt begins by removing it. */
    private void forget(StepContext context, String to, Map<String, String> file, StepFailure cause) {
        try {
            shell.run(context, to, "rm -f -- \"$FILE.part\"", file);
        } catch (StepFailure away) {
            cause.addSuppressed(away);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256.", e);
        }
    }
}
