package io.muster.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Inventory;
import io.muster.inventory.InventoryReader;
import io.muster.remote.ObservedHosts;
import io.muster.remote.ObservedHosts.Container;
import io.muster.remote.ObservedHosts.Observation;
import io.muster.sandbox.Sandbox;
import io.muster.sandbox.SandboxSettings;
import io.muster.sandbox.TestNetworks;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.steps.ssh.SshCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts whose address and keys are not in the inventory but were learned, against containers of the sandbox. */
class LearnedHostsTest {

    private static final String HOST = "experimental-01";
    private static final Container CONTAINER = new Container("proxima", 103);
    private static final Map<String, String> HOSTNAME = Map.of("host", HOST, "command", "uname -n");

    @TempDir
    static Path directory;

    private static Sandbox sandbox;
    private static Bench bench;
    private static Inventory.Environment pinned;

    private ObservedHosts observed;
    private String address;
    private List<String> keys;

    @BeforeAll
    static void begin() throws IOException {
        sandbox = Sandbox.start(new SandboxSettings(directory.resolve("sandbox"), TestNetworks.free()));
        bench = new Bench(directory.resolve("data"));
        pinned = InventoryReader.withoutSecrets()
                .read(sandbox.inventory())
                .environment("sandbox")
                .orElseThrow();
        try (var secrets = Files.list(sandbox.secrets())) {
            for (Path secret : secrets.toList()) {
                bench.secrets.put(
                        secret.getFileName().toString(),
                        Files.readString(secret).stripTrailing());
            }
        }
    }

    @AfterAll
    static void end() {
        bench.close();
        sandbox.close();
    }

    /** The host as its inventory has it, but with its address and keys left to be learned. */
    @BeforeEach
    void nothingIsInTheInventory() {
        bench.use(pinned);
        observed = bench.get(ObservedHosts.class);
        observed.gone(Bench.ENVIRONMENT, HOST, CONTAINER, Optional.empty());
        Inventory.Ssh ssh = pinned.hosts().get(HOST).ssh();
        address = ssh.address();
        keys = ssh.hostKeys();
        learnedHost(CONTAINER.vmid());
    }

    @Test
    void beforeAnythingIsLearnedNothingIsSentAnywhere() {
        StepFailure failure = failure();
        assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
        assertThat(failure.reason()).isEqualTo(Reason.NOT_PROVISIONED);
        assertThat(failure.getMessage()).contains(HOST, "Run the step `containerLearn` for it");
    }

    @Test
    void whatWasLearnedLastIsUsed() {
        learn("127.0.0.9", List.of("ssh-ed25519 AAAA"));
        learn(address, keys);
        assertThat(hostname()).isEqualTo(HOST);
    }

    @Test
    void whatWasLearnedOfAnotherContainerIsNotUsed() {
        learn(address, keys);
        learnedHost(101);
        assertThat(failure().reason()).isEqualTo(Reason.NOT_PROVISIONED);
    }

    @Test
    void anAddressWhereNobodyListensIsAskedOfTheNodeAgain() {
        learn(nobody(), keys);
        assertThat(hostname()).isEqualTo(HOST);
        ObservedHosts.Facts now = observed.of(Bench.ENVIRONMENT).get(HOST);
        assertThat(now.address()).isEqualTo(address);
        assertThat(now.hostKeys()).isEqualTo(keys);
    }

    @Test
    void anAddressThatIsAnotherHostsNowIsAskedOfTheNodeAgainAndThatOneIsNotTalkedTo() {
        learn(pinned.hosts().get("core-01").ssh().address(), keys);
        assertThat(hostname()).isEqualTo(HOST);
        assertThat(observed.of(Bench.ENVIRONMENT).get(HOST).address()).isEqualTo(address);
    }

    @Test
    void aHostThatShowsOtherKeysThanItsNodeSaidIsNotTalkedTo() {
        learn(address, pinned.hosts().get("core-01").ssh().hostKeys());
        StepFailure failure = failure();
        assertThat(failure.reason()).isEqualTo(Reason.HOST_KEY_MISMATCH);
        assertThat(failure.getMessage()).contains("its node said", "`containerLearn`", "nothing was sent");
        assertThat(observed.of(Bench.ENVIRONMENT).get(HOST).hostKeys())
                .isEqualTo(pinned.hosts().get("core-01").ssh().hostKeys());
    }

    @Test
    void aContainerThatItsNodeDoesNotHaveIsNotProvisionedAnyMore() {
        learnedHost(999);
        observed.learned(
                Bench.ENVIRONMENT,
                HOST,
                new Container("proxima", 999),
                new Observation(nobody(), keys, Optional.empty()));
        StepFailure failure = failure();
        assertThat(failure.reason()).isEqualTo(Reason.NOT_PROVISIONED);
        assertThat(failure.getMessage()).contains("has no LXC container 999", "Make it again");
        assertThat(observed.of(Bench.ENVIRONMENT)).doesNotContainKey(HOST);
    }

    @Test
    void aJumpHostMayBeALearnedOne() {
        learn(address, keys);
        Inventory.Host core = pinned.hosts().get("core-01");
        Inventory.Ssh ssh = core.ssh();
        bench.hosts.put(
                "core-01",
                core.with(new Inventory.Ssh(
                        ssh.address(),
                        ssh.port(),
                        ssh.user(),
                        ssh.hostKeys(),
                        ssh.privateKey(),
                        ssh.passphrase(),
                        ssh.password(),
                        Optional.of(HOST))));
        assertThat(bench.run(SshCommand.class, Map.of("host", "core-01", "command", "uname -n"))
                        .stdout()
                        .strip())
                .isEqualTo("core-01");
    }

    private void learnedHost(int vmid) {
        Inventory.Host host = pinned.hosts().get(HOST);
        Inventory.Ssh ssh = host.ssh();
        bench.hosts.put(
                HOST,
                new Inventory.Host(
                        HOST,
                        new Inventory.Ssh(
                                "",
                                ssh.port(),
                                ssh.user(),
                                List.of(),
                                ssh.privateKey(),
                                ssh.passphrase(),
                                ssh.password(),
                                ssh.jump(),
                                List.of(),
                                Optional.empty(),
                                ssh.agent(),
                                ssh.sudoPassword(),
                                ssh.loginTimeout(),
                                true),
                        host.containerClass(),
                        Optional.of(new Inventory.Lxc("proxima", vmid)),
                        host.docker(),
                        host.persistentStorage()));
    }

    private void learn(String at, List<String> by) {
        observed.learned(Bench.ENVIRONMENT, HOST, CONTAINER, new Observation(at, by, Optional.of("a run")));
    }

    private String nobody() {
        return address.replaceFirst("\\.1\\.3$", ".9.9");
    }

    private String hostname() {
        return bench.run(SshCommand.class, HOSTNAME).stdout().strip();
    }

    private StepFailure failure() {
        return bench.failure(SshCommand.class, HOSTNAME);
    }
}
