package io.muster.remote.docker;

import io.muster.remote.net.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A Docker engine of the test's own: no bridge, no firewall rules, everything below one directory. */
public final class Dockerd implements AutoCloseable {

    public static final Path BINARY = Path.of("/usr/sbin/dockerd");

    private final Process process;
    private final Path log;
    public final Path socket;
    public final int port;

    /** May be started again in the same directory, and finds its images and containers there. */
    public Dockerd(Path directory, TestAuthority authority) throws Exception {
        TestAuthority.Identity identity = authority.identity("localhost", "127.0.0.1");
        Path trust = Files.writeString(directory.resolve("ca.pem"), authority.pem());
        Path certificate = Files.writeString(directory.resolve("server.pem"), identity.certificatePem());
        Path key = Files.writeString(directory.resolve("server-key.pem"), identity.keyPem());
        log = directory.resolve("dockerd.log");
        socket = directory.resolve("docker.sock");
        port = freePort();
        process = new ProcessBuilder(
                        BINARY.toString(),
                        "--data-root=" + directory.resolve("data"),
                        // A new one each time: it would take what a killed one has left there for alive.
                        "--exec-root=" + Files.createTempDirectory(directory, "exec"),
                        "--pidfile=" + directory.resolve("dockerd.pid"),
                        "--config-file=" + Files.writeString(directory.resolve("daemon.json"), "{}"),
                        "--host=unix://" + socket,
                        "--host=tcp://127.0.0.1:" + port,
                        "--tlsverify",
                        "--tlscacert=" + trust,
                        "--tlscert=" + certificate,
                        "--tlskey=" + key,
                        "--bridge=none",
                        "--iptables=false",
                        "--ip6tables=false",
                        "--storage-driver=vfs")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(this::listens);
    }

    /** Without a warning. */
    public void kill() throws Exception {
        List<ProcessHandle> parts = process.descendants().toList();
        process.destroyForcibly().waitFor();
        parts.forEach(ProcessHandle::destroyForcibly);
        unmount();
    }

    /** What one that was killed leaves below its directory. */
    private void unmount() throws Exception {
        for (String mount : Files.readAllLines(Path.of("/proc/mounts"))) {
            String at = mount.split(" ")[1];
            if (at.startsWith(log.getParent() + "/")) {
                new ProcessBuilder("umount", "--lazy", at).inheritIO().start().waitFor();
            }
        }
    }

    /** Whether one can be started on this machine. */
    public static boolean possible() {
        return Files.isExecutable(BINARY) && System.getProperty("user.name").equals("root");
    }

    /** Imports an image that has a shell and its libraries, from this machine. @return its name and tag */
    public String importShell(String name) throws Exception {
        String shell = "tar -chPf - /bin/sh $(ldd /bin/sh | grep -o '/[^ ]*') 2>/dev/null | docker --host unix://"
                + socket + " import - " + name;
        Process importing = new ProcessBuilder("sh", "-c", shell)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        if (importing.waitFor() != 0) {
            throw new IllegalStateException("no image " + name + ": " + Files.readString(log));
        }
        return name;
    }

    private boolean listens() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("dockerd ended: " + Files.readString(log));
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket))
                    && Files.readString(log).contains("API listen on");
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
