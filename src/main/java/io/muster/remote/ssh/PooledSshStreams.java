package io.muster.remote.ssh;

import io.muster.remote.CommandEnded;
import io.muster.remote.SshHosts;
import io.muster.remote.SshStreams;
import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import net.schmizz.sshj.connection.channel.OpenFailException;
import net.schmizz.sshj.connection.channel.direct.Session;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** What a profile prints before the command is cut off: the stream begins behind a mark. */
@Component
final class PooledSshStreams implements SshStreams, DisposableBean {

    private static final int ATTEMPTS = 4;
    private static final int START_MILLIS = 20_000;
    private static final int LONGEST_PREAMBLE = 64 * 1024;

    private final SshPool pool;
    private final ScheduledExecutorService alarms = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "ssh-stream-alarm");
        thread.setDaemon(true);
        return thread;
    });

    PooledSshStreams(SshPool pool) {
        this.pool = pool;
    }

    @Override
    public Socket open(SshHosts.Target target, String command) throws IOException {
        if (!command.matches("[A-Za-z0-9 _./:=-]+")) {
            throw new IllegalArgumentException("Not a command that every shell reads alike: " + command);
        }
        String mark = "muster-" + UUID.randomUUID();
        Route route = Route.to(target);
        for (int attempt = 1; ; attempt++) {
            Optional<ChannelSocket> socket = start(target, route, command, mark, attempt == ATTEMPTS);
            if (socket.isPresent()) {
                skip(socket.get(), mark);
                return socket.get();
            }
        }
    }

    /** A connection from the pool may have died unnoticed, or take no more sessions: then another is tried. */
    private Optional<ChannelSocket> start(
            SshHosts.Target target, Route route, String command, String mark, boolean last) throws IOException {
        SshPool.Lease lease = pool.session(target.environment(), route);
        try {
            Session session = lease.connection().client().startSession();
            Session.Command running =
                    session.exec("exec /bin/sh -c 'LC_ALL=C; export LC_ALL; echo " + mark + "; exec " + command + "'");
            return Optional.of(new ChannelSocket(lease, session, running, alarms, route + ", `" + command + "`"));
        } catch (IOException | IllegalStateException e) {
            if (e instanceof OpenFailException) {
                lease.connection().full();
            } else {
                lease.discard();
            }
            lease.close();
            if (last) {
                throw new IOException(route + " opened no session: " + Causes.text(e), e);
            }
            return Optional.empty();
        }
    }

    private static void skip(ChannelSocket socket, String mark) throws IOException {
        socket.setSoTimeout(START_MILLIS);
        StringBuilder line = new StringBuilder();
        for (int read = 0; read < LONGEST_PREAMBLE; read++) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                break;
            }
            if (next != '\n') {
                line.append((char) next);
            } else if (line.toString().equals(mark)) {
                socket.setSoTimeout(0);
                return;
            } else {
                line.setLength(0);
            }
        }
        socket.close();
        throw new CommandEnded("its login shell did not start it");
    }

    @Override
    public void destroy() {
        alarms.shutdownNow();
    }
}
