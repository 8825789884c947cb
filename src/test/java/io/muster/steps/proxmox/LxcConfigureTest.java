package io.muster.steps.proxmox;

import static io.muster.steps.proxmox.NodeBench.small;
import static io.muster.steps.proxmox.NodeBench.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.TwiceEqualsOnce;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LxcConfigureTest {

    private static final String NETWORK = "name=eth0,bridge=vmbr0,ip=10.0.0.5/24,gw=10.0.0.1";

    @TempDir
    Path directory;

    private NodeBench node;

    @BeforeEach
    void begin() {
        node = new NodeBench(directory);
        node.host("web-01", 120);
        node.bench.run(
                LxcCreate.class,
                small(
                        "host", "web-01",
                        "memory", "256",
                        "network", NETWORK,
                        "mounts", "mp0=local:1,mp=/srv/data",
                        "description", "A web server",
                        "tags", "web\nmuster"));
    }

    @AfterEach
    void end() {
        node.close();
    }

    private static Map<String, String> asCreated(String... more) {
        Map<String, String> input = with(
                "host", "web-01",
                "memory", "256",
                "network", "bridge=vmbr0,ip=10.0.0.5/24,gw=10.0.0.1,name=eth0",
                "mounts", "mp0=local:1,mp=/srv/data",
                "description", "A web server",
                "tags", "muster\nweb",
                "rootfsSize", "1");
        input.putAll(with(more));
        return input;
    }

    @Test
    void whatTheNodeReorderedAndCompletedIsNoDifference() {
        TestContext context = node.bench.context();

        LxcConfigure.Output output = node.bench.run(LxcConfigure.class, context, asCreated());

        assertThat(output.changed()).isFalse();
        assertThat(output.changes()).isEmpty();
        assertThat(context.effects()).isEmpty();
        assertThat(context.lines()).last().asString().endsWith("was as it shall be.");
    }

    @Test
    @TwiceEqualsOnce("lxcConfigure")
    void whatDiffersIsChangedAndListedAndTwiceEqualsOnce() {
        String before = node.config(120, "net0");
        Map<String, String> input = asCreated("memory", "384", "network", NETWORK.replace(".5/", ".6/"), "cores", "1");
        TestContext context = node.bench.context();

        LxcConfigure.Output output = node.bench.run(LxcConfigure.class, context, input);

        assertThat(output.changed()).isTrue();
        assertThat(output.changes())
                .contains("memory: 256 -> 384", "cores: (not set) -> 1")
                .anyMatch(change -> change.startsWith("net0: ") && change.contains("10.0.0.6"));
        assertThat(context.effects()).containsExactly("lxc configure proxima/120");
        assertThat(node.config(120, "net0"))
                .isEqualTo(before.replace(".5/", ".6/"))
                .contains("hwaddr=");
        assertThat(node.bench.run(LxcConfigure.class, input).changed()).isFalse();
    }

    @Test
    void featuresAreComparedAsAWhole() {
        assertThat(node.bench
                        .run(LxcConfigure.class, with("host", "web-01", "features", "nesting=1"))
                        .changes())
                .containsExactly("features: (not set) -> nesting=1");
        assertThat(node.bench
                        .run(LxcConfigure.class, with("host", "web-01", "features", "nesting=1\nkeyctl=0"))
                        .changed())
                .isFalse();
    }

    @Test
    void aVolumeGrowsAndNeverShrinks() {
        TestContext context = node.bench.context();

        LxcConfigure.Output grown = node.bench.run(
                LxcConfigure.class,
                context,
                with("host", "web-01", "rootfsSize", "2", "mounts", "mp0=local:3,mp=/srv/data"));

        assertThat(grown.changes()).containsExactly("rootfs: 1G -> 2G", "mp0: 1G -> 3G");
        assertThat(context.effects()).containsExactly("lxc resize rootfs proxima/120", "lxc resize mp0 proxima/120");
        assertThat(node.bench
                        .run(LxcConfigure.class, with("host", "web-01", "rootfsSize", "1"))
                        .changed())
                .isFalse();
    }

    /** Whoever writes a mount above another must not get an empty volume where the data was. */
    @Test
    void aMountInsertedFirstGetsAFreeNumberAndTheOthersStayWhereTheyAre() {
        String data = node.config(120, "mp0");
        Map<String, String> input = asCreated("mounts", "mp0=local:1,mp=/srv/new\nmp1=local:1,mp=/srv/data/");

        assertThat(node.bench.run(LxcPlan.class, input).changes())
                .contains("mp1: (not set) -> local:1,mp=/srv/new")
                .noneMatch(change -> change.startsWith("mp0"));
        assertThat(node.bench.run(LxcConfigure.class, input).changes())
                .containsExactly("mp1: (not set) -> local:1,mp=/srv/new");

        assertThat(node.config(120, "mp0")).isEqualTo(data);
        assertThat(node.config(120, "mp1")).contains("mp=/srv/new");
        assertThat(node.bench.run(LxcConfigure.class, input).changed()).isFalse();
        assertThat(node.bench
                        .run(
                                LxcConfigure.class,
                                asCreated("mounts", "mp0=local:2,mp=/srv/new\nmp1=local:1,mp=/srv/data"))
                        .changes())
                .containsExactly("mp1: 1G -> 2G");
    }

    @Test
    void mountsThatAreNotMentionedAnyMoreAreToldInThePlanAndStay() {
        String data = node.config(120, "mp0");
        Map<String, String> input = asCreated();
        input.remove("mounts");
        TestContext context = node.bench.context();

        LxcPlan.Output plan = node.bench.run(LxcPlan.class, context, input);

        assertThat(plan.summary())
                .contains("- mp0 (`" + data + "`) is not wanted any more, or never was; it stays as it is");
        assertThat(context.lines()).anyMatch(line -> line.contains("mp0 (`" + data + "`) is not wanted"));
        assertThat(plan.changes()).noneMatch(change -> change.contains("mp0"));
        assertThat(node.bench.run(LxcConfigure.class, input).changed()).isFalse();
        assertThat(node.config(120, "mp0")).isEqualTo(data);
        assertThat(node.bench.run(LxcPlan.class, asCreated()).summary()).doesNotContain("mp0");
    }

    /** NotFound means that the container is gone: container-provision would compare, and be approved, without end. */
    @Test
    void aVolumeThatCannotGrowIsNoContainerThatIsGone() {
        StepFailure failure = node.bench.failure(LxcResize.class, with("host", "web-01", "disk", "mp7", "size", "4G"));

        assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(failure).hasMessageContaining("no volume `mp7` whose size can change");
    }

    @Test
    void movingReplacingAndRemovingDataIsRefusedAllAtOnceInThePlanAlready() {
        node.bench.run(LxcConfigure.class, asCreated("mounts", "mp0=local:1,mp=/srv/data\nmp1=local:1,mp=/srv/other"));
        String first = node.config(120, "mp0");
        String second = node.config(120, "mp1");

        refused("mp0=local:1,mp=/srv/other", "mp0 (`local:120/vm-120-disk-0.raw` at /srv/data) is not wanted any more");
        refused(
                "mp0=local-btrfs:1,mp=/srv/data\nmp1=/tank/other,mp=/srv/other",
                "mp0 (`local:120/vm-120-disk-0.raw` at /srv/data) shall be `local-btrfs:1`, which is not that volume; mp1 (",
                "at /srv/other) shall be `/tank/other`",
                "not done here");
        refused("mp0=local:1,mp=/srv/moved\nmp1=local:1,mp=/srv/other", "at /srv/data) is not wanted any more");

        assertThat(node.config(120, "mp0")).isEqualTo(first);
        assertThat(node.config(120, "mp1")).isEqualTo(second);
        assertThat(node.config(120, "mp2")).isEmpty();
    }

    private void refused(String mounts, String... words) {
        for (StepFailure failure : List.of(
                node.bench.failure(LxcPlan.class, asCreated("mounts", mounts)),
                node.bench.failure(LxcConfigure.class, asCreated("mounts", mounts)))) {
            assertThat(failure).isInstanceOf(StepFailure.Rejected.class).hasMessageContainingAll(words);
            assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
        }
    }

    @Test
    void theLostAnswerOfAChangeIsResolvedByLooking() {
        node.proxmox.faults().dropNextAnswer();
        TestContext context = node.bench.context();

        assertThat(node.bench
                        .run(LxcConfigure.class, context, with("host", "web-01", "memory", "512"))
                        .changes())
                .containsExactly("memory: 256 -> 512");
        assertThat(context.effects()).hasSize(1);
        assertThat(context.lines()).anyMatch(line -> line.contains("Looking at the configuration"));
    }

    @Test
    void aLockedContainerIsWaitedFor() {
        node.proxmox.faults().lock(120, "backup");

        StepFailure failure = node.bench.failure(LxcConfigure.class, with("host", "web-01", "memory", "512"));

        assertThat(failure).isInstanceOf(StepFailure.Transient.class).hasMessageContaining("locked (backup)");
        assertThat(node.config(120, "memory")).isEqualTo("256");
    }

    @Test
    void whetherItIsPrivilegedCannotBeChanged() {
        StepFailure failure = node.bench.failure(LxcConfigure.class, asCreated("unprivileged", "false"));

        assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(failure).hasMessageContaining("is unprivileged, which cannot be changed");
    }

    @Test
    void aContainerThatIsGoneIsNotFound() {
        node.host("gone", 199);

        assertThat(node.bench
                        .failure(LxcConfigure.class, with("host", "gone", "memory", "512"))
                        .reason())
                .isEqualTo(Reason.NOT_FOUND);
    }
}
