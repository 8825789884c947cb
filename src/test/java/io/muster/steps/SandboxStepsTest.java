package io.muster.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Inventory;
import io.muster.inventory.InventoryReader;
import io.muster.remote.RawServer;
import io.muster.sandbox.Sandbox;
import io.muster.sandbox.SandboxHost;
import io.muster.sandbox.SandboxSettings;
import io.muster.sandbox.TestNetworks;
import io.muster.sandbox.registry.TestImages;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.check.CheckDisk;
import io.muster.steps.check.CheckNoPrometheusTarget;
import io.muster.steps.check.CheckPrometheusTarget;
import io.muster.steps.docker.DockerPull;
import io.muster.steps.docker.DockerRun;
import io.muster.steps.docker.DockerStop;
import io.muster.steps.docker.ImageResolve;
import io.muster.steps.metrics.MetricsTargetPlan;
import io.muster.steps.metrics.MetricsTargetRegister;
import io.muster.steps.metrics.MetricsTargetRemove;
import io.muster.steps.proxmox.LxcStart;
import io.muster.steps.proxmox.LxcStatus;
import io.muster.steps.proxmox.LxcStop;
import io.muster.steps.report.MappingDocument;
import io.muster.steps.service.CheckDependencies;
import io.muster.steps.service.ServicePrepare;
import io.muster.steps.ssh.SshCommand;
import io.muster.steps.ssh.SshDownload;
import io.muster.steps.ssh.SshUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps that need hosts, against the sandbox as its own inventory describes it. */
class SandboxStepsTest {

    private static final String HOST = "experimental-01";
    private static final String NOTES = "registry.sandbox.test:5000/notes";

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

