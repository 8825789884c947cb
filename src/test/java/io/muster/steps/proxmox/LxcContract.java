package io.muster.steps.proxmox;

import static io.muster.steps.proxmox.NodeBench.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.inventory.Vzdump;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.Bench;
import io.muster.steps.GuestArchives;
import io.muster.steps.GuestSwaps;
import io.muster.steps.provision.ContainerLearn;
import io.muster.steps.ssh.SshCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What holds for containers of a node, whatever runs them; each test has its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LxcContract {

    static final String NODE = "proxima";
    static final String KEY = "container-key";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    Bench bench;

    /** Starts the node, and gives a bench that knows it by the name {@link #NODE}. */
    abstract Bench started() throws Exception;

    /** Also when it could not be started, or only in part. */
    abstract void ended() throws Exception;

    abstract String template();

    /** In Proxmox VE's words, for a container whose address its node gives. */
    abstract String network();

    abstract int sshPort();

    /** Of {@link #KEY}, for {@code authorized_keys}; empty where the template lets us in. */
    abstract Optional<String> publicKey();

    /** The directory in which the node looks for what shall go wrong. */
    abstract Path faults();

    @BeforeAll
    void begin() throws Exception {
        bench = started();
    }

    @AfterAll
    void end() throws Exception {
        ended();
    }

    /** Enters a host in the inventory whose address and keys are to be learned. */
    void host(String name, int vmid) {
        Inventory.Ssh ssh = new Inventory.Ssh(
                "",
                sshPort(),
                "root",
                List.of(),
                Optional.of(new SecretRef(KEY)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Duration.ofSeconds(20)),
                true);
        bench.hosts.put(
                name,
                new Inventory.Host(
                        name,
                        ssh,
                        Optional.of(Inventory.ContainerClass.EXPERIMENTAL),
                        Optional.of(new Inventory.Lxc(NODE, vmid)),
                        Optional.empty(),
                        List.of()));
    }

    void created(String name, int vmid, String... more) {
        host(name, vmid);
        Map<String, String> input = with(
                "host",
                name,
                "template",
                template(),
                "storage",
                "local",
                "rootfsSize",
                "1",
                "memory",
                "128",
                "swap",
                "0");
        input.put("network", network());
        publicKey().ifPresent(key -> input.put("sshPublicKeys", key));
        input.putAll(with(more));
        assertThat(bench.run(LxcCreate.class, input).changed()).isTrue();
    }

    /** Waits until it lets us in by the key that its node told. */
    ContainerLearn.Output booted(String name) {
        bench.run(LxcStart.class, with("host", name));
        return learned(name);
    }

    ContainerLearn.Output learned(String name) {
        ContainerLearn.Output learned = eventually(() -> bench.run(ContainerLearn.class, with("host", name)));
        eventually(() -> inside(name, "true"));
        return learned;
    }

    private static <T> T eventually(Callable<T> attempt) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(StepFailure.class)
                .until(attempt, result -> true);
    }

    String inside(String name, String command) {
        return bench.run(SshCommand.class, with("host", name, "command", command))
                .stdout()
                .strip();
    }

    <O extends Record> O on(String name, Class<? extends Step<?, O>> step, String... more) {
        Map<String, String> input = with("host", name);
        input.putAll(with(more));
        return bench.run(step, input);
    }

    <O extends Record> StepFailure failing(String name, Class<? extends Step<?, O>> step, String... more) {
        Map<String, String> input = with("host", name);
        input.putAll(with(more));
        return bench.failure(step, input);
    }

    private void fault(String name, String content) throws IOException {
        Files.createDirectories(faults());
        Files.writeString(faults().resolve(NODE + "." + name), content);
    }

    private String status(String name) {
        return on(name, LxcStatus.class).status();
    }

    @Test
    void itIsMadeConvergedStartedListedStoppedAndDestroyed() {
        created("life", 201, "tags", "trial");
        assertThat(status("life")).isEqualTo("stopped");
        assertThat(on("life", LxcConfigure.class, "memory", "160").changes())
                .singleElement()
                .asString()
                .contains("128", "160");
        assertThat(on("life", LxcConfigure.class, "memory", "160").changed()).isFalse();
        assertThat(on("life", LxcStart.class).changed()).isTrue();
        assertThat(on("life", LxcStart.class).changed()).isFalse();
        assertThat(status("life")).isEqualTo("running");
        assertThat(bench.run(LxcList.class, with("node", NODE, "tag", "trial")).vmids())
                .containsExactly(201);

        learned("life");
        assertThat(inside("life", "uname -n")).isEqualTo("life");
        assertThat(on("life", LxcShutdown.class, "graceSeconds", "20").changed())
                .isTrue();
        assertThat(status("life")).isEqualTo("stopped");
        assertThat(on("life", LxcStop.class).changed()).isFalse();
        on("life", LxcStart.class);
        assertThat(on("life", LxcStop.class, "how", "kill").changed()).isTrue();
        assertThat(status("life")).isEqualTo("stopped");

        on("life", LxcStart.class);
        assertThat(failing("life", LxcDestroy.class, "expectedHostname", "other", "force", "true"))
                .hasMessageContaining("other");
        assertThat(failing("life", LxcDestroy.class, "expectedHostname", "life"))
                .hasMessageContaining("run");
        assertThat(on("life", LxcDestroy.class, "expectedHostname", "life", "force", "true")
                        .changed())
                .isTrue();
        assertThat(on("life", LxcDestroy.class, "expectedHostname", "life").changed())
                .isFalse();
        assertThat(failing("life", LxcStatus.class).reason()).isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    void itsAddressAndKeyAreLearnedThroughTheNodeAndKnownFromThenOn() {
        created("learnt", 202);
        assertThat(failing("learnt", SshCommand.class, "command", "true").reason())
                .isEqualTo(Reason.NOT_PROVISIONED);
        ContainerLearn.Output first = booted("learnt");

        assertThat(first.fingerprints()).contains("SHA256:");
        assertThat(inside("learnt", "cat /etc/ssh/ssh_host_ed25519_key.pub"))
                .startsWith(first.hostKeys().stream()
                        .filter(key -> key.startsWith("ssh-ed25519"))
                        .findFirst()
                        .orElseThrow());
        assertThat(on("learnt", ContainerLearn.class).changed()).isFalse();
    }

    @Test
    void aCommandWhoseContainerIsRestartedHasAnUnknownOutcomeAndDidNotNeverRun() throws Exception {
        created("reboot", 203);
        booted("reboot");
        TestContext context = bench.context();
        CompletableFuture<StepFailure> command = CompletableFuture.supplyAsync(() -> bench.failure(
                SshCommand.class,
                context,
                with("host", "reboot", "command", "echo ran >>/root/effects; touch /root/begun; exec sleep 1000")));
        Awaitility.await().atMost(PATIENCE).until(() -> inside("reboot", "ls /root")
                .contains("begun"));
        on("reboot", LxcStop.class, "how", "kill");
        on("reboot", LxcStart.class);
        StepFailure failure = command.get(90, TimeUnit.SECONDS);

        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.OUTCOME_UNKNOWN);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.FATAL);
        assertThat(failure).hasMessageContaining("reboot");
        assertThat(inside("reboot", "cat /root/effects")).isEqualTo("ran");
    }

    @Test
    void aRollbackBringsBackTheFilesOfItsSnapshot() {
        created("snap", 204, "storage", "local-btrfs");
        booted("snap");
        inside("snap", "echo good >/root/note");
        assertThat(on("snap", LxcSnapshot.class, "snapshot", "before").changed())
                .isTrue();
        inside("snap", "echo bad >/root/note");

        on("snap", LxcRollback.class, "snapshot", "before", "start", "true");
        learned("snap");
        assertThat(inside("snap", "cat /root/note")).isEqualTo("good");
        assertThat(on("snap", LxcSnapshotRemove.class, "snapshot", "before").changed())
                .isTrue();
    }

    @Test
    void aCloneHasItsFilesAndALifeOfItsOwn() {
        created("original", 205);
        booted("original");
        inside("original", "echo same >/root/note");
        on("original", LxcShutdown.class);
        on("original", LxcClone.class, "newVmid", "206", "newHostname", "copy");
        host("copy", 206);
        booted("copy");

        assertThat(inside("copy", "cat /root/note; uname -n")).isEqualTo("same\ncopy");
        inside("copy", "echo other >/root/note");
        booted("original");
        assertThat(inside("original", "cat /root/note")).isEqualTo("same");
    }

    @Test
    void aBackupOfARunningOneIsRestoredWithFilesModesAndLinks() {
        created("backed", 207);
        booted("backed");
        inside("backed", "echo kept >/root/note; chmod 640 /root/note; ln -s note /root/link");
        LxcBackup.Output backup =
                on("backed", LxcBackup.class, "storage", "local", "compress", "gzip", "notes", "before");
        inside("backed", "echo lost >/root/note");
        on("backed", LxcShutdown.class);
        assertThat(backup.volume()).contains("vzdump-lxc-207-");

        on(
                "backed",
                LxcRestore.class,
                "volume",
                backup.volume(),
                "storage",
                "local",
                "force",
                "true",
                "expectedHostname",
                "backed");
        booted("backed");
        assertThat(inside("backed", "cat /root/link; stat -c %a /root/note")).isEqualTo("kept\n640");
    }

    /** With the same host key: it travels in the archive. */
    @Test
    void oneThatRunsIsReplacedByItsArchiveAndComesBack() {
        created("swapped", 230);
        ContainerLearn.Output first = booted("swapped");
        inside("swapped", "echo kept >/root/note; chmod 640 /root/note");
        Vzdump vzdump = new Vzdump("local", "snapshot", "gzip", true);
        GuestArchives archives = bench.get(GuestArchives.class);
        GuestArchives.Order order = new GuestArchives.Order("swapped", vzdump, "test/notes/1/container");
        TestContext context = bench.context();
        archives.take(context, order, context.deadline());
        GuestArchives.Archive archive = archives.describe(context, order);
        inside("swapped", "echo newer >/root/note");
        GuestSwaps swaps = bench.get(GuestSwaps.class);
        GuestSwaps.Place place = new GuestSwaps.Place(
                "swapped", vzdump, "muster-1a2b3c4d", "test/notes/before-muster-1a2b3c4d/container");
        assertThat(archives.tryOut(bench.context(), archive, "muster-1a2b3c4d-00000001"))
                .contains("not started");
        archives.removeTrial(bench.context(), "swapped", "muster-1a2b3c4d-00000001");

        swaps.in(bench.context(), place, archive, true);

        assertThat(learned("swapped").hostKeys()).isEqualTo(first.hostKeys());
        assertThat(inside("swapped", "cat /root/note; stat -c %a /root/note")).isEqualTo("kept\n640");
        swaps.back(bench.context(), place);
        assertThat(learned("swapped").hostKeys()).isEqualTo(first.hostKeys());
        assertThat(inside("swapped", "cat /root/note")).isEqualTo("newer");
        assertThat(archives.find(bench.context(), order))
                .contains(new GuestArchives.Archive(
                        archive.node(),
                        archive.vmid(),
                        archive.hostname(),
                        archive.volume(),
                        archive.bytes(),
                        archive.config(),
                        ""));
    }

    @Test
    void warningsAreASuccessAndJobErrorsAFailure() throws Exception {
        created("tasks", 208);
        fault("warn-vzdump", "2");
        assertThat(on("tasks", LxcBackup.class, "storage", "local", "compress", "none")
                        .warnings())
                .isEqualTo(2);
        fault("fail-vzdump", "job errors");
        StepFailure failure = failing("tasks", LxcBackup.class, "storage", "local", "compress", "none");

        assertThat(failure.reason()).isEqualTo(Reason.TASK_FAILED);
        assertThat(failure).hasMessageContaining("failed: job errors");
    }

    @Test
    void aTemplateThatIsNotThereLeavesNothingBehind() {
        host("never", 209);
        StepFailure failure = bench.failure(
                LxcCreate.class,
                with(
                        "host",
                        "never",
                        "template",
                        "local:vztmpl/none-1_amd64.tar.gz",
                        "storage",
                        "local",
                        "rootfsSize",
                        "1"));

        assertThat(failure).hasMessageContaining("none-1_amd64.tar.gz");
        assertThat(failing("never", LxcStatus.class).reason()).isEqualTo(Reason.NOT_FOUND);
        created("never", 209);
    }
}
