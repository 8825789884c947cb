package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A server of data on loopback, started by a test; what it holds is read and written by its own tools. */
abstract class RealServer implements AutoCloseable {

    final Path directory;
    final int port = freePort();
    private Process process;

    /** @param directory for its data */
    RealServer(Path directory) {
        this.directory = directory;
    }

    abstract DataItem item();

    /** Writes this and nothing else. */
    abstract void write(String value);

    abstract String read();

    /** Whether its dumps carry a checksum of their own. */
    boolean checksummed() {
        return true;
    }

    /** Whether it answers, and with this. */
    final boolean holds(String value) {
        try {
            return read().equals(value);
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** Whether a wipe removes its data. */
    boolean wiped() {
        return true;
    }

    /** Whether what is written after a wipe is in the place that was emptied. */
    boolean livesOn() {
        return false;
    }

    /** Makes something that a restore would not bring back. @return how its refusal names it; empty where all comes back */
    String whatCannotComeBack() {
        return "";
    }

    void withoutIt() {}

    /** Stops it where data is put back as files. */
    void stopToSwap() {}

    void startSwapped() {}

    final void begin(Map<String, String> env, String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(directory
                            .resolveSibling(directory.getFileName() + ".log")
                            .toFile()));
            builder.environment().putAll(env);
            process = builder.start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    final void awaitAnswer(String expected, String... command) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError(command[0] + ": the server ended, see " + directory + ".log");
            }
            return run(command).contains(expected);
        });
    }

    static void require(String program, String debianPackage) {
        Assumptions.assumeTrue(
                List.of("/usr/bin/", "/usr/sbin/").stream().anyMatch(dir -> Files.isExecutable(Path.of(dir + program))),
                program + " is not installed (Debian package " + debianPackage + ")");
    }

    static String run(String... command) {
        return run(Map.of(), command);
    }

    static String run(Map<String, String> env, String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(env);
            Process process = builder.start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command[0] + ": " + output);
            }
            return output.strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroy();
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    final DataItem item(String type, Optional<String> database, Optional<String> user, Optional<String> inside) {
        return new DataItem(
                "db",
                type,
                Optional.empty(),
                new ArrayList<>(),
                Optional.of("127.0.0.1"),
                Optional.of(port()),
                database,
                user,
                user.map(name -> io.muster.inventory.SecretRef.parse("secret:db-password")),
                inside,
                Optional.empty());
    }

    int port() {
        return port;
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
