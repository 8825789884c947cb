package io.muster.steps.proxmox;

import static io.muster.steps.proxmox.NodeBench.small;
import static io.muster.steps.proxmox.NodeBench.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.remote.ProxmoxNodes;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.TwiceEqualsOnce;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LxcSnapshotTest {

    private static final Map<String, String> BEFORE = with("host", "web-01", "snapshot", "before");

    @TempDir
    Path directory;

    private NodeBench node;
    private Path file;

    @BeforeEach
    void begin() throws IOException {
        node = new NodeBench(directory);
        node.host("web-01", 120);
        Map<String, String> input = small("host", "web-01");
        input.put("storage", "local-btrfs");
        node.bench.run(LxcCreate.class, input);
        file = Files.writeString(node.proxmox.root(120).resolve("data"), "before");
    }

    @AfterEach
    void end() {
        node.close();
    }

    @Test
    void whatWasWrittenSinceIsGoneAfterARollback() throws IOException {
        TestContext context = node.bench.context();
        LxcSnapshot.Output taken = node.bench.run(LxcSnapshot.class, context, BEFORE);
        assertThat(taken.takenAt()).startsWith("20");
        assertThat(context.effects()).containsExactly("lxc snapshot before proxima/120");
        Files.writeString(file, "after");
        node.bench.run(LxcConfigure.class, with("host", "web-01", "memory", "300"));

        assertThat(node.bench
                        .run(LxcRollback.class, with("host", "web-01", "snapshot", "before", "start", "true"))
                        .changed())
                .isTrue();

        assertThat(file).hasContent("before");
        assertThat(node.config(120, "memory")).isEqualTo("512");
        assertThat(node.bench.run(LxcStatus.class, with("host", "web-01")).running())
                .isTrue();
    }

    @Test
    void aNameIsTakenOnceUnlessItWasThisStepBeforeACrash() {
        node.bench.run(LxcSnapshot.class, BEFORE);

        StepFailure failure = node.bench.failure(LxcSnapshot.class, BEFORE);
        assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(failure).hasMessageContaining("has a snapshot `before` already, taken at 20");

        TestContext resumed = node.bench
                .context()
                .resuming(new StepContext.Effect("lxc snapshot before", "proxima/120", Optional.empty()));
        assertThat(node.bench.run(LxcSnapshot.class, resumed, BEFORE).snapshot())
                .isEqualTo("before");
        assertThat(resumed.effects()).isEmpty();
    }

    @Test
    void aStorageWithoutSnapshotsIsTheTasksFailure() {
        node.host("plain-01", 121);
        node.bench.run(LxcCreate.class, small("host", "plain-01"));

        StepFailure failure = node.bench.failure(LxcSnapshot.class, with("host", "plain-01", "snapshot", "before"));

        assertThat(failure.reason()).isEqualTo(Reason.TASK_FAILED);
        assertThat(failure).hasMessageContaining("snapshot feature is not available");
    }

    @Test
    @TwiceEqualsOnce("lxcSnapshotRemove")
    void aSnapshotIsRemovedOnceAndAMissingOneIsNotRolledBackTo() {
        node.bench.run(LxcSnapshot.class, BEFORE);

        assertThat(node.bench.run(LxcSnapshotRemove.class, BEFORE).changed()).isTrue();
        assertThat(node.bench.run(LxcSnapshotRemove.class, BEFORE).changed()).isFalse();

        StepFailure failure = node.bench.failure(LxcRollback.class, BEFORE);
        assertThat(failure.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(failure).hasMessageContaining("has no snapshot `before`; it has []");
    }

    @Test
    void theLostAnswerIsFoundInTheTaskList() {
        node.proxmox.faults().dropNextAnswer();

        assertThat(node.bench.run(LxcSnapshot.class, BEFORE).changed()).isTrue();
    }

    @Test
    void aCopyOfASnapshotHasItsFilesAndIsMadeOnce() throws IOException {
        node.bench.run(LxcSnapshot.class, BEFORE);
        Files.writeString(file, "after");
        Map<String, String> input =
                with("host", "web-01", "newVmid", "130", "newHostname", "copy", "snapshot", "before");

        assertThat(node.bench.run(LxcClone.class, input).changed()).isTrue();

        assertThat(node.proxmox.root(130).resolve("data")).hasContent("before");
        assertThat(node.config(130, "hostname")).isEqualTo("copy");
        assertThat(node.bench.run(LxcClone.class, input).changed()).isFalse();
        input.put("newHostname", "other");
        assertThat(node.bench.failure(LxcClone.class, input).reason()).isEqualTo(Reason.CONFLICT);
    }

    private static Map<String, String> copying() {
        return with("host", "web-01", "newVmid", "130", "newHostname", "copy");
    }

    private static final StepContext.Effect COPYING =
            new StepContext.Effect("lxc clone to 130 of", "proxima/120", Optional.empty());

    /** Whoever retries when its task has failed, or too early, must not take half of a container for the copy. */
    @Test
    void aCopyThatIsLockedIsNotTakenForOneThatIsThere() {
        node.bench.run(LxcClone.class, copying());
        node.proxmox.faults().lock(130, "create");

        for (TestContext context :
                List.of(node.bench.context(), node.bench.context().resuming(COPYING))) {
            StepFailure failure = node.bench.failure(LxcClone.class, context, copying());
            assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
            assertThat(failure).isInstanceOf(StepFailure.Fatal.class).hasMessageContaining("going on or broke off");
        }
        node.proxmox.faults().lock(130, "backup");
        assertThat(node.bench.failure(LxcClone.class, copying())).isInstanceOf(StepFailure.Transient.class);
    }

    @Test
    void aCopyThatIsStillBeingMadeAfterACrashIsFollowedThoughBothAreLocked() throws Exception {
        node.proxmox.faults().stallTasks("vzclone");
        node.bench
                .get(ProxmoxNodes.class)
                .send(
                        node.bench.environment(),
                        node.bench.nodes.get(NodeBench.NODE),
                        "POST",
                        "/nodes/proxima/lxc/120/clone",
                        Map.of("newid", "130", "hostname", "copy", "full", "1"));
        node.proxmox.faults().lock(120, "disk");
        TestContext context = node.bench.context().resuming(COPYING);

        CompletableFuture<LxcClone.Output> copy =
                CompletableFuture.supplyAsync(() -> node.bench.run(LxcClone.class, context, copying()));
        Awaitility.await()
                .until(() -> copy.isDone() || context.lines().toString().contains("runs still"));
        node.proxmox.faults().resumeTasks("vzclone");

        assertThat(copy.get(60, TimeUnit.SECONDS).changed()).isTrue();
        assertThat(context.effects()).isEmpty();
        assertThat(node.proxmox.root(130).resolve("data")).hasContent("before");
    }
}
