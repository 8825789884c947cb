package io.muster.steps.proxmox;

import static io.muster.steps.proxmox.NodeBench.small;
import static io.muster.steps.proxmox.NodeBench.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.remote.ProxmoxNodes;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LxcBackupTest {

    private static final Map<String, String> BACKUP =
            with("host", "web-01", "storage", "local", "compress", "gzip", "notes", "before the update");

    private static final StepContext.Effect BEGUN =
            new StepContext.Effect("lxc backup", "proxima/120", Optional.empty());

    @TempDir
    Path directory;

    private NodeBench node;
    private Path file;

    @BeforeEach
    void begin() throws IOException {
        node = new NodeBench(directory);
        node.host("web-01", 120);
        node.bench.run(LxcCreate.class, small("host", "web-01", "network", "name=eth0,bridge=vmbr0,ip=dhcp"));
        file = Files.writeString(node.proxmox.root(120).resolve("data"), "worth keeping");
    }

    @AfterEach
    void end() {
        node.close();
    }

    private Map<String, String> restore(String volume, String... more) {
        Map<String, String> input = with("volume", volume, "storage", "local");
        input.putAll(with(more));
        return input;
    }

    @Test
    void theArchiveIsReadBackAndTheModeThatWasReallyTakenIsSaid() {
        node.bench.run(LxcStart.class, with("host", "web-01"));
        TestContext context = node.bench.context();

        LxcBackup.Output output = node.bench.run(LxcBackup.class, context, BACKUP);

        assertThat(output.volume()).startsWith("local:backup/vzdump-lxc-120-").endsWith(".tar.gz");
        assertThat(output.sizeBytes()).isPositive();
        assertThat(output.mode()).isEqualTo("suspend");
        assertThat(output.modeAsAsked()).isFalse();
        assertThat(context.lines())
                .anyMatch(line -> line.contains("mode failure"))
                .anyMatch(line -> line.startsWith("The node took the backup in mode suspend, not SNAPSHOT"));
        assertThat(node.bench.run(LxcStatus.class, with("host", "web-01")).lock())
                .isEmpty();
    }

    @Test
    void itIsRestoredToANewNumberWithItsFiles() {
        String volume = node.bench.run(LxcBackup.class, BACKUP).volume();

        LxcRestore.Output output = node.bench.run(
                LxcRestore.class,
                restore(volume, "node", "proxima", "vmid", "140", "hostname", "again", "unique", "true"));

        assertThat(output.hostname()).isEqualTo("again");
        assertThat(output.replaced()).isFalse();
        assertThat(node.proxmox.root(140).resolve("data")).hasContent("worth keeping");
        assertThat(node.config(140, "rootfs")).isEqualTo("local:140/vm-140-disk-0.raw,size=1G");
        assertThat(node.config(140, "net0")).isNotEqualTo(node.config(120, "net0"));
    }

    @Test
    void anExistingOneIsReplacedOnlyWithForceAndItsHostname() throws IOException {
        String volume = node.bench.run(LxcBackup.class, BACKUP).volume();
        Files.writeString(file, "broken");

        StepFailure kept = node.bench.failure(LxcRestore.class, restore(volume, "host", "web-01"));
        assertThat(kept.reason()).isEqualTo(Reason.CONFLICT);
        StepFailure other = node.bench.failure(
                LxcRestore.class, restore(volume, "host", "web-01", "force", "true", "expectedHostname", "db-01"));
        assertThat(other).hasMessageContaining("has the hostname `web-01`, not `db-01`");
        assertThat(file).hasContent("broken");

        LxcRestore.Output output = node.bench.run(
                LxcRestore.class, restore(volume, "host", "web-01", "force", "true", "expectedHostname", "web-01"));
        assertThat(output.replaced()).isTrue();
        assertThat(file).hasContent("worth keeping");
    }

    @Test
    void aBackupThatIsNotThereIsNotFound() {
        StepFailure failure = node.bench.failure(
                LxcRestore.class,
                restore("local:backup/vzdump-lxc-120-2020_01_01-00_00_00.tar.gz", "node", "proxima", "vmid", "140"));

        assertThat(failure.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(failure).hasMessageContaining("has no backup `local:backup/vzdump-lxc-120-2020");
    }

    @Test
    void jobErrorsAreAFailureWithTheEndOfTheLog() {
        node.proxmox.faults().failNextTask("vzdump", "job errors");

        StepFailure failure = node.bench.failure(LxcBackup.class, BACKUP);

        assertThat(failure.reason()).isEqualTo(Reason.TASK_FAILED);
        assertThat(failure).hasMessageContaining("failed: job errors");
    }

    @Test
    void warningsAreASuccessThatSaysThem() {
        node.proxmox.faults().warnNextTask("vzdump", 2);
        TestContext context = node.bench.context();

        assertThat(node.bench.run(LxcBackup.class, context, BACKUP).warnings()).isEqualTo(2);
        assertThat(context.lines()).contains("The task ended: WARNINGS: 2");
    }

    @Test
    void afterACrashTheArchiveIsFoundByItsMarkAndNoneIsMadeAgain() {
        TestContext context = node.bench.context();
        String volume = node.bench.run(LxcBackup.class, context, BACKUP).volume();
        context.resuming(BEGUN);
        int effects = context.effects().size();

        assertThat(node.bench.run(LxcBackup.class, context, BACKUP).volume()).isEqualTo(volume);
        assertThat(context.effects()).hasSize(effects);
    }

    @Test
    void afterACrashTheModeIsReadFromTheLogOfTheTaskThatMadeTheArchive() {
        node.bench.run(LxcStart.class, with("host", "web-01"));
        TestContext context = node.bench.context();
        node.proxmox.faults().warnNextTask("vzdump", 2);
        node.bench.run(LxcBackup.class, context, BACKUP);
        node.bench.run(LxcBackup.class, with("host", "web-01", "storage", "local", "compress", "none", "mode", "stop"));
        context.resuming(BEGUN);

        LxcBackup.Output output = node.bench.run(LxcBackup.class, context, BACKUP);

        assertThat(output.mode()).isEqualTo("suspend");
        assertThat(output.modeAsAsked()).isFalse();
        assertThat(output.warnings()).isEqualTo(2);
    }

    /** The lock is that of our own backup, and its advice would be to break it. */
    @Test
    void aBackupThatRunsStillAfterACrashIsFollowedThoughItLocksTheContainer() throws Exception {
        TestContext context = node.bench.context().resuming(BEGUN);
        node.proxmox.faults().stallTasks("vzdump");
        begin("[muster " + context.id() + "]");
        Awaitility.await().until(() -> node.config(120, "lock").equals("backup"));

        CompletableFuture<LxcBackup.Output> backup =
                CompletableFuture.supplyAsync(() -> node.bench.run(LxcBackup.class, context, BACKUP));
        Awaitility.await()
                .until(() -> backup.isDone() || context.lines().toString().contains("runs still"));
        node.proxmox.faults().resumeTasks("vzdump");

        assertThat(backup.get(60, TimeUnit.SECONDS).mode()).isEqualTo("stop");
        assertThat(context.effects()).isEmpty();
        assertThat(tasks()).hasSize(1);
    }

    @Test
    void anothersLockAfterACrashIsSaidAndNothingIsStarted() {
        node.proxmox.faults().lock(120, "snapshot");

        StepFailure failure =
                node.bench.failure(LxcBackup.class, node.bench.context().resuming(BEGUN), BACKUP);

        assertThat(failure).isInstanceOf(StepFailure.Transient.class).hasMessageContaining("is locked (snapshot)");
        assertThat(tasks()).isEmpty();
    }

    private void begin(String notes) {
        node.bench
                .get(ProxmoxNodes.class)
                .send(
                        node.bench.environment(),
                        node.bench.nodes.get(NodeBench.NODE),
                        "POST",
                        "/nodes/proxima/vzdump",
                        Map.of("vmid", "120", "storage", "local", "notes-template", notes));
    }

    private JsonNode tasks() {
        return node.bench
                .get(ProxmoxNodes.class)
                .get(
                        node.bench.environment(),
                        node.bench.nodes.get(NodeBench.NODE),
                        "/nodes/proxima/tasks",
                        Map.of("source", "all", "vmid", "120", "typefilter", "vzdump"));
    }

    @Test
    void aContainerDestroyedByHandIsNotFound() {
        node.bench.run(LxcDestroy.class, with("host", "web-01", "expectedHostname", "web-01"));

        assertThat(node.bench.failure(LxcBackup.class, BACKUP).reason()).isEqualTo(Reason.NOT_FOUND);
    }
}
