package io.muster.remote;

import io.muster.inventory.Inventory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Commands and files on hosts over pooled SSH connections; only pinned host keys are accepted. Thread-safe. */
public interface SshHosts {

    /**
     * Runs a POSIX shell script on the host and streams its output.
     *
     * @param env exported to the script, not shown on any command line
     * @param sudo run as root through {@code sudo -n} (where the user is not root already)
     * @param cancelled asked at least every second; true kills the remote process group
     * @return the exit status; a script killed by signal n gives 128 + n
     * @throws io.muster.step.StepFailure HostUnreachable, HostKeyMismatch, AuthenticationFailed, ConnectionLost (all with
     *     host and address), TimedOut, Cancelled
     */
    int run(
            Target target,
            String script,
            Map<String, String> env,
            boolean sudo,
            Output output,
            Duration timeout,
            BooleanSupplier cancelled);

    /** Writes content atomically (a temporary file beside it, renamed), with the mode given as octal text ({@code 0644}). */
    void write(Target target, String path, byte[] content, String mode);

    /** Reads a file of at most {@code maxBytes}; Rejected NotFound when it is not there. */
    byte[] read(Target target, String path, long maxBytes);

    /** Copies a local file up, atomically, and returns its SHA-256 as read back from the host. */
    String upload(Target target, Path local, String path, String mode);

    /** Copies a remote file to a local one (which must not exist) and returns the SHA-256 of what arrived, compared with the host's. */
    String download(Target target, String path, Path local);

    /** Whether a file was there and is removed now. */
    boolean remove(Target target, String path);

    /** A host of an environment; the environment supplies jump hosts. */
    record Target(Inventory.Environment environment, Inventory.Host host) {}

    interface Output {
        void out(byte[] bytes, int offset, int length);

        void err(byte[] bytes, int offset, int length);
    }
}
