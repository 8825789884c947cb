package io.muster.remote.ssh;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps connections alive and finds those whose peer is gone. sshj would give each connection a thread that sleeps; here
 * one round serves them all, and takes a thread for a connection only while it writes to it, since that may block.
 */
final class Heartbeat {

    static final int SECONDS = 10;
    static final int MISSED = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final Supplier<List<SshConnection>> connections;
    private final ExecutorService writers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "ssh-heartbeat");
        thread.setDaemon(true);
        return thread;
    });

    Heartbeat(Supplier<List<SshConnection>> connections) {
        this.connections = connections;
    }

    void round() {
        connections.get().forEach(connection -> writers.execute(() -> beat(connection)));
    }

    private static void beat(SshConnection connection) {
        if (connection.beat() >= MISSED) {
            LOG.warn("{} has not answered for {} s; its connection is given up", connection.route(), MISSED * SECONDS);
            connection.die();
        }
    }

    void stop() {
        writers.shutdownNow();
    }
}
