package io.muster.steps.volume;

import io.muster.remote.SshHosts;
import io.muster.step.ByteSize;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.HostShell;
import io.muster.steps.Targets;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Brings a volume from one host to another as a tar archive: read over SSH into a temporary file of this server, from there written
 * to the other host. What arrives is compared by SHA-256 with what was read; nothing has its final name before it is whole.
 */
@Component
final class Transfer {

    /** What this server and the receiving host keep free beside the data. */
    private static final long MARGIN = 64L << 20;

    /** A volume as a tar archive. */
    static final String TAR = Listing.FUNCTIONS + "inside \"$VOLUME\"; exec tar --numeric-owner -cf - \"$what\"\n";

    /** The listing of a volume. */
    static final String FILES = Listing.FUNCTIONS
            + "t=$(mktemp); trap 'rm -f -- \"$t\" \"$t.unsorted\"' EXIT; list \"$VOLUME\" \"$t\"; cat -- \"$t\"\n";

    private final Targets targets;
    private final SshHosts hosts;
    private final HostShell shell;

    Transfer(Targets targets, SshHosts hosts, HostShell shell) {
        this.targets = targets;
        this.hosts = hosts;
        this.shell = shell;
    }

    record Sent(long bytes, String sha256) {}

    /**
     * Refuses what would not fit, before anything is written.
     *
     * @param needed bytes on the receiving host
     * @param passing bytes that pass through this server at one time
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
        long here = Path.of(System.getProperty("java.io.tmpdir")).toFile().getUsableSpace();
        if (here < passing + MARGIN) {
            throw noSpace("This server has " + new ByteSize(here) + " free for temporary files, and "
                    + new ByteSize(passing + MARGIN) + " pass through it. Free space here, then retry.");
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
        Path local = temporary();
        try {
            String sha256 = read(context, from, script, volume, local);
            context.checkpoint();
            String arrived = hosts.upload(targets.ssh(context, to), local, path, "0600");
            if (!arrived.equals(sha256)) {
                throw new StepFailure.Transient(
                        Reason.CHECK_FAILED,
                        to + ":" + path + " arrived with SHA-256 " + arrived + " instead of " + sha256 + ".");
            }
            return new Sent(Files.size(local), sha256);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(local);
        }
    }

    private String read(StepContext context, String from, String script, String volume, Path local) throws IOException {
        MessageDigest digest = sha256();
        try (OutputStream file = new DigestOutputStream(Files.newOutputStream(local), digest)) {
            Incoming incoming = new Incoming(file, context);
            int status = hosts.run(
                    targets.ssh(context, from),
                    script,
                    Map.of("VOLUME", volume),
                    true,
                    incoming,
                    context.remaining(),
                    context::cancelled);
            incoming.rethrow();
            if (status != 0) {
                throw new StepFailure.Rejected(
                        Reason.TASK_FAILED,
                        "Reading " + volume + " on " + from + " ended with exit status " + status
                                + "; the step's log has what it said. Mend the cause there, then retry.");
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256.", e);
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempFile("muster-volume", ".tar");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path local) {
        try {
            Files.deleteIfExists(local);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its callbacks cannot throw what writing may throw. */
    private static final class Incoming implements SshHosts.Output {
        private final OutputStream file;
        private final StepContext context;
        private IOException failed;

        Incoming(OutputStream file, StepContext context) {
            this.file = file;
            this.context = context;
        }

        @Override
        public synchronized void out(byte[] bytes, int offset, int length) {
            try {
                if (failed == null) {
                    file.write(bytes, offset, length);
                }
            } catch (IOException e) {
                failed = e;
            }
        }

        @Override
        public void err(byte[] bytes, int offset, int length) {
            context.log().err(bytes, offset, length);
        }

        synchronized void rethrow() throws IOException {
            if (failed != null) {
                throw failed;
            }
        }
    }
}
