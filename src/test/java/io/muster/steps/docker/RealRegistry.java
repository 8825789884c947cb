package io.muster.steps.docker;

import io.muster.remote.net.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** A docker-registry of the test's own, with TLS, which lets in one user. */
final class RealRegistry implements AutoCloseable {

    static final Path BINARY = Path.of("/usr/bin/docker-registry");
    static final String USER = "muster";
    static final String PASSWORD = "correct horse";

    private final Path directory;
    private final int port;
    private Process process;

    RealRegistry(Path directory, TestAuthority authority) throws Exception {
        this.directory = directory;
        this.port = freePort();
        TestAuthority.Identity identity = authority.identity("localhost", "127.0.0.1");
        Path certificate = Files.writeString(directory.resolve("registry.pem"), identity.certificatePem());
        Path key = Files.writeString(directory.resolve("registry-key.pem"), identity.keyPem());
        Path users = Files.writeString(
                directory.resolve("htpasswd"), USER + ":" + new BCryptPasswordEncoder(5).encode(PASSWORD) + "\n");
        Files.writeString(
                directory.resolve("registry.yml"),
                """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d", tls: {certificate: %s, key: %s}}
                auth: {htpasswd: {realm: test, path: %s}}
                """
                        .formatted(directory.resolve("blobs"), port, certificate, key, users));
        start();
    }

    void start() throws IOException {
        process = new ProcessBuilder(
                        BINARY.toString(),
                        "serve",
                        directory.resolve("registry.yml").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("registry.log").toFile()))
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(this::listens);
    }

    private boolean listens() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "docker-registry ended: " + Files.readString(directory.resolve("registry.log")));
        }
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** As it stands in image names. */
    String name() {
        return "127.0.0.1:" + port;
    }

    long pid() {
        return process.pid();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        process.waitFor();
    }
}
