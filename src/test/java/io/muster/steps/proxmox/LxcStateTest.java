package io.muster.steps.proxmox;

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

/** Start, stop, shut down, grow, list. */
class LxcStateTest {

    private static final Map<String, String> HOST = with("host", "experimental-01");

    @TempDir
    Path directory;

    private NodeBench node;

    @BeforeEach
    void begin() {
        node = new NodeBench(directory);
    }

    @AfterEach
    void end() {
        node.close();
    }

    @Test
    @TwiceEqualsOnce("lxcShutdown")
    void itIsShutDownOnce() {
        node.bench.run(LxcStart.class, HOST);
        TestContext context = node.bench.context();

        assertThat(node.bench.run(LxcShutdown.class, context, HOST).changed()).isTrue();
        assertThat(context.effects()).containsExactly("lxc shutdown proxima/103");
        assertThat(node.bench.run(LxcShutdown.class, HOST).changed()).isFalse();
    }

    @Test
    void itIsNamedByNodeAndNumberToo() {
        Map<String, String> there = with("node", "proxima", "vmid", "103");
        assertThat(node.bench.run(LxcStart.class, there).changed()).isTrue();
        assertThat(node.bench.run(LxcStatus.class, there).running()).isTrue();
    }

    @Test
    @TwiceEqualsOnce("lxcResize")
    void aVolumeGrowsOnceAndDoesNotShrink() {
        Map<String, String> larger = with("host", "experimental-01", "size", "9G");
        assertThat(node.bench.run(LxcResize.class, larger).changes()).containsExactly("rootfs: 8G -> 9G");
        assertThat(node.bench.run(LxcResize.class, larger).changed()).isFalse();

        StepFailure failure = node.bench.failure(LxcResize.class, with("host", "experimental-01", "size", "4G"));
        assertThat(failure).hasMessageContaining("has 9G, more than the 4G asked for");
        assertThat(node.config(103, "rootfs")).contains("size=9G");
    }

    @Test
    void anEmptyListWithoutPermissionsIsNoAnswer() {
        assertThat(node.bench.run(LxcList.class, with("node", "proxima")).vmids())
                .containsExactly(103);
        assertThat(node.bench
                        .run(LxcList.class, with("node", "proxima", "tag", "none"))
                        .count())
                .isZero();

        node.proxmox.faults().takePermissions();
        StepFailure failure = node.bench.failure(LxcList.class, with("node", "proxima"));
        assertThat(failure.reason()).isEqualTo(Reason.PERMISSION_DENIED);
        assertThat(failure).hasMessageContaining("Give it VM.Audit on /vms");
    }

    @Test
    void oneThatABackupHasLockedIsStartedWhenTheBackupIsOver() {
        node.proxmox.faults().lock(103, "backup");
        StepFailure failure = node.bench.failure(LxcStart.class, HOST);

        assertThat(failure).isInstanceOf(StepFailure.Transient.class);
        assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(failure).hasMessageContaining("locked (backup)").hasMessageContaining("pct unlock");
        node.proxmox.faults().unlock(103);
        assertThat(node.bench.run(LxcStart.class, HOST).changed()).isTrue();
    }

    @Test
    void anExpiredTokenIsSaid() {
        node.proxmox.faults().expireTokens();

        StepFailure failure = node.bench.failure(LxcStart.class, HOST);

        assertThat(failure.reason()).isEqualTo(Reason.AUTHENTICATION_FAILED);
        assertThat(failure).hasMessageContaining("has not expired");
    }
}
