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
public final class RealRegistry implements AutoCloseable {

    public static final Path BINARY = Path.of("/usr/bin/docker-registry");
    public static final String USER = "muster";
    public static final String PASSWORD = "correct horse";

    private final Path directory;
    private final String address;
    private final int port;
    private Process process;

    public RealRegistry(Path directory, TestAuthority authority) throws Exception {
        this(directory, authority, "127.0.0.1");
    }

    /** @param address of this machine, where it listens */
    public RealRegistry(Path directory, TestAuthority authority, String address) throws Exception {
        this.directory = directory;
        this.address = address;
        this.port = freePort(address);
        TestAuthority.Identity identity = authority.identity("localhost", "127.0.0.1", address);
        Path certificate = Files.writeString(directory.resolve("registry.pem"), identity.certificatePem());
        Path key = Files.writeString(directory.resolve("registry-key.pem"), identity.keyPem());
        Path users = Files.writeString(
                directory.resolve("htpasswd"), USER + ":" + new BCryptPasswordEncoder(5).encode(PASSWORD) + "\n");
        Files.writeString(
                directory.resolve("registry.yml"),
                """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "%s:%d", tls: {certificate: %s, key: %s}}
                auth: {htpasswd: {realm: test, path: %s}}
                """
                        .formatted(directory.resolve("blobs"), address, port, certificate, key, users));
        start();
    }

    public void start() throws IOException {
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
        try (Socket socket = new Socket(address, port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** As it stands in image names. */
    public String name() {
        return address + ":" + port;
    }

    long pid() {
        return process.pid();
    }

    private static int freePort(String address) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        process.waitFor();
    }
}
