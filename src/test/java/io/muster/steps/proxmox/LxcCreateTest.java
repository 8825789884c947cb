package io.muster.steps.proxmox;

import static io.muster.steps.proxmox.NodeBench.small;
import static io.muster.steps.proxmox.NodeBench.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LxcCreateTest {

    @TempDir
    Path directory;

    private NodeBench node;

    @BeforeEach
    void begin() {
        node = new NodeBench(directory);
        node.host("web-01", 120);
    }

    @AfterEach
    void end() {
        node.close();
    }

    @Test
    void aHostOfTheInventoryIsMadeAsGivenAndOnlyOnce() {
        Map<String, String> input = small(
                "host", "web-01",
                "cores", "2",
                "memory", "256",
                "swap", "0",
                "features", "nesting=1",
                "network", "name=eth0,bridge=vmbr0,ip=dhcp",
                "mounts", "mp0=local:1,mp=/srv/data",
                "onboot", "true",
                "tags", "muster\nweb",
                "description", "A web server");
        TestContext context = node.bench.context();

        LxcCreate.Output made = node.bench.run(LxcCreate.class, context, input);

        assertThat(made.vmid()).isEqualTo(120);
        assertThat(made.changed()).isTrue();
        assertThat(made.changes()).containsExactly("created LXC container 120 (web-01) on node proxima");
        assertThat(context.effects()).containsExactly("lxc create proxima/120");
        assertThat(context.lines()).anyMatch(line -> line.contains("extracting archive"));
        assertThat(node.config(120, "hostname")).isEqualTo("web-01");
        assertThat(node.config(120, "cores")).isEqualTo("2");
        assertThat(node.config(120, "unprivileged")).isEqualTo("1");
        assertThat(node.config(120, "mp0")).isEqualTo("local:120/vm-120-disk-0.raw,mp=/srv/data,size=1G");
        assertThat(node.config(120, "tags")).isEqualTo("muster;web");
        assertThat(node.proxmox.root(120).resolve("etc/motd")).exists();

        TestContext again = node.bench.context();
        assertThat(node.bench.run(LxcCreate.class, again, input).changed()).isFalse();
        assertThat(again.effects()).isEmpty();
    }

    @Test
    void privilegedIsSentAsSuch() {
        node.bench.run(LxcCreate.class, small("host", "web-01", "unprivileged", "false"));

        assertThat(node.config(120, "unprivileged")).isEqualTo("0");
    }

    @Test
    void withoutANumberTheNextFreeOneIsTaken() {
        LxcCreate.Output first = node.bench.run(LxcCreate.class, small("node", "proxima", "hostname", "one"));
        LxcCreate.Output second = node.bench.run(LxcCreate.class, small("node", "proxima", "hostname", "two"));

        assertThat(List.of(first.vmid(), second.vmid())).containsExactly(100, 101);
        assertThat(node.config(101, "hostname")).isEqualTo("two");
    }

    /** The next free number reserves nothing: all ask for it at once, one gets it, the others ask again. */
    @Test
    void manyAtOnceGetNumbersOfTheirOwn() {
        List<CompletableFuture<LxcCreate.Output>> racers = Stream.of("a1", "b2", "c3")
                .map(name -> CompletableFuture.supplyAsync(
                        () -> node.bench.run(LxcCreate.class, small("node", "proxima", "hostname", name))))
                .toList();

        assertThat(racers.stream().map(racer -> racer.join().vmid())).containsExactlyInAnyOrder(100, 101, 102);
        assertThat(racers.stream().map(racer -> node.config(racer.join().vmid(), "hostname")))
                .containsExactly("a1", "b2", "c3");
    }

    @Test
    void aNumberThatAnotherContainerHasIsLeftAlone() {
        node.host("impostor", 103);

        StepFailure failure = node.bench.failure(LxcCreate.class, small("host", "impostor"));

        assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(failure).hasMessageContaining("its hostname is `experimental-01`, not `impostor`");
        assertThat(node.config(103, "hostname")).isEqualTo("experimental-01");
    }

    @Test
    void aMissingTemplateIsTheTasksFailureAndLeavesNothing() {
        Map<String, String> input = small("host", "web-01");
        input.put("template", "local:vztmpl/none.tar.zst");

        StepFailure failure = node.bench.failure(LxcCreate.class, input);

        assertThat(failure.reason()).isEqualTo(Reason.TASK_FAILED);
        assertThat(failure).hasMessageContaining("volume 'local:vztmpl/none.tar.zst' does not exist");
        assertThat(node.bench.failure(LxcStatus.class, with("host", "web-01")).reason())
                .isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    void theLostAnswerIsFoundInTheTaskListAndNothingIsMadeTwice() {
        node.proxmox.faults().dropNextAnswer();
        TestContext context = node.bench.context();

        LxcCreate.Output made = node.bench.run(LxcCreate.class, context, small("node", "proxima", "hostname", "once"));

        assertThat(made.changed()).isTrue();
        assertThat(context.lines()).anyMatch(line -> line.startsWith("The answer was lost"));
        assertThat(node.bench.run(LxcList.class, with("node", "proxima")).containers())
                .filteredOn(container -> container.contains("once"))
                .hasSize(1);
    }

    @Test
    void afterACrashTheNumberThatWasRecordedIsLookedAtFirst() {
        int vmid = node.bench
                .run(LxcCreate.class, small("node", "proxima", "hostname", "crashed"))
                .vmid();
        TestContext resumed = node.bench
                .context()
                .resuming(new StepContext.Effect("lxc create", "proxima/" + vmid, Optional.empty()));

        LxcCreate.Output output =
                node.bench.run(LxcCreate.class, resumed, small("node", "proxima", "hostname", "crashed"));

        assertThat(output.vmid()).isEqualTo(vmid);
        assertThat(output.changed())
                .as("made by this step, before its server died")
                .isTrue();
        assertThat(resumed.effects()).isEmpty();
    }

    @Test
    void withoutPermissionsThePrivilegeIsMissed() {
        node.proxmox.faults().takePermissions();

        assertThat(node.bench.failure(LxcCreate.class, small("host", "web-01")).reason())
                .isEqualTo(Reason.PERMISSION_DENIED);
    }

    @Test
    void whatOnlyRootMayDoIsSaid() {
        StepFailure failure =
                node.bench.failure(LxcCreate.class, small("host", "web-01", "features", "nesting=1\nkeyctl=1"));

        assertThat(failure.reason()).isEqualTo(Reason.PERMISSION_DENIED);
        assertThat(failure).hasMessageContaining("root@pam");
    }

    @Test
    void whatIsNotAPlaceOrNoMountIsRefusedBeforeAnythingIsAsked() {
        for (Map<String, String> wrong : List.of(
                small(),
                small("node", "proxima"),
                small("host", "web-01", "vmid", "120"),
                small("host", "web-01", "mounts", "data=local:1"))) {
            assertThat(node.bench.failure(LxcCreate.class, wrong).reason()).isEqualTo(Reason.INVALID_INPUT);
        }
    }
}
