package io.muster.steps.proxmox;

import static io.muster.steps.proxmox.NodeBench.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.ObservedHosts;
import io.muster.remote.ssh.OpenSshServer;
import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.sandbox.proxmox.Lxc;
import io.muster.sandbox.proxmox.LxcBackend;
import io.muster.sandbox.proxmox.RunningProxmox;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.steps.Bench;
import io.muster.steps.ssh.SshCommand;
import io.muster.steps.volume.VolumeRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers of LXC itself, behind a node whose own sshd is OpenSSH's. */
class LxcIT extends LxcContract {

    /** What Proxmox VE's {@code pct} does for {@code exec}. */
    private static final String PCT =
            """
            #!/bin/sh
            [ "$1" = exec ] && [ "$3" = -- ] || { echo "unknown command" >&2; exit 255; }
            vmid=$2; shift 3
            exec lxc-attach --lxcpath %s --name "$vmid" -- "$@"
            """;

    @TempDir
    static Path directory;

    private LxcBackend backend;
    private RunningProxmox proxmox;
    private OpenSshServer node;

    @Override
    Bench started() throws Exception {
        assumeTrue(
                Lxc.possible(),
                "No LXC container can be run here; `apt-get install lxc openssh-server iproute2`, and root, let this test"
                        + " run");
        backend = new LxcBackend(directory.resolve("lxc"));
        CertificateAuthority authority = CertificateAuthority.in(directory.resolve("ca"), Clock.systemUTC());
        proxmox = RunningProxmox.onLxc(directory, authority, backend);
        Path programs = Files.createDirectory(directory.resolve("programs"));
        Path pct = Files.writeString(programs.resolve("pct"), PCT.formatted(backend.directory()));
        Files.setPosixFilePermissions(pct, PosixFilePermissions.fromString("rwxr-xr-x"));
        node = new OpenSshServer(
                Files.createDirectory(directory.resolve("node")),
                "SetEnv PATH=" + programs + ":/usr/sbin:/usr/bin:/sbin:/bin");
        return known(authority);
    }

    private Bench known(CertificateAuthority authority) {
        Bench known = new Bench(directory.resolve("data"));
        known.secrets.put("proxmox-token", RunningProxmox.SECRET);
        known.secrets.put(KEY, node.privateKey());
        known.nodes.put(
                NODE,
                new Inventory.Node(
                        NODE,
                        proxmox.localUrl(),
                        NODE,
                        RunningProxmox.TOKEN_ID,
                        new SecretRef("proxmox-token"),
                        List.of(authority.pem()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("node")));
        known.hosts.put(
                "node",
                new Inventory.Host(
                        "node",
                        new Inventory.Ssh(
                                "127.0.0.1",
                                node.port(),
                                node.user(),
                                List.of(node.hostKey()),
                                Optional.of(new SecretRef(KEY)),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of()));
        return known;
    }

    @Override
    void ended() throws Exception {
        for (AutoCloseable part : Arrays.asList(bench, node, proxmox, backend)) {
            if (part != null) {
                part.close();
            }
        }
    }

    @Override
    String template() {
        return RunningProxmox.LXC_TEMPLATE;
    }

    @Override
    String network() {
        return "name=eth0,bridge=vmbr0,ip=dhcp";
    }

    @Override
    int sshPort() {
        return 22;
    }

    @Override
    Optional<String> publicKey() {
        return Optional.of(node.authorizedKey());
    }

    @Override
    Path faults() {
        return directory.resolve("faults");
    }

    @Test
    void itHasNamespacesOfItsOwnAndTheKernelHoldsItsMemory() throws Exception {
        created("spaces", 220);
        booted("spaces");
        for (String kind : List.of("net", "pid", "mnt", "uts", "ipc")) {
            assertThat(inside("spaces", "readlink /proc/self/ns/" + kind))
                    .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind))
                            .toString());
        }
        assertThat(backend.memoryLimit(220)).isEqualTo(128L << 20);
        on("spaces", LxcConfigure.class, "memory", "160");
        assertThat(backend.memoryLimit(220)).isEqualTo(160L << 20);
    }

    @Test
    void anAddressThatDhcpChangedIsAskedOfTheNodeAndTheKeyStays() {
        created("moved", 221);
        String before = booted("moved").address();
        backend.endLease(221);
        on("moved", LxcStop.class, "how", "kill");
        on("moved", LxcStart.class);
        String name = inside("moved", "uname -n");

        assertThat(name).isEqualTo("moved");
        ObservedHosts.Facts now =
                bench.get(ObservedHosts.class).of(Bench.ENVIRONMENT).get("moved");
        assertThat(now.address()).isNotEqualTo(before);
    }

    @Test
    void oneThatDoesNotEndWhenAskedToRunsOnUnlessItMayBeKilled() throws Exception {
        created("stubborn", 222);
        Files.createFile(backend.root(222).resolve("etc/stubborn"));
        booted("stubborn");
        StepFailure failure = failing("stubborn", LxcShutdown.class, "graceSeconds", "1");
        assertThat(failure.reason()).isEqualTo(Reason.TASK_FAILED);
        assertThat(inside("stubborn", "uname -n")).isEqualTo("stubborn");

        assertThat(on("stubborn", LxcShutdown.class, "graceSeconds", "1", "force", "true")
                        .changed())
                .isTrue();
        assertThat(on("stubborn", LxcStatus.class).running()).isFalse();
    }

    @Test
    void oneThatCannotStartIsAFailureInLxcsWords() throws Exception {
        created("broken", 223);
        Files.delete(backend.root(223).resolve("usr"));
        Files.createFile(backend.root(223).resolve("usr"));
        StepFailure failure = failing("broken", LxcStart.class);

        assertThat(failure.reason()).isEqualTo(Reason.TASK_FAILED);
        assertThat(failure).hasMessageContaining("startup for container '223' failed");
        assertThat(on("broken", LxcStatus.class).running()).isFalse();
    }

    /** The template has no awk: the alternative that /usr leads to is not in its /etc. */
    @Test
    void aHostThatLacksAToolIsAFailureThatNamesIt() {
        created("bare", 225);
        booted("bare");
        inside("bare", "mkdir -p /srv/persistent/data; echo x >/srv/persistent/data/x");
        StepFailure failure =
                failing("bare", VolumeRecord.class, "service", "data", "volumes", "/srv/persistent/data:/data");

        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.TASK_FAILED);
        assertThat(failure).hasMessageContaining("awk").hasMessageContaining("not found");
    }

    @Test
    void oneDestroyedByHandDuringItsLifeIsSaidToBeGone() {
        created("gone", 224);
        booted("gone");
        bench.run(LxcDestroy.class, with("node", NODE, "vmid", "224", "expectedHostname", "gone", "force", "true"));
        StepFailure failure = failing("gone", SshCommand.class, "command", "true");

        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.NOT_PROVISIONED);
        assertThat(failure).hasMessageContaining("has no LXC container 224");
    }
}
