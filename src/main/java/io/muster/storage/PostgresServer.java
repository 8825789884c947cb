package io.muster.storage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts, takes over and stops the server process on a cluster. */
final class PostgresServer {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);

    private static final int START_SECONDS = 600;
    private static final int PORT_ATTEMPTS = 5;
    private static final long LOG_BYTES = 10L * 1024 * 1024;
    private static final Duration PROCESSES_END = Duration.ofSeconds(10);

    private final PostgresBinaries binaries;
    private final PostgresCommands commands;
    private final PostgresCluster cluster;
    private final SortedMap<String, String> settings;

    PostgresServer(
            PostgresBinaries binaries,
            PostgresCommands commands,
            PostgresCluster cluster,
            Map<String, String> settings) {
        this.binaries = binaries;
        this.commands = commands;
        this.cluster = cluster;
        this.settings = new TreeMap<>(Map.of(
                "listen_addresses", "127.0.0.1",
                "unix_socket_directories", "",
                "timezone", "UTC",
                "log_timezone", "UTC",
                // A session whose client is gone stops waiting for locks.
                "client_connection_check_interval", "2s"));
        this.settings.putAll(settings);
    }

    PostgresAccess start() throws IOException, InterruptedException {
        Optional<PostgresAccess> adopted = adopt();
        PostgresAccess access = adopted.isPresent() ? adopted.get() : launch();
        try {
            access.ensureDatabase();
            return access;
        } catch (SQLException e) {
            stop(Duration.ofSeconds(60));
            throw new IOException("it runs on port " + access.port() + " but refuses Muster: " + e.getMessage(), e);
        }
    }

    /** A server that was killed leaves its PostgreSQL running. */
    private Optional<PostgresAccess> adopt() throws IOException, InterruptedException {
        Optional<Postmaster> running = Postmaster.on(cluster.data());
        if (running.isPresent()) {
            Optional<PostgresAccess> taken = takeOver(running.get());
            if (taken.isPresent()) {
                return taken;
            }
            stop(Duration.ofSeconds(60));
        }
        clearOrphans();
        return Optional.empty();
    }

    private Optional<PostgresAccess> takeOver(Postmaster running) throws IOException {
        Optional<String> unlike = unlike(running);
        if (unlike.isPresent()) {
            LOG.info(
                    "PostgreSQL (process {}) was left by an earlier server {}; restarting it",
                    running.pid(),
                    unlike.get());
            return Optional.empty();
        }
        try {
            PostgresAccess access = new PostgresAccess(running.port(), cluster.password());
            access.endSessionsOfDeadServers();
            LOG.info(
                    "Took over PostgreSQL (process {}, port {}), left by an earlier server",
                    running.pid(),
                    running.port());
            return Optional.of(access);
        } catch (SQLException e) {
            LOG.info(
                    "PostgreSQL (process {}), left by an earlier server, does not answer ({}); restarting it",
                    running.pid(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    /** Why a server that was found is not taken as it is. */
    private Optional<String> unlike(Postmaster running) throws IOException {
        if (!running.ready()) {
            return Optional.of("and is not ready");
        }
        Path options = cluster.data().resolve("postmaster.opts");
        if (!Files.exists(options)) {
            return Optional.of("without its options");
        }
        String started = Files.readString(options).strip();
        String expected = binaries.program("postgres") + " \"-D\" \"" + cluster.data() + "\" "
                + arguments(running.port()).stream().map(a -> '"' + a + '"').collect(Collectors.joining(" "));
        return started.equals(expected) ? Optional.empty() : Optional.of("with other settings (" + started + ")");
    }

    /**
     * The pid file of a server that is no more would stop the next one where its number is another program's by now, or
     * where it was cut short. But it is also PostgreSQL's guard against sessions that outlived their server, so those must
     * be gone first; and where PostgreSQL can judge by itself, the file is left to it.
     */
    private void clearOrphans() throws IOException, InterruptedException {
        awaitProcessesGone();
        if (!Postmaster.pidFileIsOfTheDead(cluster.data())) {
            Files.deleteIfExists(cluster.data().resolve("postmaster.pid"));
        }
    }

    /** Sessions notice by themselves that their server is gone; those that do not in time are killed. */
    private void awaitProcessesGone() throws InterruptedException {
        long end = System.nanoTime() + PROCESSES_END.toNanos();
        List<ProcessHandle> orphans = Postmaster.processes(cluster.data());
        while (!orphans.isEmpty()) {
            if (System.nanoTime() > end) {
                orphans.forEach(ProcessHandle::destroyForcibly);
            }
            TimeUnit.MILLISECONDS.sleep(20);
            orphans = Postmaster.processes(cluster.data());
        }
    }

    private PostgresAccess launch() throws IOException, InterruptedException {
        rotateLog();
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            long logged = Files.exists(cluster.log()) ? Files.size(cluster.log()) : 0;
            PostgresCommands.Result result = commands.run("pg_ctl", startArguments(port));
            if (result.status() == 0) {
                LOG.info("PostgreSQL runs on port {} with its data in {}", port, cluster.data());
                return new PostgresAccess(port, cluster.password());
            }
            String said = logSince(logged);
            if (attempt == PORT_ATTEMPTS || !said.contains("Address already in use")) {
                throw new IOException(result.output() + (said.isEmpty() ? "" : "\n" + said));
            }
        }
    }

    private List<String> startArguments(int port) {
        return List.of(
                "start",
                "--pgdata=" + cluster.data(),
                "--log=" + cluster.log(),
                "--wait",
                "--timeout=" + START_SECONDS,
                "--silent",
                "--options="
                        + arguments(port).stream().map(PostgresServer::quoted).collect(Collectors.joining(" ")));
    }

    private List<String> arguments(int port) {
        List<String> arguments = new ArrayList<>(List.of("-p", Integer.toString(port)));
        settings.forEach((key, value) -> arguments.addAll(List.of("-c", key + "=" + value)));
        return arguments;
    }

    /** pg_ctl hands its options to a shell. */
    private static String quoted(String argument) {
        return "'" + argument.replace("'", "'\\''") + "'";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private void rotateLog() throws IOException {
        if (Files.exists(cluster.log()) && Files.size(cluster.log()) > LOG_BYTES) {
            Path old = cluster.log().resolveSibling(cluster.log().getFileName() + ".1");
            Files.move(cluster.log(), old, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private String logSince(long offset) throws IOException {
        if (!Files.exists(cluster.log())) {
            return "";
        }
        byte[] log = Files.readAllBytes(cluster.log());
        int from = (int) Math.min(offset, log.length);
        return new String(log, from, log.length - from, StandardCharsets.UTF_8).strip();
    }

    /** Fast: sessions are ended. What does not stop in time is stopped as in a crash, which PostgreSQL survives. */
    void stop(Duration patience) throws IOException, InterruptedException {
        if (Postmaster.on(cluster.data()).isEmpty()) {
            return;
        }
        if (stop("fast", patience).status() != 0) {
            PostgresCommands.Result result = stop("immediate", patience);
            if (result.status() != 0) {
                throw new IOException("PostgreSQL in " + cluster.data() + " does not stop: " + result.output());
            }
        }
        // pg_ctl waits for the pid file to go, which is a little earlier.
        awaitProcessesGone();
        LOG.info("PostgreSQL in {} is stopped", cluster.data());
    }

    private PostgresCommands.Result stop(String mode, Duration patience) throws IOException, InterruptedException {
        return commands.run(
                "pg_ctl",
                List.of(
                        "stop",
                        "--pgdata=" + cluster.data(),
                        "--mode=" + mode,
                        "--wait",
                        "--timeout=" + patience.toSeconds(),
                        "--silent"));
    }
}
