package io.muster.engine;

import java.lang.management.ManagementFactory;
import java.util.UUID;

/** This server's name as owner of what it runs, new at each start, and whether it is being stopped. */
final class ServerLife {

    private final String owner = ManagementFactory.getRuntimeMXBean().getName() + "/"
            + UUID.randomUUID().toString().substring(0, 8);
    private volatile boolean stopping;

    String owner() {
        return owner;
    }

    boolean stopping() {
        return stopping;
    }

    void stop() {
        stopping = true;
    }

    /** Unwinds a step whose server is stopping: its entry stays open, and the next server goes on with it. */
    static final class Stopping extends RuntimeException {
        Stopping() {
            super("The server is stopping; the step goes on when a server runs again.", null, false, false);
        }
    }
}
