package io.muster.e2e;

import static org.awaitility.Awaitility.await;

import io.muster.remote.net.TestAuthority;
import io.muster.remote.ssh.TestLogin;
import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.sandbox.proxmox.Lxc;
import io.muster.sandbox.proxmox.LxcBackend;
import io.muster.sandbox.proxmox.RunningProxmox;
import io.muster.steps.docker.RealRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A small data centre of real parts: three LXC containers with OpenSSH's sshd, in two of them a Docker engine, in the third a
 * Prometheus, and a registry that wants a password. Only the Proxmox VE API before the containers is the sandbox's.
 */
final class RealSite implements AutoCloseable {

    static final int CORE = 101;
    static final int MONITORING = 102;
    static final int EXPERIMENTAL = 103;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Started by the container's init. */
    private static final String ENGINE =
            """
            #!/bin/sh
            mount --make-rshared /
            exec /usr/sbin/dockerd --config-file=/etc/engine.json --iptables=false --ip6tables=false --storage-driver=vfs \
                --host=unix:///var/run/docker.sock --host=tcp://0.0.0.0:2376 --tlsverify --tlscacert=/etc/engine/ca.pem \
                --tlscert=/etc/engine/server.pem --tlskey=/etc/engine/server-key.pem --bip=172.31.%d.1/24 >/var/engine.log 2>&1
            """;

    private static final String PROMETHEUS =
            """
            #!/bin/sh
            exec /usr/bin/prometheus --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/var/prometheus \
                --web.listen-address=0.0.0.0:9090 >/var/prometheus.log 2>&1
            """;

    private static final String SCRAPES =
            """
            global: {scrape_interval: 1s}
            scrape_configs:
              - job_name: muster
                file_sd_configs: [{files: [/etc/prometheus/targets/*.json], refresh_interval: 1s}]
            """;

    final TestAuthority authority = new TestAuthority("Site authority");
    final TestAuthority.Identity dockerClient = authority.identity("muster");
    final TestLogin login = new TestLogin();
    final CertificateAuthority nodeAuthority;
    final LxcBackend containers;
    final RunningProxmox proxmox;
    final RealRegistry registry;

    static void require() {
        Assumptions.assumeTrue(
                Lxc.possible()
                        && Stream.of(
                                        "/usr/sbin/dockerd",
                                        "/usr/bin/docker",
                                        "/usr/bin/docker-registry",
                                        "/usr/bin/prometheus",
                                        System.getProperty("java.home") + "/bin/jlink",
                                        System.getProperty("java.home") + "/jmods")
                                .map(Path::of)
                                .allMatch(Files::isExecutable),
                "The parts of a real site are not here; `apt-get install lxc openssh-server iproute2 docker.io"
                        + " docker-registry prometheus`, a JDK with jlink, and root, let this test run");
    }

    /** Starts nothing yet, so that what a start that fails leaves can be closed. */
    RealSite(Path directory) throws Exception {
        containers = new LxcBackend(directory.resolve("lxc"));
        nodeAuthority = CertificateAuthority.in(directory.resolve("node-ca"), Clock.systemUTC());
        proxmox = RunningProxmox.onLxc(directory, nodeAuthority, containers);
        registry =
                new RealRegistry(Files.createDirectory(directory.resolve("registry")), authority, containers.gateway());
    }

    void start() throws Exception {
        make(CORE, "core-01");
        make(MONITORING, "monitoring-01");
        make(EXPERIMENTAL, "experimental-01");
        for (int engine : List.of(CORE, EXPERIMENTAL)) {
            giveEngine(engine);
        }
        givePrometheus();
        for (int vmid : List.of(CORE, MONITORING, EXPERIMENTAL)) {
            containers.start(vmid, proxmox.configuration(vmid), line -> {});
        }
        for (int engine : List.of(CORE, EXPERIMENTAL)) {
            await().atMost(PATIENCE).until(() -> listens(engine, 2376) && listens(engine, 22));
        }
        await().atMost(PATIENCE).until(() -> listens(MONITORING, 9090) && listens(MONITORING, 22));
    }

    private void make(int vmid, String name) throws IOException {
        proxmox.make(
                vmid,
                Map.of(
                        "hostname", name,
                        "memory", "2048",
                        "features", "nesting=1",
                        "net0", "name=eth0,bridge=vmbr0,ip=dhcp",
                        "rootfs", "local:" + vmid + "/vm-" + vmid + "-disk-0.raw,size=8G"));
        write(vmid, "root/.ssh/authorized_keys", login.authorizedKey() + "\n", "rw-------");
        Files.createDirectories(containers.root(vmid).resolve("srv/persistent"));
        // Where /usr/bin/awk leads, which the runbooks need on a host.
        Path alternatives = Files.createDirectories(containers.root(vmid).resolve("etc/alternatives"));
        Files.createSymbolicLink(
                alternatives.resolve("awk"), Path.of("/etc/alternatives/awk").toRealPath());
    }

    private void giveEngine(int vmid) throws IOException {
        TestAuthority.Identity server = authority.identity(containers.address(vmid));
        write(vmid, "etc/engine/ca.pem", authority.pem(), "rw-------");
        write(vmid, "etc/engine/server.pem", server.certificatePem(), "rw-------");
        write(vmid, "etc/engine/server-key.pem", server.keyPem(), "rw-------");
        write(vmid, "etc/engine.json", "{}", "rw-------");
        write(vmid, "etc/docker/certs.d/" + registry.name() + "/ca.crt", authority.pem(), "rw-r--r--");
        write(vmid, "etc/rc.local", ENGINE.formatted(vmid), "rwxr-xr-x");
    }

    private void givePrometheus() throws IOException {
        write(MONITORING, "etc/prometheus/prometheus.yml", SCRAPES, "rw-r--r--");
        Files.createDirectories(containers.root(MONITORING).resolve("etc/prometheus/targets"));
        write(MONITORING, "etc/rc.local", PROMETHEUS, "rwxr-xr-x");
    }

    private void write(int vmid, String path, String content, String mode) throws IOException {
        Path file = containers.root(vmid).resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private boolean listens(int vmid, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(containers.address(vmid), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    String address(int vmid) {
        return containers.address(vmid);
    }

    /** What the container itself says. */
    String hostKey(int vmid) throws IOException {
        return Files.readString(containers.root(vmid).resolve("etc/ssh/ssh_host_ed25519_key.pub"))
                .replaceFirst("^(\\S+ \\S+).*\\s*", "$1");
    }

    Path file(int vmid, String path) {
        return containers.root(vmid).resolve(path.substring(1));
    }

    /** Runs Docker's own client in a container. */
    String docker(int vmid, String... arguments) {
        String[] command =
                Stream.concat(Stream.of("docker"), Stream.of(arguments)).toArray(String[]::new);
        return containers.inside(vmid, command);
    }

    @Override
    public void close() throws Exception {
        proxmox.close();
        containers.close();
        registry.close();
    }
}
