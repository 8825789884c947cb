package io.muster.sandbox.notes;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The running service. */
final class NotesServer implements AutoCloseable {
    private final List<HttpServer> servers = new ArrayList<>();
    /** As many as there are requests: one that is slow, or only shakes hands, holds its thread and keeps nobody else waiting. */
    private final ExecutorService requests = Executors.newCachedThreadPool();

    private final ScheduledExecutorService probes = Executors.newSingleThreadScheduledExecutor();

    private NotesServer() {}

    /** Data that cannot be opened does not stop it: it runs and says in {@code /health} what is wrong. */
    static NotesServer start(Settings settings, Clock clock) throws IOException, GeneralSecurityException {
        Release release = Release.read(settings.home().resolve("release.properties"));
        NotesServer server = new NotesServer();
        int format = format(settings, release);
        Optional<String> broken = server.open(settings, format);
        NotesStore store = new NotesStore(settings.data(), format, clock);
        Files.createDirectories(settings.run());
        Health health = new Health(release, settings.data(), settings.run(), clock, broken);
        NotesHandler handler = new NotesHandler(settings, release, store, health, new Metrics(release, store, health));
        server.listen(HttpServer.create(new InetSocketAddress(settings.address(), settings.port()), 0), handler);
        if (Tls.provided(settings.tls())) {
            HttpsServer https = HttpsServer.create(new InetSocketAddress(settings.address(), settings.tlsPort()), 0);
            https.setHttpsConfigurator(new HttpsConfigurator(Tls.context(settings.tls())));
            server.listen(https, handler);
        }
        server.probes.scheduleAtFixedRate(() -> publish(health), 0, 1, TimeUnit.SECONDS);
        System.out.println("notes " + release.version() + " started on " + server.addresses());
        return server;
    }

    /** Where it listens: HTTP, then HTTPS if that is served. */
    List<InetSocketAddress> addresses() {
        return servers.stream().map(HttpServer::getAddress).toList();
    }

    @Override
    public void close() {
        probes.shutdownNow();
        servers.forEach(server -> server.stop(0));
        requests.shutdownNow();
    }

    private static int format(Settings settings, Release release) {
        try {
            return release.migrates()
                    ? release.dataFormat()
                    : Math.min(DataFormat.found(settings.data()).orElse(DataFormat.OLDEST), release.dataFormat());
        } catch (IOException e) {
            // Opening the data fails on the same file next, and says so in the health.
            return release.dataFormat();
        }
    }

    private Optional<String> open(Settings settings, int format) {
        try {
            int rewritten = DataFormat.migrate(settings.data(), format);
            if (rewritten > 0) {
                System.out.println("migrated " + rewritten + " files to data format " + format);
            }
            return Optional.empty();
        } catch (IOException e) {
            System.err.println("cannot open the data: " + e);
            return Optional.of(e.toString());
        }
    }

    private void listen(HttpServer server, NotesHandler handler) {
        server.setExecutor(requests);
        server.createContext("/", handler);
        server.start();
        servers.add(server);
    }

    private static void publish(Health health) {
        try {
            health.publish();
        } catch (IOException | RuntimeException e) {
            // The health check then finds a stale result and says so; an exception here would end the schedule.
            System.err.println("cannot publish the health: " + e);
        }
    }
}
