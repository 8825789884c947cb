package io.muster.sandbox.docker;

import io.muster.sandbox.Jail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One container. Changes are made one at a time; looking never waits for a change. Its definition and state are in
 * {@code container.json}, written before and after each change.
 */
final class Container {
    private static final Logger LOG = LoggerFactory.getLogger(Container.class);
    private static final int KILLED = 137;

    private final EngineContext context;
    private final PortTable table;
    private final ContainerRoot files;
    private final Clock clock;
    private final ContainerLog log;
    private final ReentrantLock change = new ReentrantLock();

    private volatile Definition definition;
    private volatile ContainerState state;
    private volatile Optional<Jail> jail = Optional.empty();
    private volatile Optional<Health> health = Optional.empty();
    private volatile PublishedPorts ports;
    private volatile boolean stopRequested;
    private volatile boolean removed;
    private Duration backOff = Duration.ZERO;
    private Instant restartAt = Instant.MIN;

    /** As it is on disk. */
    record Saved(Definition definition, ContainerState state) {}

    Container(EngineContext context, PortTable table, Saved saved) throws IOException {
        this.context = context;
        this.table = table;
        this.clock = context.clock();
        this.definition = saved.definition();
        this.state = saved.state();
        this.files = new ContainerRoot(context, definition.id());
        this.ports = PublishedPorts.none(context.host().address());
        Path directory = files.directory();
        this.log = new ContainerLog(
                directory, directory.resolve("stdout.log"), directory.resolve("stderr.log"), context.clock());
    }

    Definition definition() {
        return definition;
    }

    ContainerState state() {
        return state;
    }

    Optional<Health> health() {
        return health;
    }

    ContainerLog log() {
        return log;
    }

    ContainerRoot files() {
        return files;
    }

    PublishedPorts ports() {
        return ports;
    }

    boolean removed() {
        return removed;
    }

    long pid() {
        return jail.map(Jail::pid)
                .filter(pid -> pid.isPresent() && state.running())
                .map(pid -> pid.getAsLong())
                .orElse(0L);
    }

    /** The running jail. */
    Jail jail() {
        return jail.filter(found -> state.running() && found.alive())
                .orElseThrow(() -> EngineException.conflict("container " + definition.id() + " is not running"));
    }

    /** After the engine was away: goes on with what runs, and notes how the rest ended. */
    void adopt() throws IOException {
        if (!state.running()) {
            return;
        }
        Jail found = files.existing(definition, context.host().running());
        jail = Optional.of(found);
        if (found.alive()) {
            health = newHealth(found);
            openPorts();
        } else {
            save(state.ended(found.exitCode().orElse(KILLED), clock.instant(), false));
            log.advance(true);
        }
    }

    private void openPorts() {
        try {
            ports = PublishedPorts.open(definition, context.host().address(), table, context.threads());
        } catch (EngineException e) {
            LOG.error("Container {} runs on, but is not reached from outside: {}", definition.name(), e.getMessage());
        }
    }

    /** @throws EngineException 304 when it runs already */
    void start() {
        locked(() -> {
            if (state.running()) {
                throw new EngineException(304, "container already started");
            }
            backOff = Duration.ZERO;
            launch(0);
        });
    }

    private void launch(int restarts) throws IOException {
        Jail host = context.host()
                .running()
                .orElseThrow(
                        () -> new EngineException(500, "host " + context.host().name() + " is down"));
        PublishedPorts opened = ports;
        try {
            opened = PublishedPorts.open(definition, context.host().address(), table, context.threads());
            Jail next = files.prepare(definition, host);
            next.start();
            stopRequested = false;
            jail = Optional.of(next);
            ports = opened;
            health = newHealth(next);
            save(state.started(clock.instant(), restarts));
        } catch (EngineException e) {
            opened.close();
            save(state.startFailed(e.getMessage()));
            throw e;
        } catch (IllegalStateException | UncheckedIOException e) {
            opened.close();
            String why = "failed to create task for container: " + e.getMessage();
            save(state.startFailed(why));
            throw new EngineException(500, why, e);
        }
    }

    private Optional<Health> newHealth(Jail running) {
        return HealthCheck.of(definition.config())
                .map(check -> new Health(check, new CheckInJail(running, check, definition), clock, context.threads()));
    }

