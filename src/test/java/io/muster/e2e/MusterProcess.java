package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Muster as a process of its own, with what is shipped on its classpath and nothing of the tests. */
final class MusterProcess implements AutoCloseable {

    private final Process process;
    private final Path log;
    private final int port;

    private MusterProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Starts it, and does not wait. */
    static MusterProcess launched(Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        return launched(shippedClasspath(), "io.muster.MusterApplication", directory, environment, arguments);
    }

    /** Starts one that ends at a point; see {@link KilledMuster}. Waits until it listens. */
    static MusterProcess killedAt(String point, Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        Map<String, String> more = new HashMap<>(environment);
        more.put(KilledMuster.AT, point);
        return awaitReady(launched(
                System.getProperty("java.class.path"), KilledMuster.class.getName(), directory, more, arguments));
    }

    private static MusterProcess launched(
            String classpath, String main, Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        int port = freePort();
        Path log = Files.createTempFile(Files.createDirectories(directory), "muster", ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classpath,
                main));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("SERVER_PORT", Integer.toString(port));
        builder.environment().putAll(environment);
        return new MusterProcess(builder.start(), log, port);
    }

    /** Starts a server and waits until it is ready. */
    static MusterProcess started(Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        return awaitReady(launched(directory, environment, arguments));
    }

    private static MusterProcess awaitReady(MusterProcess muster) {
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(250))
                .until(() -> muster.log().contains("Muster is ready") || !muster.process.isAlive());
        assertThat(muster.process.isAlive()).as(muster.log()).isTrue();
        return muster;
    }

    private static String shippedClasspath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Below the ports that the system gives to connections: a server takes its port long after this looked. */
    private static int freePort() throws IOException {
        for (int tries = 0; ; tries++) {
            int port = ThreadLocalRandom.current().nextInt(12_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                if (tries == 100) {
                    throw taken;
                }
            }
        }
    }

    /** Waits until it ends by itself. */
    int exitStatus() throws InterruptedException {
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).as(log()).isTrue();
        return process.exitValue();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    Api api() {
        return new Api("http://127.0.0.1:" + port);
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** As a power cut would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to stop and waits until it has. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            kill();
        }
    }
}
