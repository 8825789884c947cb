package io.muster.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Inventory;
import io.muster.inventory.InventoryReader;
import io.muster.step.Reason;
import io.muster.steps.Bench;
import io.muster.steps.proxmox.LxcCreate;
import io.muster.steps.proxmox.LxcDestroy;
import io.muster.steps.proxmox.LxcList;
import io.muster.steps.proxmox.LxcStart;
import io.muster.steps.ssh.SshCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers that are made and removed while the sandbox runs. */
class NewContainersTest {

    private static final String TEMPLATE = "local:vztmpl/sandbox-standard_1.0-1_"
            + (System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64") + ".tar.gz";
    private static final Map<String, String> WEB =
            Map.of("host", "web-01", "template", TEMPLATE, "storage", "local", "rootfsSize", "1");

    @TempDir
    Path directory;

    private Sandbox sandbox;
    private Bench bench;

    @BeforeEach
    void begin() throws IOException {
        String network = TestNetworks.free();
        sandbox = Sandbox.start(new SandboxSettings(directory.resolve("sandbox"), network));
        bench = new Bench(directory.resolve("data"));
        bench.use(InventoryReader.withoutSecrets()
                .read(sandbox.inventory())
                .environment("sandbox")
                .orElseThrow());
        for (String secret : List.of("proxmox-token", "sandbox-ssh-key")) {
            bench.secrets.put(
                    secret, Files.readString(sandbox.secrets().resolve(secret)).strip());
        }
    }

    @AfterEach
    void end() {
        bench.close();
        sandbox.close();
    }

    private void enter(String name, int vmid, String address, String hostKey) {
        Inventory.Ssh known = bench.hosts.get("core-01").ssh();
        Inventory.Ssh ssh = new Inventory.Ssh(
                address,
                known.port(),
                known.user(),
                List.of(hostKey),
                known.privateKey(),
                known.passphrase(),
                known.password(),
                known.jump());
        bench.hosts.put(
                name,
                new Inventory.Host(
                        name,
                        ssh,
                        Optional.of(Inventory.ContainerClass.EXPERIMENTAL),
                        Optional.of(new Inventory.Lxc("proxima", vmid)),
                        Optional.empty(),
                        List.of()));
    }

    @Test
    void aNewContainerIsReachedOverSshWithItsOwnHostKeyAndIsGoneWhenDestroyed() throws IOException {
        enter(
                "web-01",
                120,
                "127.0.0.1",
                bench.hosts.get("core-01").ssh().hostKeys().get(0));
        assertThat(bench.run(LxcCreate.class, WEB).changed()).isTrue();
        bench.run(LxcStart.class, Map.of("host", "web-01"));
        SandboxHost host = sandbox.host("web-01");
        assertThat(host.running()).isTrue();

        Path key = host.jail().root().resolve("etc/ssh/ssh_host_ed25519_key.pub");
        String[] words = Files.readString(key).strip().split(" ");
        enter("web-01", 120, host.address(), words[0] + " " + words[1]);
        assertThat(bench.run(SshCommand.class, Map.of("host", "web-01", "command", "hostname; cat /etc/motd"))
                        .stdout())
                .isEqualTo("web-01\nThis is a container of Muster's sandbox.");

        assertThat(bench.run(LxcDestroy.class, Map.of("host", "web-01", "expectedHostname", "web-01", "force", "true"))
                        .changed())
                .isTrue();
        assertThat(host.directory()).doesNotExist();
        assertThat(bench.run(LxcList.class, Map.of("node", "proxima")).vmids()).containsExactly(101, 102, 103);
        assertThat(bench.failure(SshCommand.class, Map.of("host", "web-01", "command", "true"))
                        .reason())
                .isIn(Reason.HOST_UNREACHABLE, Reason.CONNECTION_LOST);
    }

    @Test
    void whatIsThereOnceStaysAndWhatWasDestroyedStaysAwayAfterARestart() throws IOException {
        enter(
                "web-01",
                120,
                "127.0.0.1",
                bench.hosts.get("core-01").ssh().hostKeys().get(0));
        bench.run(LxcCreate.class, WEB);
        bench.run(LxcStart.class, Map.of("host", "web-01"));
        bench.run(
                LxcDestroy.class,
                Map.of("host", "experimental-01", "expectedHostname", "experimental-01", "force", "true"));
        String network = Files.readString(directory.resolve("sandbox/network")).strip();

        sandbox.close();
        sandbox = Sandbox.start(new SandboxSettings(directory.resolve("sandbox"), network));

        assertThat(sandbox.hosts()).extracting(SandboxHost::name).containsExactly("core-01", "monitoring-01", "web-01");
        assertThat(sandbox.host("web-01").running()).isTrue();
        assertThat(bench.run(LxcList.class, Map.of("node", "proxima")).vmids()).containsExactly(101, 102, 120);
    }
}
