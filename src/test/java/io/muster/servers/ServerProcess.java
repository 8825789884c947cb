package io.muster.servers;

import static org.awaitility.Awaitility.await;

import io.muster.storage.RestartablePostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server as a process of its own, with leases of seconds. */
final class ServerProcess implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(3);
    static final long LOCK_MILLIS = 6_000;

    private final Process process;
    private final Path log;
    private final OutputStream commands;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.commands = process.getOutputStream();
    }

    /** Starts it and returns at once; {@link #awaitReady} waits. */
    static ServerProcess start(String name, Path directory, RestartablePostgres postgres, Map<String, String> settings)
            throws IOException {
        Path inventory = directory.resolve("inventory.yaml");
        Files.writeString(inventory, "version: 1\nenvironments:\n  lab: {}\n");
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                // It lives for seconds.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ServerMain.class.getName(),
                "--spring.datasource.url=" + postgres.url(),
                "--spring.datasource.username=" + postgres.user(),
                "--spring.datasource.password=" + postgres.password(),
                "--muster.data-dir=" + directory.resolve(name),
                "--muster.inventory=" + inventory,
                "--muster.admin.user=test",
                "--muster.admin.password=Correct-Horse-7-Staple",
                "--camunda.bpm.job-execution.lock-time-in-millis=" + LOCK_MILLIS,
                "--camunda.bpm.job-execution.wait-time-in-millis=200",
                "--camunda.bpm.job-execution.max-wait=500",
                "--test.directory=" + directory));
        settings.forEach((key, value) -> command.add("--" + key + "=" + value));
        Path log = directory.resolve(name + ".log");
        return new ServerProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
    }

    ServerProcess awaitReady() {
        await().atMost(PATIENCE).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("The server ended:\n" + log());
            }
            return log().contains("READY");
        });
        return this;
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void run(String runbook, int count) throws IOException {
        tell("start " + runbook + " " + count);
    }

    /** @param command as {@link ServerMain} takes it */
    void tell(String command) throws IOException {
        commands.write((command + "\n").getBytes(StandardCharsets.UTF_8));
        commands.flush();
    }

    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
