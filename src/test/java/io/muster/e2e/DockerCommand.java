package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The command {@code docker} on an engine of the test's own, without bridge or firewall rules, below one directory. */
final class DockerCommand implements AutoCloseable {

    private static final Path DOCKERD = Path.of("/usr/sbin/dockerd");

    private final Path directory;
    private final Path socket;
    private final Process engine;

    DockerCommand(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.socket = directory.resolve("docker.sock");
        Path log = directory.resolve("dockerd.log");
        this.engine = new ProcessBuilder(
                        DOCKERD.toString(),
                        "--data-root=" + directory.resolve("data"),
                        "--exec-root=" + directory.resolve("exec"),
                        "--pidfile=" + directory.resolve("dockerd.pid"),
                        "--config-file=" + Files.writeString(directory.resolve("daemon.json"), "{}"),
                        "--host=unix://" + socket,
                        "--bridge=none",
                        "--iptables=false",
                        "--ip6tables=false")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.readString(log).contains("API listen on"));
    }

    static void requireEngine() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(DOCKERD), "No Docker engine is installed (Debian package docker.io)");
        Assumptions.assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
                "A Docker engine runs as root only");
    }

    /** @return what it printed */
    String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        return output(command);
    }

    String output(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "docker", ".out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("DOCKER_HOST", "unix://" + socket);
        // The classic builder is in every engine; the other one is a package of its own.
        builder.environment().put("DOCKER_BUILDKIT", "0");
        int status = builder.start().waitFor();
        String text = Files.readString(output);
        assertThat(status).as(() -> String.join(" ", command) + "\n" + text).isZero();
        return text.strip();
    }

    /** An image of this machine's Java runtime with what it and a shell need, and nothing else. */
    String importJavaRuntime() throws IOException, InterruptedException {
        String java = System.getProperty("java.home");
        String libraries = "usr/lib/" + System.getProperty("os.arch").replace("amd64", "x86_64") + "-linux-gnu";
        String script =
                """
                cd /
                tar -c --ignore-failed-read --exclude='*/jmods' --exclude='*/ct.sym' --exclude='*/legal' bin lib lib64 \
                    usr/bin/dash usr/bin/sh usr/bin/mkdir usr/bin/chown usr/bin/chmod etc/nsswitch.conf etc/java-17-openjdk \
                    etc/ssl/certs/java/cacerts '%s' usr/lib64/ld-linux* %s/ld-linux* %s/lib{c,m,dl,pthread,rt,z,stdc++}.so* \
                    %s/lib{gcc_s,selinux,pcre2-8,acl,attr,resolv,nss_files,nss_dns}.so* \
                  | docker import --change 'ENV PATH=%s/bin:/usr/bin:/bin' - muster-test-jre
                """
                        .formatted(java.substring(1), libraries, libraries, libraries, java);
        output(List.of("bash", "-c", script));
        return "muster-test-jre";
    }

    @Override
    public void close() throws IOException, InterruptedException {
        engine.destroy();
        if (!engine.waitFor(1, TimeUnit.MINUTES)) {
            engine.destroyForcibly().waitFor();
        }
        // Where a container had the host's network, the engine leaves this mounted.
        Path network = directory.resolve("exec/netns/default");
        if (Files.exists(network)) {
            output(List.of("umount", network.toString()));
        }
    }
}
