package io.muster.remote;

import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Streams from a script on one host to a script on another (or the same) through this server, which keeps a few MiB of it at a
 * time and computes its SHA-256. Both scripts are attached: a connection that is lost, or a server that dies, ends them. Whether
 * what arrived is whole only the result tells: the script that reads sees the same end of its input either way. Thread-safe.
 */
public interface SshPipes {

    /**
     * @param most more bytes than these are not passed on
     * @return once both scripts have ended, with whatever status
     * @throws io.muster.step.StepFailure TooLarge; and what {@link SshHosts#run} throws, of either end
     */
    Piped pipe(End from, End to, long most, Duration timeout, BooleanSupplier cancelled);

    /** A script as root on a host, with its environment and where what it says goes: standard output only of the end that reads. */
    record End(SshHosts.Target target, String script, Map<String, String> env, SshHosts.Output words) {}

    /**
     * @param bytes that were passed on
     * @param sha256 of these, hex
     * @param from the exit status of the script that writes; -1 where the other ended before it had read all of it
     * @param to the exit status of the script that reads
     */
    record Piped(long bytes, String sha256, int from, int to) {}
}
