package io.muster.remote;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Commands that outlive their connection and the server that started them. A command's id names a directory on its
 * target; the detached script that makes that directory runs the command, everyone else only follows it. Thread-safe.
 */
public interface DurableCommands {

    /**
     * Starts the command, or goes on with it where its ledger says that it may have been started before, and follows it to
     * its end through lost connections.
     *
     * @param cancelled asked several times a second; true kills the remote process group. What it throws ends the
     *     following and leaves the command running
     * @return the exit status; a command killed by signal n gives 128 + n
     * @throws io.muster.step.StepFailure what {@link SshHosts#run} throws before anything was started; later TimedOut and
     *     Cancelled (the process group was killed and is gone), or OutcomeUnknown: its directory or its process is gone
     *     and no exit status is there, or the host could not be reached until the time was up
     */
    int run(Command command, Ledger ledger, Output output, Duration timeout, BooleanSupplier cancelled);

    /**
     * Kills what a command whose server is gone left running, and removes its directory.
     *
     * @return what was found and done, as a sentence
     * @throws io.muster.step.StepFailure OutcomeUnknown when that cannot be told
     */
    String abandon(SshHosts.Target target, boolean sudo, String handle);

    /** Removes what a command whose result is recorded left on its target; leaves it where it still runs. */
    void sweep(SshHosts.Target target, boolean sudo, String handle);

    /**
     * @param id names the work on the target: the same for every attempt to reach the same execution
     * @param env exported to the script, in no file and on no command line
     * @param outputLimit how many bytes of each stream are kept and passed on; see {@link Output#cut}
     */
    record Command(
            UUID id, SshHosts.Target target, String script, Map<String, String> env, boolean sudo, long outputLimit) {}

    /** What is remembered of a command on our side; survives this server. */
    interface Ledger {

        /** What {@link #record} was given last, by this server or an earlier one. */
        Optional<String> recorded();

        /** Returns when it is kept for good; throws when this server has no longer the right to go on. */
        void record(String event, String handle);

        /**
         * Called with true when the result has been recorded (the target may forget it), with false when it has not and will
         * be fetched again.
         */
        void whenClosed(Consumer<Boolean> then);

        /** The target has forgotten the command; may be called after {@link #whenClosed}, by another thread. */
        void forgotten();
    }

    /** Each byte once, in order, within one call of {@link #run}; a later call begins at the first byte again. */
    interface Output extends SshHosts.Output {

        /** The stream went beyond its limit; called once, after its last byte. */
        void cut(boolean err, Cut cut);

        /** Something that whoever reads the output must know: a connection that was lost, output that was. */
        void note(String line);
    }

    /**
     * What was not passed on of a stream.
     *
     * @param bytes how many came beyond the limit
     * @param sha256 of these bytes, hex; {@code unknown} where the target cannot tell
     * @param tail the last of them, at most 64 KiB
     */
    record Cut(long bytes, String sha256, byte[] tail) {}
}