    /** Looks how it fares. Called several times a second; leaves it alone while it is being changed. */
    void tick() throws IOException {
        if (!change.tryLock()) {
            return;
        }
        try {
            if (removed) {
                return;
            }
            if (state.running()) {
                log.advance(false);
                if (jail.filter(Jail::alive).isPresent()) {
                    health.ifPresent(Health::tick);
                } else {
                    noteEnd(stopRequested, true);
                }
            } else if (state.restartPending() && !clock.instant().isBefore(restartAt)) {
                restartByPolicy();
            }
        } finally {
            change.unlock();
        }
    }

    private void restartByPolicy() throws IOException {
        if (context.host().running().isEmpty()) {
            return;
        }
        try {
            launch(state.restartCount() + 1);
        } catch (EngineException e) {
            LOG.warn("Container {} could not be restarted: {}", definition.name(), e.getMessage());
        }
    }

    private void noteEnd(boolean byUser, boolean followPolicy) throws IOException {
        ports.close();
        health = Optional.empty();
        int code = context.host().running().isEmpty()
                ? KILLED
                : jail.map(Jail::exitCode)
                        .filter(exit -> exit.isPresent())
                        .map(exit -> exit.getAsInt())
                        .orElse(KILLED);
        log.advance(true);
        ContainerState ended = state.ended(code, clock.instant(), byUser);
        RestartPolicy policy = RestartPolicy.of(definition.hostConfig());
        if (followPolicy && !byUser && policy.restartsAfter(code, state.restartCount())) {
            backOff = RestartPolicy.backOff(backOff, Duration.between(state.startedAt(), clock.instant()));
            restartAt = clock.instant().plus(backOff);
            ended = ended.restarting();
        }
        save(ended);
        stopRequested = false;
    }

    /** @throws EngineException 304 when it does not run */
    void stop(Duration grace) {
        locked(() -> {
            if (state.restartPending()) {
                save(state.abandoned());
                return;
            }
            if (!state.running()) {
                throw new EngineException(304, "container already stopped");
            }
            end(grace, true);
        });
    }

    private void kill() throws IOException {
        stopRequested = true;
        jail.orElseThrow().kill();
        noteEnd(true, false);
    }

    private void end(Duration grace, boolean byUser) throws IOException {
        stopRequested = byUser;
        Jail running = jail.orElseThrow();
        String signal = definition.config().path("StopSignal").asText("");
        if (!signal.isEmpty() && !signal.matches("(SIG)?TERM|15")) {
            running.signal(Signals.name(signal));
        }
        running.stop(grace);
        noteEnd(byUser, false);
    }

    void restart(Duration grace) {
        locked(() -> {
            if (state.running()) {
                end(grace, false);
            }
            backOff = Duration.ZERO;
            launch(0);
        });
    }

    /** @throws EngineException 409 when it does not run */
    void kill(String signal) {
        String name = Signals.name(signal);
        if (!state.running()) {
            throw EngineException.conflict(
                    "cannot kill container: " + definition.id() + ": container " + definition.id() + " is not running");
        }
        if (name.equals("KILL")) {
            locked(() -> {
                if (state.running()) {
                    kill();
                }
            });
        } else {
            stopRequested = stopRequested || name.equals("TERM");
            jail.ifPresent(running -> running.signal(name));
        }
    }

    void rename(String name) {
        locked(() -> {
            definition = definition.named(name);
            save(state);
        });
    }

    /** @throws EngineException 409 when it runs and this is not forced */
    void remove(boolean force) {
        locked(() -> {
            if (state.running() && !force) {
                throw EngineException.conflict("cannot remove container \"/" + definition.name()
                        + "\": container is running: stop the container before removing or force remove");
            }
            if (state.running()) {
                kill();
            }
            removed = true;
            files.remove();
            context.addresses().release(definition.address(), definition.id());
        });
    }

    /** The engine ends and leaves its containers to its successor. */
    void release() {
        ports.close();
    }

    /** The host is up again, or the engine is. */
    void startAtBoot() {
        locked(() -> {
            boolean stopped = state.status() == ContainerState.Status.EXITED || state.restartPending();
            if (stopped && RestartPolicy.of(definition.hostConfig()).restartsAtBoot(state)) {
                try {
                    launch(state.restartCount());
                } catch (EngineException e) {
                    LOG.warn("Container {} could not be started again: {}", definition.name(), e.getMessage());
                }
            }
        });
    }

    private void save(ContainerState next) throws IOException {
        Json.write(files.directory().resolve("container.json"), new Saved(definition, next));
        state = next;
    }

    private void locked(Change action) {
        change.lock();
        try {
            if (removed) {
                throw EngineException.notFound("No such container: " + definition.id());
            }
            action.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            change.unlock();
        }
    }

    private interface Change {
        void run() throws IOException;
    }
}
