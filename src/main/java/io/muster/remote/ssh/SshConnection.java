package io.muster.remote.ssh;

import java.io.IOException;
import java.net.Socket;
import java.time.Instant;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import net.schmizz.concurrent.Promise;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.connection.ConnectionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One authenticated connection and what is open on it. Counts are guarded by this object's monitor. */
final class SshConnection {

    /** OpenSSH's default of MaxSessions; tunnels of jump hosts do not count there. */
    private static final int MAX_SESSIONS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(SshConnection.class);

    private final Route route;
    private final SSHClient client;
    private final Runnable onClose;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean beating = new AtomicBoolean();
    private final AtomicInteger silence = new AtomicInteger();
    private final Queue<Promise<SSHPacket, ConnectionException>> beats = new ConcurrentLinkedQueue<>();
    private int sessions;
    private int tunnels;
    private int capacity = MAX_SESSIONS;
    private Instant idleSince;

    /** @param onClose gives back what this connection stands on: its place on a jump host */
    SshConnection(Route route, SSHClient client, Runnable onClose, Instant now) {
        this.route = route;
        this.client = client;
        this.onClose = onClose;
        this.idleSince = now;
    }

    Route route() {
        return route;
    }

    SSHClient client() {
        return client;
    }

    boolean alive() {
        return !closed.get() && client.isConnected() && client.isAuthenticated();
    }

    /** Asks the server for any answer; for connections that were silent for a while. */
    boolean answers(int seconds) {
        try {
            Promise<SSHPacket, ConnectionException> answer =
                    client.getConnection().sendGlobalRequest("keepalive@openssh.com", true, new byte[0]);
            return answer.tryRetrieve(seconds, TimeUnit.SECONDS) != null;
        } catch (ConnectionException e) {
            // "Request failed" is an answer too: servers need not know this request.
            return alive();
        } catch (IOException e) {
            LOG.debug("The connection to {} is dead", route, e);
            return false;
        }
    }

    /**
     * Asks for a sign of life and does not wait for it. A question that is still being written, because the network takes
     * nothing any more, is one without an answer.
     *
     * @return how many times in a row there was no answer to the question before
     */
    int beat() {
        beats.removeIf(Promise::isFulfilled);
        boolean answered = beats.isEmpty() && !beating.get();
        int silent = answered ? 0 : silence.get() + 1;
        silence.set(silent);
        if (beating.compareAndSet(false, true)) {
            try {
                beats.add(client.getConnection().sendGlobalRequest("keepalive@openssh.com", true, new byte[0]));
            } catch (IOException e) {
                LOG.debug("No sign of life could be asked for from {}", route, e);
            } finally {
                beating.set(false);
            }
        }
        return silent;
    }

    /** The peer is gone: nothing may wait for it any more, and nothing is said to it. */
    void die() {
        try {
            Optional<Socket> socket = Optional.ofNullable(client.getSocket());
            if (socket.isPresent()) {
                socket.get().close();
            }
        } catch (IOException e) {
            LOG.debug("Closing the socket to {} failed", route, e);
        }
        close();
    }

    /** Takes a place where there is room. */
    synchronized boolean enter(boolean tunnel) {
        if (tunnel) {
            tunnels++;
            return true;
        }
        if (sessions >= capacity) {
            return false;
        }
        sessions++;
        return true;
    }

    synchronized void leave(boolean tunnel, Instant now) {
        if (tunnel) {
            tunnels--;
        } else {
            sessions--;
        }
        idleSince = now;
    }

    /** The server refused a session (its MaxSessions is below the default): what was open before is all it takes. */
    synchronized void full() {
        capacity = Math.max(1, sessions - 1);
    }

    synchronized boolean idleBefore(Instant limit) {
        return sessions == 0 && tunnels == 0 && idleSince.isBefore(limit);
    }

    synchronized Instant idleSince() {
        return idleSince;
    }

    void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            client.disconnect();
        } catch (IOException e) {
            LOG.debug("Closing the connection to {} failed", route, e);
        } finally {
            onClose.run();
        }
    }
}
