package io.muster.remote.ssh;

import io.muster.inventory.Inventory;
import io.muster.remote.MovedHosts;
import io.muster.step.StepFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Open connections by route. Dead ones are replaced, full ones joined by another, idle ones closed. */
@Component
final class SshPool implements DisposableBean {

    static final Duration IDLE_LIMIT = Duration.ofMinutes(5);

    /** Beyond so many in all, those that were idle longest are closed: each open connection has a thread that reads it. */
    static final int MAX_IDLE = 256;

    /** After so long in silence a connection is asked for a sign of life before it is used. */
    private static final Duration TRUSTED_SILENCE = Duration.ofSeconds(5);

    private static final int SIGN_OF_LIFE_SECONDS = 3;
    private static final int SWEEP_SECONDS = 30;

    private final SshConnector connector;
    private final MovedHosts movedHosts;
    private final Clock clock;
    private final Map<Route, Lines> lines = new ConcurrentHashMap<>();
    private final Heartbeat heartbeat = new Heartbeat(this::connections);
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "ssh-pool-sweeper");
        thread.setDaemon(true);
        return thread;
    });

    SshPool(SshConnector connector, MovedHosts movedHosts, Clock clock) {
        this.connector = connector;
        this.movedHosts = movedHosts;
        this.clock = clock;
        sweeper.scheduleWithFixedDelay(this::closeIdle, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
        sweeper.scheduleWithFixedDelay(this::beat, Heartbeat.SECONDS, Heartbeat.SECONDS, TimeUnit.SECONDS);
    }

    /** A place for one session, on an open connection or a new one. Close it. */
    Lease session(Inventory.Environment environment, Route route) {
        try {
            return acquire(environment, route, false);
        } catch (StepFailure e) {
            Route moved = movedHosts
                    .address(environment, route.host(), route.ssh(), e)
                    .map(route::at)
                    .orElseThrow(() -> e);
            return acquire(environment, moved, false);
        }
    }

    private Lease acquire(Inventory.Environment environment, Route route, boolean tunnel) {
        Lines routeLines = lines.computeIfAbsent(route, ignored -> new Lines());
        Optional<SshConnection> free = routeLines.take(tunnel);
        return new Lease(free.orElseGet(() -> routeLines.open(environment, route, tunnel)), tunnel);
    }

    /** Closes what was idle for longer than {@link #IDLE_LIMIT}, and what is dead. */
    void closeIdle() {
        Instant limit = clock.instant().minus(IDLE_LIMIT);
        lines.values().forEach(routeLines -> routeLines.closeIdle(limit));
    }

    /** Makes room where there are too many. */
    private void bound() {
        List<SshConnection> open = connections();
        if (open.size() <= MAX_IDLE) {
            return;
        }
        open.stream()
                .filter(connection -> connection.idleBefore(Instant.MAX))
                .sorted(Comparator.comparing(SshConnection::idleSince))
                .limit(open.size() - MAX_IDLE)
                .forEach(this::drop);
    }

    private void drop(SshConnection connection) {
        Optional.ofNullable(lines.get(connection.route())).ifPresent(routeLines -> routeLines.drop(connection));
    }

    List<SshConnection> connections() {
        return lines.values().stream().flatMap(one -> one.connections.stream()).toList();
    }

    /** Asks all for a sign of life. */
    void beat() {
        heartbeat.round();
    }

    int open() {
        return connections().size();
    }

    @Override
    public void destroy() {
        sweeper.shutdownNow();
        heartbeat.stop();
        lines.values().forEach(Lines::closeAll);
    }

    /** The connections of one route. */
    private final class Lines {
        private final List<SshConnection> connections = new CopyOnWriteArrayList<>();
        /** One at a time: an sshd drops simultaneous newcomers beyond its MaxStartups at random. */
        private final ReentrantLock opening = new ReentrantLock();

        Optional<SshConnection> take(boolean tunnel) {
            return connections.stream()
                    .filter(this::usable)
                    .filter(connection -> connection.enter(tunnel))
                    .findFirst();
        }

        SshConnection open(Inventory.Environment environment, Route route, boolean tunnel) {
            opening.lock();
            try {
                return take(tunnel).orElseGet(() -> {
                    SshConnection connection = connector.open(
                            environment,
                            route,
                            () -> acquire(environment, route.jump().orElseThrow(), true));
                    connection.enter(tunnel);
                    connections.add(connection);
                    return connection;
                });
            } finally {
                opening.unlock();
            }
        }

        private boolean usable(SshConnection connection) {
            boolean fresh = connection.idleSince().isAfter(clock.instant().minus(TRUSTED_SILENCE));
            boolean usable = connection.alive() && (fresh || connection.answers(SIGN_OF_LIFE_SECONDS));
            if (!usable) {
                drop(connection);
            }
            return usable;
        }

        void drop(SshConnection connection) {
            connections.remove(connection);
            connection.close();
        }

        void closeIdle(Instant limit) {
            connections.stream()
                    .filter(connection -> !connection.alive() || connection.idleBefore(limit))
                    .forEach(this::drop);
        }

        void closeAll() {
            connections.forEach(this::drop);
        }
    }

    /** A place on a connection. */
    final class Lease implements AutoCloseable {
        private final SshConnection connection;
        private final boolean tunnel;

        private Lease(SshConnection connection, boolean tunnel) {
            this.connection = connection;
            this.tunnel = tunnel;
        }

        SshConnection connection() {
            return connection;
        }

        /** Takes the connection out of the pool for good; whatever else runs on it is lost with it. */
        void discard() {
            drop(connection);
        }

        @Override
        public void close() {
            connection.leave(tunnel, clock.instant());
            bound();
        }
    }
}
