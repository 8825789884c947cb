package io.muster.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The packaged jar as a process of its own, with its own data directory and loopback network. */
final class ServerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final Path log;
    private final Instant begun;
    private final Duration ready;

    private ServerProcess(Process process, Path log, int port) throws IOException, InterruptedException {
        this.process = process;
        this.log = log;
        this.begun = Instant.now();
        long begin = System.nanoTime();
        while (!up(port)) {
            if (!process.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
                close();
                throw new IllegalStateException("The server is not ready; see " + log);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        this.ready = Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Starts the jar and returns when its health endpoint answers UP. */
    static ServerProcess muster(Path directory) throws IOException, InterruptedException {
        return start(directory, List.of("-jar", jar().toString()), List.of());
    }

    /** Starts {@link BareServer} from the same jar, so that both load their classes in the same way. */
    static ServerProcess bare(Path directory) throws IOException, InterruptedException {
        return start(
                directory,
                List.of(
                        "-cp",
                        jar().toString(),
                        "-Dloader.main=" + BareServer.class.getName(),
                        "-Dloader.path=" + Path.of("target", "test-classes").toAbsolutePath(),
                        "org.springframework.boot.loader.launch.PropertiesLauncher"),
                List.of("--camunda.bpm.database.schema-update=true"));
    }

    private static ServerProcess start(Path directory, List<String> what, List<String> arguments)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        int port = freePort();
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(what);
        command.addAll(arguments);
        Path log = directory.resolve("server.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "MUSTER_DATA_DIR",
                        directory.resolve("data").toString(),
                        "MUSTER_SANDBOX_NETWORK",
                        "127." + (20 + ProcessHandle.current().pid() % 200),
                        "SERVER_ADDRESS",
                        "127.0.0.1",
                        "SERVER_PORT",
                        Integer.toString(port)));
        return new ServerProcess(builder.start(), log, port);
    }

    private static Path jar() throws IOException {
        try (var files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.getFileName().toString().matches("muster-.*\\.jar"))
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalStateException("target holds no packaged jar: ./mvnw package makes it"))
                    .toAbsolutePath();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean up(int port) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/health"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 && response.body().contains("\"UP\"");
        } catch (IOException notYet) {
            return false;
        }
    }

    double readySeconds() {
        return ready.toNanos() / 1e9;
    }

    /** Seconds from the start of the process to the first line of its log that contains this text. */
    Optional<Double> secondsTo(String text) throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(text))
                    .map(line -> line.split(" ", 2)[0])
                    .map(time -> Duration.between(begun, Instant.parse(time)).toMillis() / 1000.0)
                    .findFirst();
        }
    }

    /** Used heap after a full collection, in MiB. */
    double heapAfterCollection() throws IOException, InterruptedException {
        jcmd("GC.run");
        String info = jcmd("GC.heap_info");
        var used = java.util.regex.Pattern.compile("total \\d+K, used (\\d+)K").matcher(info);
        if (!used.find()) {
            throw new IllegalStateException("jcmd says no heap size: " + info);
        }
        return Long.parseLong(used.group(1)) / 1024.0;
    }

    /** What the process has in memory, in MiB, without PostgreSQL's own processes. */
    double residentMemory() throws IOException {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElseThrow()
                    / 1024.0;
        }
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String output = new String(jcmd.getInputStream().readAllBytes());
        if (jcmd.waitFor() != 0) {
            throw new IllegalStateException("jcmd " + command + ": " + output);
        }
        return output;
    }

    /** Asks it to stop and waits until it has. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
        }
    }
}
