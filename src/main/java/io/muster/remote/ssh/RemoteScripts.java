package io.muster.remote.ssh;

import io.muster.inventory.Inventory;
import io.muster.remote.SshHosts;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.connection.channel.OpenFailException;
import net.schmizz.sshj.connection.channel.direct.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Runs scripts attached: the session lives as long as the script, and an end that was not seen is an unknown outcome. */
@Component
final class RemoteScripts implements DisposableBean {

    /** A connection from the pool may have died unnoticed, or take no more sessions: then another is tried. */
    private static final int ATTEMPTS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(RemoteScripts.class);

    private final SshPool pool;
    private final Credentials credentials;
    private final ExecutorService pumps = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "ssh-pump");
        thread.setDaemon(true);
        return thread;
    });

    RemoteScripts(SshPool pool, Credentials credentials) {
        this.pool = pool;
        this.credentials = credentials;
    }

    /**
     * @param watch says when to stop waiting
     * @return the exit status
     */
    int run(Inventory.Environment environment, Route route, ShellScript script, SshHosts.Output output, Watch watch) {
        try (Attached attached = attach(environment, route, script, output)) {
            return new Attendance(this, environment, route, script, attached.execution(), watch).status();
        }
    }

    /** Starts a script and leaves it to the caller to watch it. Close it. */
    Attached attach(Inventory.Environment environment, Route route, ShellScript given, SshHosts.Output output) {
        ShellScript script = given.sudo() ? given.withSudoPassword(credentials.sudoPassword(route)) : given;
        String mark = "muster-" + UUID.randomUUID();
        for (int attempt = 1; ; attempt++) {
            SshPool.Lease lease = pool.session(environment, route);
            boolean attached = false;
            try {
                Optional<Channel> channel = open(lease, route, attempt == ATTEMPTS);
                if (channel.isPresent()) {
                    Execution execution = new Execution(channel.get().command(), script, mark, output);
                    execution.start(pumps);
                    attached = true;
                    return new Attached(lease, channel.get(), execution);
                }
            } finally {
                if (!attached) {
                    lease.close();
                }
            }
        }
    }

    /** Until the head of the script is written nothing has happened on the host, and trying again is safe. */
    private static Optional<Channel> open(SshPool.Lease lease, Route route, boolean last) {
        try {
            Session session = lease.connection().client().startSession();
            return Optional.of(new Channel(session, session.exec(ShellScript.COMMAND)));
        } catch (IOException | IllegalStateException e) {
            if (e instanceof OpenFailException) {
                lease.connection().full();
            } else {
                lease.discard();
            }
            if (last) {
                throw new StepFailure.Transient(
                        Reason.CONNECTION_LOST,
                        route + " opened no session: " + Causes.text(e)
                                + "; nothing was run. Check MaxSessions and the load of its sshd.",
                        e);
            }
            LOG.debug("{} opened no session on a pooled connection; trying another", route, e);
            return Optional.empty();
        }
    }

    private static void close(net.schmizz.sshj.connection.channel.Channel channel) {
        try {
            channel.close();
        } catch (SSHException e) {
            LOG.debug("Closing a session failed", e);
        }
    }

    @Override
    public void destroy() {
        pumps.shutdownNow();
    }

    /** When to stop waiting for a script. */
    record Watch(Duration timeout, boolean sinceActivity, BooleanSupplier cancelled) {

        static Watch total(Duration timeout, BooleanSupplier cancelled) {
            return new Watch(timeout, false, cancelled);
        }

        /** For transfers of any size: time without a byte in either direction. */
        static Watch stalled(Duration timeout) {
            return new Watch(timeout, true, () -> false);
        }
    }

    /** A script that runs, and its place on a connection. */
    record Attached(SshPool.Lease lease, Channel channel, Execution execution) implements AutoCloseable {
        @Override
        public void close() {
            try (lease) {
                channel.close();
            }
        }
    }

    record Channel(Session session, Session.Command command) implements AutoCloseable {
        /** The command first: closing only the session can wait for its time-out. */
        @Override
        public void close() {
            RemoteScripts.close(command);
            RemoteScripts.close(session);
        }
    }
}
