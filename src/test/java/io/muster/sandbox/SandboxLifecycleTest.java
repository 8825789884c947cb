package io.muster.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.schmizz.sshj.SSHClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

class SandboxLifecycleTest {

    @TempDir
    Path directory;

    private final String network = TestNetworks.free();
    private Optional<Sandbox> running = Optional.empty();

    @AfterEach
    void close() {
        running.ifPresent(Sandbox::close);
    }

    @Test
    void hostsAndWhatRunsInThemSurviveTheServersSuddenDeathAndAreAdopted() throws Exception {
        Process other = OtherServer.start(directory, network);
        List<String> before = pidFiles();
        other.destroyForcibly().waitFor();

        Sandbox sandbox = start();
        assertThat(pidFiles()).isEqualTo(before);
        for (SandboxHost host : sandbox.hosts()) {
            assertThat(host.running()).isTrue();
            try (SSHClient client = SshClients.connect(sandbox, host)) {
                assertThat(SshClients.run(client, "hostname").out()).isEqualTo(host.name() + "\n");
            }
        }
    }

    @Test
    void hostsWhoseDirectoryWasDeletedEndByThemselves() throws Exception {
        Process other = OtherServer.start(directory, network);
        List<Long> pids = pidFiles().stream()
                .map(text -> Long.parseLong(text.split(" ")[0]))
                .toList();
        other.destroyForcibly().waitFor();
        assertThat(pids).allMatch(pid -> ProcessIdentity.of(pid).isPresent());
        FileSystemUtils.deleteRecursively(directory);
        await().atMost(Duration.ofSeconds(20)).until(() -> pids.stream()
                .noneMatch(pid -> ProcessIdentity.of(pid).isPresent()));
        start();
    }

    @Test
    void aCleanStopEndsTheHostsAndTheNextStartBringsBackWhatWasRunning() {
        Sandbox sandbox = start();
        sandbox.host("core-01").stop();
        List<Long> pids = sandbox.hosts().stream()
                .flatMap(host -> host.jail().pid().stream().boxed())
                .toList();
        assertThat(pids).hasSize(2);
        stop();
        assertThat(pids).allMatch(pid -> ProcessHandle.of(pid).isEmpty());

        Sandbox again = start();
        assertThat(again.host("core-01").running()).isFalse();
        assertThat(again.host("monitoring-01").running()).isTrue();
        again.host("core-01").start();
        assertThat(again.host("core-01").running()).isTrue();
    }

    @Test
    void aStoppedHostRefusesSshUntilItIsStartedAgainAndKeepsItsFilesAsAMachineDoes() throws IOException {
        Sandbox sandbox = start();
        SandboxHost host = sandbox.host("experimental-01");
        String bootId;
        try (SSHClient client = SshClients.connect(sandbox, host)) {
            SshClients.run(client, "echo kept >/srv/persistent/file; echo lost >/tmp/file; echo lost >/run/.file");
            bootId = SshClients.run(client, "cat /proc/sys/kernel/random/boot_id")
                    .out();
        }
        assertThat(host.shutdown(Duration.ofSeconds(10))).isTrue();
        assertThat(host.status()).isEmpty();
        assertThatThrownBy(() -> SshClients.connect(sandbox, host)).isInstanceOf(ConnectException.class);
        host.start();
        assertThat(host.status()).hasValueSatisfying(seen -> {
            assertThat(seen.memory()).isPositive();
            assertThat(seen.disk()).isPositive();
        });
        try (SSHClient client = SshClients.connect(sandbox, host)) {
            assertThat(SshClients.run(client, "cat /srv/persistent/file").out()).isEqualTo("kept\n");
            assertThat(SshClients.run(client, "ls -A /tmp /run").out()).doesNotContain("file");
            assertThat(SshClients.run(client, "cat /proc/sys/kernel/random/boot_id")
                            .out())
                    .matches("[0-9a-f-]{36}\n")
                    .isNotEqualTo(bootId);
        }
    }

    @Test
    void aHostThatGoesDownByItselfIsNoticed() throws IOException {
        Sandbox sandbox = start();
        SandboxHost host = sandbox.host("experimental-01");
        try (SSHClient client = SshClients.connect(sandbox, host)) {
            client.startSession().exec("kill -TERM 1");
            // A connection that ends with its server may complain in a thread of the SSH library.
            await().dontCatchUncaughtExceptions().until(() -> !host.running());
        }
        await().dontCatchUncaughtExceptions()
                .untilAsserted(() -> assertThatThrownBy(() -> SshClients.connect(sandbox, host))
                        .isInstanceOf(ConnectException.class));
        host.start();
        SshClients.connect(sandbox, host).close();
    }

    @Test
    void theInventoryIsGeneratedOnceAndWhatItRefersToIsThere() throws IOException {
        Sandbox sandbox = start();
        String inventory = Files.readString(sandbox.inventory());
        assertThat(inventory).contains(network + ".1.3", "ssh-ed25519 AAAA").doesNotContain("${");
        assertThat(sandbox.secrets()).isDirectoryContaining("glob:**sandbox-ssh-key");
        assertThat(sandbox.secrets()).isDirectoryContaining("glob:**sandbox-docker-key");
        assertThat(sandbox.secrets()).isDirectoryContaining("glob:**proxmox-token");
        assertThat(sandbox.secrets()).isDirectoryContaining("glob:**notes-token");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        stop();
        Files.writeString(sandbox.inventory(), inventory + "# mine\n");
        start();
        assertThat(sandbox.inventory()).content().endsWith("# mine\n").startsWith(inventory);
    }

    @Test
    void anotherNetworkThanTheKeptInventorysIsRefusedWithBothWaysOut() throws IOException {
        Path inventory = start().inventory();
        stop();
        String other = TestNetworks.free();
        assertThatThrownBy(() -> Sandbox.start(new SandboxSettings(directory, other)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(network, other, "inventory.yaml", "delete that file");
        Files.delete(inventory);
        running = Optional.of(Sandbox.start(new SandboxSettings(directory, other)));
        assertThat(inventory).content().contains(other + ".1.3").doesNotContain(network + ".");
    }

    @Test
    void twoServersCannotShareADirectory() {
        start();
        assertThatThrownBy(this::begin)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("Another server uses the sandbox", directory.toString());
    }

    @Test
    void aTakenAddressIsNamedAndNothingIsLeftRunning() throws IOException {
        try (ServerSocket taken =
                new ServerSocket(SandboxNetwork.SSH_PORT, 1, InetAddress.getByName(network + ".1.3"))) {
            assertThat(taken.isBound()).isTrue();
            assertThatThrownBy(this::begin).hasMessageContainingAll("experimental-01", network + ".1.3:2222");
        }
        assertThat(directory.resolve("hosts/core-01/jail/exit")).exists();
        start();
    }

    private Sandbox start() {
        running = Optional.of(begin());
        return running.get();
    }

    private Sandbox begin() {
        return Sandbox.start(new SandboxSettings(directory, network));
    }

    private void stop() {
        running.ifPresent(Sandbox::close);
        running = Optional.empty();
    }

    private List<String> pidFiles() throws IOException {
        try (var files = Files.walk(directory.resolve("hosts"), 3)) {
            List<String> found = new ArrayList<>();
            for (Path file :
                    files.filter(file -> file.endsWith("jail/pid")).sorted().toList()) {
                found.add(Files.readString(file));
            }
            assertThat(found)
                    .as("three containers, their node, and a machine outside")
                    .hasSize(5);
            return found;
        }
    }
}
