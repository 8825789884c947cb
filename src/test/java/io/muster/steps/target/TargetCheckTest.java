package io.muster.steps.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Inventory;
import io.muster.inventory.InventoryReader;
import io.muster.remote.DockerEngines;
import io.muster.remote.SshHosts;
import io.muster.sandbox.Sandbox;
import io.muster.sandbox.SandboxSettings;
import io.muster.sandbox.TestNetworks;
import io.muster.step.ByteSize;
import io.muster.step.TestContext;
import io.muster.steps.Bench;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the sandbox: its hosts, node, registry, names and Prometheus. */
class TargetCheckTest {

    @TempDir
    static Path directory;

    private static Sandbox sandbox;
    private static Bench bench;
    private static Inventory.Environment environment;

    @BeforeAll
    static void begin() throws IOException {
        sandbox = Sandbox.start(new SandboxSettings(directory.resolve("sandbox"), TestNetworks.free()));
        bench = new Bench(directory.resolve("data"));
        environment = InventoryReader.withoutSecrets()
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

    @BeforeEach
    void environment() {
        bench.use(environment);
    }

    @AfterAll
    static void end() {
        bench.close();
        sandbox.close();
    }

    private static TargetCheck.Output check(TestContext context, Map<String, String> input) {
        return bench.run(TargetCheck.class, context, input);
    }

    private static List<Finding> wrong(Map<String, String> input) {
        return check(bench.context(), input).findings();
    }

    private static void replace(Inventory.Host host, Inventory.Ssh ssh) {
        bench.hosts.put(
                host.name(),
                new Inventory.Host(
                        host.name(), ssh, host.containerClass(), host.lxc(), host.docker(), host.persistentStorage()));
    }

    private static Inventory.Host host() {
        return environment.hosts().get("core-01");
    }

    @Test
    void aContainerThatIsToBeMadeIsNotReadyWhenItIsAskedForAlone() {
        assertThat(wrong(Map.of("host", "experimental-02")))
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.target()).contains("experimental-02"));
    }

    @Test
    void everythingInOrderIsReadyAndTheDocumentSaysWhatWasLookedAt() {
        TestContext context = bench.context();
        TargetCheck.Output output = check(context, Map.of());
        assertThat(output.findings()).isEmpty();
        assertThat(output.ready()).isTrue();
        assertThat(output.summary()).matches("All \\d+ targets are ready\\. Not made yet, .*: experimental-02\\.");
        assertThat(context.effects()).isEmpty();
        assertThat(context.documents().get("targets.md"))
                .contains(
                        "host core-01 | SSH and pinned host key",
                        "Clock difference",
                        "Docker engine",
                        "Token permissions")
                .contains("Free space on /srv/persistent", "registry.sandbox.test:5000", "prometheus http", "Name ");
    }

    @Test
    void aTokenWithoutPermissionsIsNoticed() throws IOException {
        Path fault = directory.resolve("sandbox/faults/proxima.no-permissions");
        Files.createDirectories(fault.getParent());
        Files.createFile(fault);
        try {
            assertThat(wrong(Map.of()))
                    .anyMatch(finding -> finding.target().equals("node proxima")
                            && finding.check().equals("Token permissions")
                            && finding.found().equals("none")
                            && finding.wanted().contains("VM.Audit, VM.PowerMgmt on /vms/101, /vms/102, /vms/103")
                            && finding.wanted().contains("Datastore.Audit on /storage/local"));
        } finally {
            Files.delete(fault);
        }
    }

    @Test
    void allFindingsComeAtOnce() {
        Inventory.Ssh ssh = host().ssh();
        replace(
                host(),
                new Inventory.Ssh(
                        ssh.address(),
                        ssh.port(),
                        ssh.user(),
                        List.of("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHA/069st8vm6UHPo1GkaVOPLNoJxBXOydsdj94BIqhn"),
                        ssh.privateKey(),
                        ssh.passphrase(),
                        ssh.password(),
                        Optional.empty()));
        bench.monitoring = bench.monitoring.map(
                it -> new Inventory.Monitoring("http://127.0.0.1:1", it.host(), it.targetsDirectory()));
        assertThat(wrong(Map.of("minimumFree", "1024TiB")))
                .extracting(Finding::target, Finding::found)
                .contains(
                        org.assertj.core.groups.Tuple.tuple("host core-01", "HostKeyMismatch"),
                        org.assertj.core.groups.Tuple.tuple("prometheus http://127.0.0.1:1", "HostUnreachable"));
        assertThat(wrong(Map.of("minimumFree", "1024TiB")))
                .anyMatch(finding -> finding.target().equals("host experimental-01")
                        && finding.check().equals("Free space on /srv/persistent"))
                .anyMatch(finding -> finding.check().startsWith("Free space on storage"));
    }

    @Test
    void aHostThatTakesConnectionsAndSaysNothingHasItsLimitAndStopsNoOther() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            Inventory.Ssh ssh = host().ssh();
            replace(
                    host(),
                    new Inventory.Ssh(
                            "127.0.0.1",
                            silent.getLocalPort(),
                            ssh.user(),
                            ssh.hostKeys(),
                            ssh.privateKey(),
                            ssh.passphrase(),
                            ssh.password(),
                            Optional.empty()));
            TargetCheck.Output output = check(bench.context(), Map.of("limit", "PT4S"));
            assertThat(output.findings()).extracting(Finding::target).containsOnly("host core-01");
        }
    }

    @Test
    void aHostOnWhichNoCommandCanKeepItsOutputIsNotReady() {
        on("for at in \"$HOME\" /var/tmp /tmp; do mount -t tmpfs -o size=4k full $at && cat /dev/zero >$at/full; done");
        try {
            assertThat(wrong(Map.of("host", "core-01"))).singleElement().satisfies(finding -> {
                assertThat(finding.check()).isEqualTo("Space for the output of commands");
                assertThat(finding.found()).startsWith("none: 0 B on ").contains("0 B on /var/tmp", "0 B on /tmp");
            });
        } finally {
            on("umount \"$HOME\" /var/tmp /tmp");
        }
        assertThat(wrong(Map.of("host", "core-01"))).isEmpty();
    }

    @Test
    void littleRoomForOutputIsTold() {
        on("mount -t tmpfs -o size=1m small \"$HOME\"");
        try {
            assertThat(wrong(Map.of("host", "core-01")))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.found()).startsWith("1 MiB on "));
        } finally {
            on("umount \"$HOME\"");
        }
    }

    private static void on(String script) {
        bench.get(SshHosts.class)
                .run(
                        new SshHosts.Target(environment, host()),
                        script,
                        Map.of(),
                        false,
                        new SshHosts.Output() {
                            @Override
                            public void out(byte[] bytes, int offset, int length) {}

                            @Override
                            public void err(byte[] bytes, int offset, int length) {}
                        },
                        Duration.ofMinutes(1),
                        () -> false);
    }

    /** Below a directory that the user may not pass: root sees it. */
    @Test
    void whereOnlyRootSeesTheEnginesDataRootLooks() {
        List<Finding> findings = lookingWhereDfSays("[ $MUSTER_SUDO = yes ] && command df \"$@\"");

        assertThat(findings)
                .filteredOn(it -> it.check().equals("Free space for the engine's images"))
                .singleElement()
                .satisfies(it -> assertThat(it.ok()).isTrue())
                .satisfies(it -> assertThat(it.found()).endsWith(" on /var/lib/docker"));
    }

    @Test
    void anEnginesDataThatNobodySeesAreAFinding() {
        List<Finding> findings = lookingWhereDfSays("return 1");

        assertThat(findings)
                .filteredOn(it -> it.check().equals("Free space for the engine's images"))
                .singleElement()
                .satisfies(it -> assertThat(it.ok()).isFalse())
                .satisfies(it -> assertThat(it.found()).isEqualTo("not seen: /var/lib/docker"));
    }

    /** @param df what the host's df does, a body of a function; MUSTER_SUDO says whether it was asked with sudo */
    private static List<Finding> lookingWhereDfSays(String df) {
        SshHosts real = bench.get(SshHosts.class);
        SshHosts hosts = (SshHosts) Proxy.newProxyInstance(
                SshHosts.class.getClassLoader(), new Class<?>[] {SshHosts.class}, (proxy, method, given) -> {
                    Object[] passed = given.clone();
                    if (method.getName().equals("run")) {
                        passed[1] = "MUSTER_SUDO=" + (passed[3].equals(true) ? "yes" : "no") + "; df() { " + df
                                + "; }\n" + passed[1];
                    }
                    return method.invoke(real, passed);
                });
        TargetCheck.Input input =
                new TargetCheck.Input("core-01", Duration.ofMinutes(1), new ByteSize(1), Duration.ofDays(1), List.of());
        return new HostLook(hosts, bench.get(DockerEngines.class), Clock.systemUTC(), "")
                .look(environment, host(), input, () -> false);
    }

    @Test
    void oneHostAloneIsLookedAt() {
        assertThat(check(bench.context(), Map.of("host", "core-01")).targets()).isOne();
        assertThat(bench.failure(TargetCheck.class, Map.of("host", "core-1"))).hasMessageContaining("core-01");
    }
}