    private static Map<String, String> with(String... input) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < input.length; i += 2) {
            map.put(input[i], input[i + 1]);
        }
        return map;
    }

    private static SandboxHost host() {
        return sandbox.host(HOST);
    }

    private static Path inside(String path) {
        return host().jail().root().resolve(path.substring(1));
    }

    // sshCommand

    private static Map<String, String> command(String script, String... more) {
        Map<String, String> input = with("host", HOST, "command", script);
        input.putAll(with(more));
        return input;
    }

    @Test
    void aCommandsOutputAndStatusAreGiven() {
        TestContext context = bench.context();
        SshCommand.Output output =
                bench.run(SshCommand.class, context, command("echo out; echo err >&2; echo \"$MUSTER_STEP_RUN\""));
        assertThat(output.exitStatus()).isZero();
        assertThat(output.stdout()).isEqualTo("out\n" + context.id());
        assertThat(output.stderr()).isEqualTo("err");
        assertThat(String.join("", context.lines())).contains("out\n", "err\n");
        assertThat(context.effects()).startsWith("ssh command " + HOST);
    }

    @Test
    void onlyAcceptedExitStatusesAreASuccess() {
        StepFailure failure = bench.failure(SshCommand.class, command("echo oops >&2; exit 3"));
        assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
        assertThat(failure.reason()).isEqualTo(Reason.NON_ZERO_EXIT);
        assertThat(failure)
                .hasMessageContaining(HOST)
                .hasMessageContaining("exit status 3 (accepted: 0)")
                .hasMessageContaining("Its last words: \"oops\"");
        assertThat(bench.run(SshCommand.class, command("exit 3", "accept", "0\n3"))
                        .exitStatus())
                .isEqualTo(3);
        assertThat(bench.failure(SshCommand.class, command("true", "accept", "3"))
                        .reason())
                .isEqualTo(Reason.NON_ZERO_EXIT);
        assertThat(bench.failure(SshCommand.class, command("kill -9 $$"))).hasMessageContaining("exit status 137");
    }

    @Test
    void theEnvironmentReachesTheCommandAndSecretsNothingElse() {
        bench.secrets.put("a-token", "s3cret 'value' $HOME");
        TestContext context = bench.context();
        SshCommand.Output output = bench.run(
                SshCommand.class,
                context,
                command(
                        "[ \"$TOKEN\" = \"s3cret 'value' \\$HOME\" ] && echo \"$MODE\"; tr '\\0' ' ' < /proc/$$/cmdline",
                        "env",
                        "MODE=full = yes",
                        "secretEnv",
                        "TOKEN=secret:a-token"));
        assertThat(output.stdout()).startsWith("full = yes").doesNotContain("s3cret");
        assertThat(context.lines().toString() + context.effects()).doesNotContain("s3cret");
    }

    @Test
    void whatIsWrongWithACommandsInputIsSaidAtOnceAndNothingRuns() {
        StepFailure failure = bench.failure(
                SshCommand.class,
                command(
                        "touch /tmp/ran",
                        "accept",
                        "zero\n256",
                        "env",
                        "A-B=1\nTOKEN=1",
                        "secretEnv",
                        "TOKEN=secret:a-token"));
        assertThat(failure.reason()).isEqualTo(Reason.INVALID_INPUT);
        assertThat(failure)
                .hasMessageContaining("'zero'")
                .hasMessageContaining("'256'")
                .hasMessageContaining("'A-B'")
                .hasMessageContaining("TOKEN is given twice");
        assertThat(bench.failure(SshCommand.class, command("touch /tmp/ran", "secretEnv", "X=secret:nowhere"))
                        .reason())
                .isEqualTo(Reason.SECRET_MISSING);
        assertThat(inside("/tmp/ran")).doesNotExist();
    }

    @Test
    void anUnknownHostIsNamedWithTheNearest() {
        StepFailure failure = bench.failure(SshCommand.class, with("host", "experimental-1", "command", "true"));
        assertThat(failure.reason()).isEqualTo(Reason.NOT_IN_INVENTORY);
        assertThat(failure).hasMessageContaining("experimental-1").hasMessageContaining("experimental-01");
    }

    // sshUpload, sshDownload

    @Test
    @TwiceEqualsOnce(again = "sshUpload")
    void aFileGoesUpAsItIsAndTwiceEqualsOnce() throws IOException {
        Map<String, String> input =
                with("host", HOST, "path", "/tmp/up.txt", "content", "Grüße\n  two\n", "mode", "0600");
        SshUpload.Output first = bench.run(SshUpload.class, input);
        SshUpload.Output second = bench.run(SshUpload.class, input);
        assertThat(second).isEqualTo(first);
        assertThat(inside("/tmp/up.txt")).hasContent("Grüße\n  two\n");
        assertThat(java.nio.file.attribute.PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(inside("/tmp/up.txt"))))
                .isEqualTo("rw-------");
        try (var files = Files.list(inside("/tmp"))) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .filteredOn(name -> name.contains("up.txt"))
                    .containsExactly("up.txt");
        }
    }

    @Test
    void aFileOfTheServerGoesUpAndComesDownUnchanged() throws IOException {
        byte[] content = new byte[300_000];
        new java.util.Random(1).nextBytes(content);
        Path source = directory.resolve("data/files/in/blob");
        Files.createDirectories(source.getParent());
        Files.write(source, content);
        SshUpload.Output up = bench.run(SshUpload.class, with("host", HOST, "path", "/tmp/blob", "source", "in/blob"));
        TestContext context = bench.context();
        Map<String, String> input = with("host", HOST, "path", "/tmp/blob", "name", "blob.bin");
        SshDownload.Output down = bench.run(SshDownload.class, context, input);
        assertThat(down.sha256()).isEqualTo(up.sha256());
        assertThat(down.bytes()).isEqualTo(content.length);
        assertThat(down.file()).isEqualTo("runs/run-1/" + context.id() + "-blob.bin");
        assertThat(directory.resolve("data/files").resolve(down.file())).hasBinaryContent(content);
        assertThat(bench.run(SshDownload.class, context, input)).isEqualTo(down);
    }

    @Test
    void sourcesOutsideTheFilesDirectoryAreRefused() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "s");
        Path link = directory.resolve("data/files/link");
        Files.createDirectories(link.getParent());
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, secret);
        for (String source : List.of("../../secret", "/etc/passwd", "link")) {
            StepFailure failure =
                    bench.failure(SshUpload.class, with("host", HOST, "path", "/tmp/x", "source", source));
            assertThat(failure.reason()).isEqualTo(Reason.INVALID_INPUT);
        }
        assertThat(bench.failure(SshUpload.class, with("host", HOST, "path", "/tmp/x", "source", "absent"))
                        .reason())
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(bench.failure(SshUpload.class, with("host", HOST, "path", "/tmp/x"))
                        .reason())
                .isEqualTo(Reason.INVALID_INPUT);
        assertThat(inside("/tmp/x")).doesNotExist();
    }

    @Test
    void aFileThatIsNotThereCannotComeDown() {
        StepFailure failure = bench.failure(SshDownload.class, with("host", HOST, "path", "/tmp/absent", "name", "x"));
        assertThat(failure.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(failure).hasMessageContaining("/tmp/absent").hasMessageContaining(HOST);
    }

    // checkDisk

    @Test
    void theDiskIsMeasuredAndEachLimitHolds() {
        CheckDisk.Output output =
                bench.run(CheckDisk.class, with("host", HOST, "path", "/srv/small", "minimumFree", "1"));
        assertThat(output.totalBytes()).isEqualTo(1 << 20);
        assertThat(output.freeBytes()).isBetween(1L, 1L << 20);
        StepFailure failure =
                bench.failure(CheckDisk.class, with("host", HOST, "path", "/srv/small", "minimumFree", "2MiB"));
        assertThat(failure.reason()).isEqualTo(Reason.CHECK_FAILED);
        assertThat(failure).hasMessageContaining("at least 2 MiB wanted").hasMessageContaining(HOST + ":/srv/small");
    }

    @Test
    void afullDiskFailsByPercentToo() throws Exception {
        bench.run(SshCommand.class, command("head -c 900000 /dev/zero > /srv/small/fill"));
        StepFailure failure = bench.failure(
                CheckDisk.class,
                with("host", HOST, "path", "/srv/small", "maximumUsedPercent", "50", "minimumFree", "1MiB"));
        assertThat(failure).hasMessageContaining("at most 50 % wanted").hasMessageContaining("at least 1 MiB wanted");
        bench.run(SshCommand.class, command("rm /srv/small/fill"));
        bench.run(CheckDisk.class, with("host", HOST, "path", "/srv/small", "maximumUsedPercent", "50"));
    }

    @Test
    void aPathThatIsNotThereAndALimitThatIsNotGivenAreSaid() {
        StepFailure missing =
                bench.failure(CheckDisk.class, with("host", HOST, "path", "/no such path", "minimumFree", "1"));
        assertThat(missing.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(missing).hasMessageContaining("/no such path").hasMessageContaining("No such file");
        assertThat(bench.failure(CheckDisk.class, with("host", HOST, "path", "/"))
                        .reason())
                .isEqualTo(Reason.INVALID_INPUT);
    }

    // metrics

    @Test
    @TwiceEqualsOnce(value = "metricsTargetRegister", again = "metricsTargetRemove")
    void aTargetIsPlannedRegisteredScrapedChangedAndRemoved() throws IOException {
        try (RawServer metrics = RawServer.answering("200 OK", "requests_total 1\n", "Content-Type: text/plain")) {
            planRegisterScrapeChangeRemove("127.0.0.1:" + metrics.port());
        }
    }

    private void planRegisterScrapeChangeRemove(String target) {
        Map<String, String> input = with("service", "self", "target", target, "labels", "team=platform");
        assertThat(bench.run(MetricsTargetPlan.class, input).changes()).isTrue();
        TestContext context = bench.context();
        assertThat(bench.run(MetricsTargetRegister.class, context, input).changed())
                .isTrue();
        assertThat(context.effects()).hasSize(1);
        assertThat(bench.run(MetricsTargetPlan.class, input).changes()).isFalse();
        TestContext again = bench.context();
        assertThat(bench.run(MetricsTargetRegister.class, again, input).changed())
                .isFalse();
        assertThat(again.effects()).isEmpty();

        Map<String, String> check = with("job", "self", "target", target, "within", "PT0S");
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(StepFailure.class)
                .until(() -> bench.run(CheckPrometheusTarget.class, check)
                        .scrapeUrl()
                        .endsWith(target + "/metrics"));

        input.put("path", "/other");
        assertThat(bench.run(MetricsTargetPlan.class, input).summary()).contains("will be changed", "/other");
        assertThat(bench.run(MetricsTargetRegister.class, input).changed()).isTrue();
        assertThat(bench.run(MetricsTargetPlan.class, input).changes()).isFalse();

        assertThat(bench.run(MetricsTargetRemove.class, with("service", "self")).changed())
                .isTrue();
        assertThat(bench.run(MetricsTargetRemove.class, with("service", "self")).changed())
                .isFalse();
        assertThat(bench.run(MetricsTargetPlan.class, input).changes()).isTrue();
    }

    @Test
    void aTargetFileThatIsNotJsonIsReplaced() {
        Map<String, String> input = with("service", "broken", "target", "192.0.2.1:80");
        bench.run(SshCommand.class, with("host", "monitoring-01", "command", "echo '{' > " + file("broken")));
        assertThat(bench.run(MetricsTargetPlan.class, input).changes()).isTrue();
        assertThat(bench.run(MetricsTargetRegister.class, input).changed()).isTrue();
        assertThat(bench.run(MetricsTargetPlan.class, input).changes()).isFalse();
        bench.run(MetricsTargetRemove.class, with("service", "broken"));
    }

    /** One Prometheus may serve production and test. */
    @Test
    void filesAndTargetsOfAnotherEnvironmentAreLeftAlone() {
        Map<String, String> input = with("service", "twice", "target", "192.0.2.1:80");
        String before = "/etc/prometheus/targets/muster-twice.json";
        write(before, "other", "192.0.2.2:80");
        assertThat(bench.run(MetricsTargetRegister.class, input).changed()).isTrue();
        assertThat(read(before)).contains("192.0.2.2:80");
        Map<String, String> none = with("job", "twice", "within", "PT0S");
        Map<String, String> theirs = with("job", "twice", "target", "192.0.2.2:80", "within", "PT0S");
        Awaitility.await().atMost(java.time.Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        bench.failure(CheckNoPrometheusTarget.class, none))
                .hasMessageContaining("192.0.2.1"));
        assertThat(bench.failure(CheckPrometheusTarget.class, theirs)).hasMessageContaining("no target of job 'twice'");
        assertThat(bench.run(MetricsTargetRemove.class, with("service", "twice"))
                        .changed())
                .isTrue();
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(StepFailure.class)
                .until(() -> bench.run(CheckNoPrometheusTarget.class, none).targets() == 0);
        assertThat(read(before)).contains("192.0.2.2:80");

        write(file("twice"), "other", "192.0.2.2:80");
        for (StepFailure failure : List.of(
                bench.failure(MetricsTargetPlan.class, input),
                bench.failure(MetricsTargetRegister.class, input),
                bench.failure(MetricsTargetRemove.class, with("service", "twice")))) {
            assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
        }
        assertThat(read(file("twice"))).contains("192.0.2.2:80");
        bench.run(SshCommand.class, with("host", "monitoring-01", "command", "rm " + before + " " + file("twice")));
    }

    @Test
    void aFileNamedWithoutItsEnvironmentGivesWay() {
        Map<String, String> input = with("service", "older", "target", "192.0.2.1:80");
        String before = "/etc/prometheus/targets/muster-older.json";
        for (boolean removed : List.of(false, true)) {
            write(before, Bench.ENVIRONMENT, "192.0.2.1:80");
            assertThat(bench.run(MetricsTargetPlan.class, input).changes()).isTrue();
            assertThat(
                            removed
                                    ? bench.run(MetricsTargetRemove.class, with("service", "older"))
                                            .changed()
                                    : bench.run(MetricsTargetRegister.class, input)
                                            .changed())
                    .isTrue();
            assertThat(bench.failure(SshCommand.class, with("host", "monitoring-01", "command", "cat " + before)))
                    .hasMessageContaining("No such file");
        }
        assertThat(bench.run(MetricsTargetRemove.class, with("service", "older"))
                        .changed())
                .isFalse();
    }

    private static String file(String service) {
        return "/etc/prometheus/targets/muster-" + Bench.ENVIRONMENT + "@" + service + ".json";
    }

    private void write(String file, String environment, String target) {
        String job = file.replaceFirst(".*[-@]", "").replace(".json", "");
        String text = "[{\"targets\":[\"" + target + "\"],\"labels\":{\"job\":\"" + job + "\",\"environment\":\""
                + environment + "\"}}]";
        bench.run(SshCommand.class, with("host", "monitoring-01", "command", "echo '" + text + "' > " + file));
    }

    private String read(String file) {
        return bench.run(SshCommand.class, with("host", "monitoring-01", "command", "cat " + file))
                .stdout();
    }

    @Test
    void labelsThatPrometheusWouldNotTakeAreRefusedByPlanAndRegister() {
        Map<String, String> input =
                with("service", "x", "target", "192.0.2.1:80", "labels", "io.x/y=1\njob=z\n__a=1\nfine=1");
        for (StepFailure failure : List.of(
                bench.failure(MetricsTargetPlan.class, input), bench.failure(MetricsTargetRegister.class, input))) {
            assertThat(failure.reason()).isEqualTo(Reason.INVALID_INPUT);
            assertThat(failure).hasMessageContaining("__a, io.x/y, job").hasMessageNotContaining("fine");
        }
    }

    @Test
    void anEnvironmentWithoutMonitoringIsToldWhatIsMissing() {
        bench.monitoring = Optional.empty();
        StepFailure failure = bench.failure(MetricsTargetRemove.class, with("service", "x"));
        assertThat(failure.reason()).isEqualTo(Reason.NOT_IN_INVENTORY);
        assertThat(failure).hasMessageContaining("`monitoring`");
    }

    // imageResolve

    @Test
    void aTagIsResolvedAndNoticedWhenItMoves() throws IOException {
        String first = TestImages.publish(directory.resolve("sandbox/images"), "moving", "1.0.0", Map.of("A", "1"));
        String image = "registry.sandbox.test:5000/moving";
        ImageResolve.Output output = bench.run(ImageResolve.class, with("image", image, "tag", "1.0.0"));
        assertThat(output).isEqualTo(new ImageResolve.Output(image + "@" + first, first));
        assertThat(bench.run(ImageResolve.class, with("image", image, "tag", "1.0.0")))
                .isEqualTo(output);

        String second = TestImages.publish(directory.resolve("sandbox/images"), "moving", "1.0.0", Map.of("A", "2"));
        StepFailure moved = bench.failure(ImageResolve.class, with("image", image, "tag", "1.0.0"));
        assertThat(moved).isInstanceOf(StepFailure.Rejected.class);
        assertThat(moved.reason()).isEqualTo("TagMoved");
        assertThat(moved).hasMessageContaining(first).hasMessageContaining(second);

        assertThat(bench.run(ImageResolve.class, with("image", image, "tag", second))
                        .digest())
                .isEqualTo(second);
    }

    @Test
    void anUnknownTagOrRepositoryIsSaidWithTheTagsThatExist() {
        StepFailure failure = bench.failure(ImageResolve.class, with("image", NOTES, "tag", "9.9.9"));
        assertThat(failure.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(failure)
                .hasMessageContaining("9.9.9")
                .hasMessageContaining("1.1.0")
                .hasMessageContaining("2.0.0");
        assertThat(bench.failure(ImageResolve.class, with("image", NOTES, "tag", "sha256:" + "0".repeat(64)))
                        .reason())
                .isEqualTo(Reason.NOT_FOUND);
    }

    // lxc

    @Test
    @TwiceEqualsOnce({"lxcStart", "lxcStop"})
    void anLxcContainerIsStoppedAndStartedOnce() {
        Map<String, String> core = with("host", "core-01");
        assertThat(bench.run(LxcStatus.class, core).running()).isTrue();
        assertThat(bench.run(LxcStatus.class, core).summary())
                .isEqualTo("LXC container 101 (core-01) on node proxima is running.");
        TestContext context = bench.context();
        assertThat(bench.run(LxcStart.class, context, core).changed()).isFalse();
        assertThat(context.effects()).isEmpty();

        assertThat(bench.run(LxcStop.class, core).changed()).isTrue();
        assertThat(sandbox.host("core-01").running()).isFalse();
        assertThat(bench.run(LxcStop.class, core).changed()).isFalse();
        assertThat(bench.run(LxcStatus.class, core).status()).isEqualTo("stopped");

        assertThat(bench.run(LxcStart.class, core).changed()).isTrue();
        assertThat(bench.run(LxcStart.class, core).changed()).isFalse();
        assertThat(sandbox.host("core-01").running()).isTrue();
        assertThat(bench.run(LxcStop.class, with("host", "core-01", "how", "kill"))
                        .changed())
                .isTrue();
        assertThat(bench.run(LxcStart.class, core).changed()).isTrue();
    }

    @Test
    void aContainerThatTheNodeDoesNotHaveIsSaid() {
        Inventory.Host known = environment.hosts().get("core-01");
        bench.hosts.put(
                "core-01",
                new Inventory.Host(
                        "core-01",
                        known.ssh(),
                        known.containerClass(),
                        Optional.of(new Inventory.Lxc("proxima", 999)),
                        known.docker(),
                        List.of()));
        for (StepFailure failure : List.of(
                bench.failure(LxcStatus.class, with("host", "core-01")),
                bench.failure(LxcStart.class, with("host", "core-01")),
                bench.failure(LxcStop.class, with("host", "core-01")))) {
            assertThat(failure.reason()).isEqualTo(Reason.NOT_FOUND);
            assertThat(failure).hasMessageContaining("999");
        }
        bench.hosts.put("plain", TestEngineHost.host("plain", Optional.empty()));
        StepFailure plain = bench.failure(LxcStatus.class, with("host", "plain"));
        assertThat(plain.reason()).isEqualTo(Reason.NOT_IN_INVENTORY);
        assertThat(plain).hasMessageContaining("`lxc: {node");
    }

    @Test
    void aLockedContainerIsWaitedForAndAFailedTaskIsTheNodesWord() throws IOException {
        Path faults = Files.createDirectories(directory.resolve("sandbox/faults"));
        Map<String, String> core = with("host", "core-01");
        Path lock = Files.writeString(faults.resolve("proxima.lock-101"), "backup");
        try {
            assertThat(bench.run(LxcStatus.class, core).lock()).isEqualTo("backup");
            TestContext context = bench.context();
            StepFailure locked = bench.failure(LxcStop.class, context, core);
            assertThat(locked).isInstanceOf(StepFailure.Transient.class);
            assertThat(locked.reason()).isEqualTo(Reason.CONFLICT);
            assertThat(locked).hasMessageContaining("is locked (backup)").hasMessageContaining("pct unlock 101");
            assertThat(context.effects()).isEmpty();
            assertThat(sandbox.host("core-01").running()).isTrue();
        } finally {
            Files.delete(lock);
        }
        Files.writeString(faults.resolve("proxima.fail-vzshutdown"), "disk is on strike");
        StepFailure failed = bench.failure(LxcStop.class, core);
        assertThat(failed.reason()).isEqualTo(Reason.TASK_FAILED);
        assertThat(failed).hasMessageContaining("disk is on strike");
        assertThat(sandbox.host("core-01").running()).isTrue();
    }

    // servicePrepare

    @Test
    void aServiceIsDescribedAsTheInventorySays() {
        ServicePrepare.Output notes = bench.run(ServicePrepare.class, with("service", "notes"));
        assertThat(notes.image()).isEqualTo(NOTES);
        assertThat(notes.serviceClass()).isEqualTo("experimental");
        assertThat(notes.containerClass()).isEqualTo("experimental");
        assertThat(notes.persistent()).isTrue();
        assertThat(notes.strayVolumes()).isEmpty();
        assertThat(notes.volumes()).containsExactly("/srv/persistent/notes:/data");
        assertThat(notes.ports()).containsExactly("8080:8080", "8443:8443");
        assertThat(notes.secretEnv()).containsEntry("NOTES_TOKEN", "secret:notes-token");
        assertThat(notes.memory()).isEqualTo(256L << 20);
        assertThat(notes.healthTest()).containsExactly("CMD", "/opt/notes/bin/healthcheck");
        assertThat(notes.metricsPath()).isEqualTo("/metrics");
    }

    @Test
    void theMappingSaysWhereAServiceRunsAndHowItComesBack() {
        TestContext context = bench.context();
        MappingDocument.Output mapping = bench.run(MappingDocument.class, context, with("service", "notes"));
        assertThat(mapping.line())
                .startsWith("| 103 on proxima | notes | experimental-01 (experimental) | ")
                .contains("8080→8080, 8443→8443 | ", "limit 0.5 CPU, limit 256")
                .endsWith(
                        " | ✅ service-deployment | ✅ every PT24H; the schedule is switched on, Muster starts them: data (files) |");
        assertThat(context.documents().get("container-mapping.md"))
                .startsWith("# Container mapping: notes in test\n")
                .contains("\n" + mapping.line() + "\n\nTo be copied:\n\n- into README.md: - notes (103)")
                .doesNotContain("full-deployment.yml");
    }

    @Test
    void whatCannotBeObservedIsRefusedAndStrayVolumesAreNamed() {
        Inventory.Service notes = environment.services().get("notes");
        bench.services.put("blind", service(notes, "blind", List.of(), false));
        StepFailure failure = bench.failure(ServicePrepare.class, with("service", "blind"));
        assertThat(failure.reason()).isEqualTo("NotObservable");
        assertThat(failure).hasMessageContaining("'blind' has no `health` and no `metrics`");

        Inventory.Service scratch = environment.services().get("notes-scratch");
        bench.services.put("stray", service(notes, "stray", List.of(), true, scratch.volumes()));
        ServicePrepare.Output stray = bench.run(ServicePrepare.class, with("service", "stray"));
        assertThat(stray.persistent()).isFalse();
        assertThat(stray.strayVolumes()).isEqualTo("/tmp/notes-scratch");

        StepFailure unknown = bench.failure(ServicePrepare.class, with("service", "note"));
        assertThat(unknown.reason()).isEqualTo(Reason.NOT_IN_INVENTORY);
        assertThat(unknown).hasMessageContaining("note").hasMessageContaining("notes");
    }

    private static Inventory.Service service(
            Inventory.Service like, String name, List<String> dependencies, boolean observable) {
        return service(like, name, dependencies, observable, like.volumes());
    }

    private static Inventory.Service service(
            Inventory.Service like,
            String name,
            List<String> dependencies,
            boolean observable,
            List<Inventory.Volume> volumes) {
        return new Inventory.Service(
                name,
                like.description(),
                like.image(),
                like.containerClass(),
                like.container(),
                volumes,
                List.of(),
                like.env(),
                like.secretEnv(),
                like.limits(),
                like.restart(),
                like.health().filter(health -> observable),
                like.healthCheck(),
                like.metrics().filter(metrics -> observable),
                dependencies,
                like.labels(),
                like.recovery(),
                Optional.empty());
    }

    // checkDependencies

    @Test
    void dependenciesMustBeOfAnAllowedClassThereAndRunning() throws IOException {
        Inventory.Service team = environment.services().get("notes-team");
        Inventory.Service notes = environment.services().get("notes");
        bench.services.put("alone", service(team, "alone", List.of(), true));
        assertThat(bench.run(CheckDependencies.class, with("service", "alone")).dependencies())
                .isEmpty();

        bench.services.put("dependency", service(notes, "dependency", List.of(), true));
        bench.services.put("absent", service(notes, "absent", List.of(), true));
        bench.services.put("asking", service(team, "asking", List.of("dependency", "absent"), true));
        String image = "registry.sandbox.test:5000/idle@"
                + TestImages.publish(
                        directory.resolve("sandbox/images"),
                        "idle",
                        "1",
                        Map.of(
                                "Cmd",
                                List.of("/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 99 & wait $!; done")));
        bench.run(DockerPull.class, with("host", HOST, "image", image));
        bench.run(DockerRun.class, with("host", HOST, "name", "dependency", "image", image, "restart", "no"));
        bench.run(DockerStop.class, with("host", HOST, "name", "dependency"));

        StepFailure failure = bench.failure(CheckDependencies.class, with("service", "asking"));
        assertThat(failure.reason()).isEqualTo(Reason.CHECK_FAILED);
        assertThat(failure)
                .hasMessageContaining("dependency is of class experimental")
                .hasMessageContaining("core services may depend on core only")
                .hasMessageContaining("dependency is exited")
                .hasMessageContaining("absent is not deployed on " + HOST);

        bench.services.put("asking", service(notes, "asking", List.of("dependency"), true));
        bench.run(DockerRun.class, with("host", HOST, "name", "dependency", "image", image, "restart", "no"));
        assertThat(bench.run(CheckDependencies.class, with("service", "asking")).dependencies())
                .containsExactly("dependency");

        bench.run(
                DockerRun.class,
                with(
                        "host",
                        HOST,
                        "name",
                        "dependency",
                        "image",
                        image,
                        "restart",
                        "no",
                        "healthTest",
                        "CMD-SHELL\nfalse",
                        "healthInterval",
                        "PT0.2S",
                        "healthRetries",
                        "1"));
        Awaitility.await()
                .untilAsserted(() -> assertThat(bench.failure(CheckDependencies.class, with("service", "asking")))
                        .hasMessageContaining("dependency is unhealthy"));

        assertThat(bench.failure(CheckDependencies.class, with("service", "asking", "serviceClass", "core")))
                .hasMessageContaining("core services may depend on core only");

        StepFailure noLine = bench.failure(CheckDependencies.class, with("service", "asking", "allowed", "core=core"));
        assertThat(noLine.reason()).isEqualTo(Reason.INVALID_INPUT);
        assertThat(noLine).hasMessageContaining("no line for class experimental");
        assertThat(bench.failure(CheckDependencies.class, with("service", "asking", "allowed", "experimental=")))
                .hasMessageContaining("may depend on no others");
    }
}
