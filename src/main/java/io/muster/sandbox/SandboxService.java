package io.muster.sandbox;

/** A front of the sandbox, or of one of its hosts: made, started once, closed once. */
public interface SandboxService extends AutoCloseable {

    /** Returns when it listens. */
    void start();

    /** Called a few times a second while it runs: the moment to see that a fault has begun or ended. */
    default void refresh() {}

    /** Ends what an earlier server left running, before it is started: the network moved. */
    default void end() {}

    @Override
    void close();

    /** Makes the services of a host anew each time it boots; they are closed when it goes down, in reverse order. */
    @FunctionalInterface
    interface OfHost {
        SandboxService make(SandboxHost host);
    }
}
