package io.muster.steps.proxmox;

import static io.muster.steps.proxmox.NodeBench.small;
import static io.muster.steps.proxmox.NodeBench.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.TwiceEqualsOnce;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LxcDestroyTest {

    private static final Map<String, String> WEB = with("host", "web-01", "expectedHostname", "web-01");

    @TempDir
    Path directory;

    private NodeBench node;

    @BeforeEach
    void begin() {
        node = new NodeBench(directory);
        node.host("web-01", 120);
        node.bench.run(LxcCreate.class, small("host", "web-01"));
    }

    @AfterEach
    void end() {
        node.close();
    }

    private StepFailure refused(String... more) {
        Map<String, String> input = with("host", "web-01", "expectedHostname", "web-01");
        input.putAll(with(more));
        TestContext context = node.bench.context();
        StepFailure failure = node.bench.failure(LxcDestroy.class, context, input);
        assertThat(context.effects()).isEmpty();
        assertThat(node.config(120, "hostname")).isEqualTo("web-01");
        return failure;
    }

    @Test
    @TwiceEqualsOnce("lxcDestroy")
    void itIsRemovedWithItsFilesAndOnlyOnce() {
        TestContext context = node.bench.context();

        LxcDestroy.Output output = node.bench.run(LxcDestroy.class, context, WEB);

        assertThat(output.changed()).isTrue();
        assertThat(output.changes()).containsExactly("destroyed LXC container 120 (web-01) on node proxima");
        assertThat(context.effects()).containsExactly("lxc destroy proxima/120");
        assertThat(node.proxmox.root(120)).doesNotExist();
        assertThat(node.bench.failure(LxcStatus.class, with("host", "web-01")).reason())
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(node.bench.run(LxcDestroy.class, WEB).changed()).isFalse();
    }

    @Test
    void anotherContainersHostnameKeepsIt() {
        assertThat(refused("expectedHostname", "db-01"))
                .hasMessageContaining("has the hostname `web-01`, not `db-01`")
                .extracting(failure -> ((StepFailure) failure).reason())
                .isEqualTo(Reason.CONFLICT);
    }

    @Test
    void protectionKeepsIt() {
        node.bench.run(LxcConfigure.class, with("host", "web-01", "protection", "true"));

        assertThat(refused("force", "true")).hasMessageContaining("is protected");
    }

    @Test
    void aLockKeepsIt() {
        node.proxmox.faults().lock(120, "backup");

        assertThat(refused()).isInstanceOf(StepFailure.Transient.class).hasMessageContaining("locked (backup)");
    }

    @Test
    void aRunningOneIsKeptUnlessForced() {
        node.bench.run(LxcStart.class, with("host", "web-01"));

        assertThat(refused()).hasMessageContaining("is running");
        assertThat(node.bench
                        .run(LxcDestroy.class, with("host", "web-01", "expectedHostname", "web-01", "force", "true"))
                        .changed())
                .isTrue();
    }

    @Test
    void aWrongNodeNameIsNoContainerThatIsGone() {
        node.bench.nodes.computeIfPresent(
                NodeBench.NODE,
                (name, known) -> new io.muster.inventory.Inventory.Node(
                        name, known.api(), "elsewhere", known.tokenId(), known.tokenSecret(), known.trust()));

        assertThat(node.bench.failure(LxcDestroy.class, WEB))
                .hasMessageContaining("hostname lookup 'elsewhere' failed");
    }

    @Test
    void theLostAnswerIsFoundInTheTaskList() {
        node.proxmox.faults().dropNextAnswer();

        assertThat(node.bench.run(LxcDestroy.class, WEB).changed()).isTrue();
        assertThat(node.proxmox.root(120)).doesNotExist();
    }
}
