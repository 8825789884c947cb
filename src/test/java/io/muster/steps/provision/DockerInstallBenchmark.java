package io.muster.steps.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.muster.bench.Figures;
import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.ssh.TestLogin;
import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.sandbox.proxmox.Lxc;
import io.muster.sandbox.proxmox.LxcBackend;
import io.muster.sandbox.proxmox.RunningProxmox;
import io.muster.step.StepFailure;
import io.muster.steps.Bench;
import io.muster.steps.ssh.SshCommand;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A container of Debian itself, without Docker, gets it by {@code dockerInstall} from a package source on its own bridge. It takes minutes and a
 * mirror, from which debootstrap makes the container and the packages are taken: {@code -Dmuster.debian.mirror=http://deb.debian.org/debian}.
 */
@Timeout(1800)
class DockerInstallBenchmark {

    private static final int VMID = 240;
    private static final Map<String, String> INPUT = Map.of("host", "debian-01", "within", "PT1M");

    /** $1 the mirror, $2 an empty directory: makes the root file system, and beside it the packages that it lacks, with their index. */
    private static final String PREPARE =
            """
            set -eu
            debootstrap --variant=minbase --include=openssh-server,ca-certificates,procps bookworm "$2/root" "$1"
            cp /etc/resolv.conf "$2/root/etc/"
            mkdir -p "$2/root/tmp/packages/partial"
            chroot "$2/root" apt-get -q update
            chroot "$2/root" apt-get -qy install --no-install-recommends --download-only -o Dir::Cache::archives=/tmp/packages \\
                docker.io ca-certificates apparmor
            mv "$2/root/tmp/packages" "$2/packages"
            rm -rf "$2/root/var/lib/apt/lists" "$2/root"/etc/ssh/ssh_host_*
            cd "$2/packages"
            for package in *.deb; do
              dpkg-deb --field "$package"
              echo "Filename: $package"
              echo "Size: $(stat -c %s "$package")"
              echo "SHA256: $(sha256sum <"$package" | cut -d' ' -f1)"
              echo
            done >Packages
            """;

    @TempDir
    Path directory;

    private final TestLogin login = new TestLogin();

    @Test
    void aDebianContainerGetsDockerFromItsPackageSource() throws Exception {
        String mirror = System.getProperty("muster.debian.mirror", "");
        assumeTrue(!mirror.isEmpty() && Lxc.possible(), "no -Dmuster.debian.mirror, or no LXC");
        Path prepared = Files.createDirectory(directory.resolve("prepared"));
        done("sh", "-c", PREPARE, "prepare", mirror, prepared.toString());
        try (LxcBackend containers = new LxcBackend(directory.resolve("lxc"));
                RunningProxmox proxmox = RunningProxmox.onLxc(
                        directory, CertificateAuthority.in(directory.resolve("ca"), Clock.systemUTC()), containers)) {
            HttpServer source = source(containers.gateway(), prepared.resolve("packages"));
            try {
                make(containers, proxmox, prepared, source.getAddress().getPort());
                containers.start(VMID, proxmox.configuration(VMID), line -> {});
                installedOnce(containers);
            } finally {
                source.stop(0);
            }
        }
    }

    private void installedOnce(LxcBackend containers) throws Exception {
        try (Bench bench = new Bench(directory.resolve("data"))) {
            bench.secrets.put("key", login.privateKey());
            bench.hosts.put("debian-01", host(containers));
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .ignoreExceptionsInstanceOf(StepFailure.class)
                    .until(() ->
                            inside(bench, "! command -v dockerd && echo none").equals("none"));
            long begun = System.nanoTime();
            DockerInstall.Output first = bench.run(DockerInstall.class, INPUT);
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            assertThat(first.changed()).isTrue();
            assertThat(first.version()).startsWith("20.10.");
            assertThat(inside(bench, "docker info --format '{{.OperatingSystem}}'"))
                    .contains("Debian GNU/Linux 12");
            assertThat(inside(bench, "dpkg -l docker.io | tail -1")).startsWith("ii ");
            assertThat(bench.run(DockerInstall.class, INPUT).changed()).isFalse();
            inside(
                    bench,
                    "service docker stop >/dev/null 2>&1; for i in 1 2 3 4 5 6 7 8 9; do docker info >/dev/null 2>&1 || break; done");
            assertThat(bench.run(DockerInstall.class, INPUT).summary()).contains("was started");
            Figures figures = new Figures("docker-install", "step", "s");
            figures.row(
                    "dockerInstall: docker.io into Debian 12, from a source on its bridge",
                    Long.toString(took.toSeconds()));
            figures.print();
        }
    }

    private String inside(Bench bench, String command) {
        return bench.run(SshCommand.class, Map.of("host", "debian-01", "command", command))
                .stdout()
                .strip();
    }

    private Inventory.Host host(LxcBackend containers) throws IOException {
        Path key = containers.root(VMID).resolve("etc/ssh/ssh_host_ed25519_key.pub");
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(key) && Files.size(key) > 0);
        return new Inventory.Host(
                "debian-01",
                new Inventory.Ssh(
                        containers.address(VMID),
                        22,
                        "root",
                        List.of(Files.readString(key).replaceFirst("^(\\S+ \\S+).*\\s*", "$1")),
                        Optional.of(new SecretRef("key")),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Inventory.Docker("ssh", List.of(), Optional.empty(), Optional.empty())),
                List.of());
    }

    private void make(LxcBackend containers, RunningProxmox proxmox, Path prepared, int port) throws Exception {
        proxmox.make(
                VMID,
                Map.of(
                        "hostname", "debian-01",
                        "memory", "2048",
                        "features", "nesting=1",
                        "net0", "name=eth0,bridge=vmbr0,ip=dhcp",
                        "rootfs", "local:" + VMID + "/vm-" + VMID + "-disk-0.raw,size=8G"));
        Path root = containers.root(VMID);
        done("cp", "-a", prepared.resolve("root") + "/.", root.toString());
        write(root.resolve("root/.ssh/authorized_keys"), login.authorizedKey() + "\n");
        write(
                root.resolve("etc/apt/sources.list"),
                "deb [trusted=yes] http://" + containers.gateway() + ":" + port + "/ ./\n");
        // Its init script raises limits, which a machine that is a container itself may forbid. The file is the
        // package's; ours is kept.
        write(root.resolve("etc/default/docker"), "ulimit() { :; }\n");
        // What an engine in a container of this machine needs whatever installed it; the rest is the package's own.
        write(
                root.resolve("etc/docker/daemon.json"),
                "{\"iptables\": false, \"ip6tables\": false, \"storage-driver\": \"vfs\"}\n");
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static HttpServer source(String address, Path packages) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(address, 0), 0);
        server.createContext("/", exchange -> answer(exchange, packages));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, Path packages) throws IOException {
        Path file = packages.resolve(Path.of(exchange.getRequestURI().getPath()).getFileName());
        boolean there = Files.isRegularFile(file);
        exchange.sendResponseHeaders(there ? 200 : 404, there ? Files.size(file) : -1);
        if (there) {
            Files.copy(file, exchange.getResponseBody());
        }
        exchange.close();
    }

    private static void done(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
