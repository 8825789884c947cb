package io.muster.remote.ssh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The machine's own sshd on a random loopback port, with a configuration and keys of its own. */
public final class OpenSshServer implements SshServer {

    static final Path BINARY = Path.of("/usr/sbin/sshd");

    private final KeyPair hostKey = TestKeys.ecdsa();
    private final KeyPair userKey = TestKeys.rsa();
    private final Path directory;
    private Process process;
    private final int port;

    /** @param settings of sshd_config, in which {@code ${port}} stands for the port */
    public OpenSshServer(Path directory, String... settings) throws Exception {
        port = freePort();
        Path key = secret(directory.resolve("host_key"), TestKeys.openSsh(hostKey));
        Path authorized = secret(directory.resolve("authorized_keys"), TestKeys.publicLine(userKey) + "\n");
        Path config = directory.resolve("sshd_config");
        this.directory = directory;
        String environment = environment(settings);
        Files.writeString(
                config,
                String.join(
                        "\n",
                        // Of a setting that is given twice the first counts.
                        String.join("\n", settings).replace("${port}", Integer.toString(port)),
                        environment,
                        "ListenAddress 127.0.0.1:" + port,
                        "HostKey " + key,
                        "AuthorizedKeysFile " + authorized,
                        "PidFile none",
                        "StrictModes no",
                        "UsePAM no",
                        "PermitRootLogin prohibit-password",
                        "PasswordAuthentication no",
                        "MaxStartups 100",
                        ""));
        if (System.getProperty("user.name").equals("root")) {
            Files.createDirectories(Path.of("/run/sshd"));
        }
        start();
    }

    /**
     * A home of its own: neither does a test leave anything in the user's, nor does the user's {@code .bashrc}, which
     * bash reads for each command that comes by sshd, become part of a measurement.
     */
    private String environment(String... settings) throws IOException {
        String home = "HOME=" + Files.createDirectories(directory.resolve("home-of-" + port));
        for (int n = 0; n < settings.length; n++) {
            if (settings[n].startsWith("SetEnv ")) {
                settings[n] += " " + home;
                return "";
            }
        }
        return "SetEnv " + home;
    }

    private void start() throws IOException {
        process = new ProcessBuilder(
                        BINARY.toString(),
                        "-D",
                        "-e",
                        "-f",
                        directory.resolve("sshd_config").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("sshd.log").toFile()))
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(this::listens);
    }

    /** Ends it with all its connections, and starts it again on the same port. */
    void restart() throws Exception {
        process.descendants()
                .filter(child -> child.info().command().orElse("").contains("sshd"))
                .forEach(ProcessHandle::destroyForcibly);
        close();
        start();
    }

    private boolean listens() {
        if (!process.isAlive()) {
            throw new IllegalStateException("sshd ended with status " + process.exitValue());
        }
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static Path secret(Path file, String content) throws IOException {
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** Of the process that listens. */
    long pid() {
        return process.pid();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String hostKey() {
        return TestKeys.publicLine(hostKey);
    }

    /** The line of {@link #privateKey} in {@code authorized_keys}. */
    public String authorizedKey() {
        return TestKeys.publicLine(userKey);
    }

    @Override
    public String user() {
        return System.getProperty("user.name");
    }

    @Override
    public String privateKey() {
        try {
            return TestKeys.openSsh(userKey);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
    }
}
