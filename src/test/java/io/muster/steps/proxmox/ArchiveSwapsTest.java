package io.muster.steps.proxmox;

import static io.muster.steps.proxmox.NodeBench.small;
import static io.muster.steps.proxmox.NodeBench.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Vzdump;
import io.muster.remote.ProxmoxNodes;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.GuestArchives;
import io.muster.steps.GuestArchives.Archive;
import io.muster.steps.GuestSwaps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

/** Containers that are replaced by their archive, and come back: at every point where a server, a node or a person may break it off. */
class ArchiveSwapsTest {

    private static final int VMID = 120;
    private static final Vzdump VZDUMP = new Vzdump("local", "snapshot", "gzip", true);
    private static final String TAG = "muster-0a1b2c3d";
    private static final GuestSwaps.Place PLACE =
            new GuestSwaps.Place("web-01", VZDUMP, TAG, "test/notes/before-" + TAG + "/container");

    @TempDir
    Path directory;

    private NodeBench node;
    private GuestSwaps swaps;
    private Archive archive;

    @BeforeEach
    void aContainerThatWasWrittenToSinceItsBackup() throws IOException {
        node = new NodeBench(directory);
        node.host("web-01", VMID);
        node.bench.run(
                LxcCreate.class,
                small("host", "web-01", "network", "name=eth0,bridge=vmbr0,ip=dhcp", "tags", "[\"own\"]"));
        put(Map.of("tags", "own", "description", "the web server", "onboot", "1"));
        write("kept");
        byte[] more = new byte[500_000];
        new java.util.Random(7).nextBytes(more);
        Files.write(node.proxmox.root(VMID).resolve("more"), more);
        GuestArchives archives = node.bench.get(GuestArchives.class);
        GuestArchives.Order order = new GuestArchives.Order("web-01", VZDUMP, "test/notes/1/container");
        TestContext context = context();
        archives.take(context, order, context.deadline());
        archive = archives.describe(context, order);
        write("newer");
        node.bench.run(LxcStart.class, with("host", "web-01"));
        swaps = node.bench.get(GuestSwaps.class);
    }

    @AfterEach
    void end() {
        node.close();
    }

    private TestContext context() {
        return node.bench.context();
    }

    private void write(String text) throws IOException {
        Files.writeString(node.proxmox.root(VMID).resolve("data"), text);
    }

    private String content() throws IOException {
        return Files.readString(node.proxmox.root(VMID).resolve("data"));
    }

    private JsonNode get(String path, Map<String, String> query) {
        return node.bench
                .get(ProxmoxNodes.class)
                .get(node.bench.environment(), node.bench.nodes.get(NodeBench.NODE), path, query);
    }

    private void send(String method, String path, Map<String, String> parameters) {
        node.bench
                .get(ProxmoxNodes.class)
                .send(
                        node.bench.environment(),
                        node.bench.nodes.get(NodeBench.NODE),
                        method,
                        "/nodes/proxima/lxc" + path,
                        parameters);
    }

    private void put(Map<String, String> options) {
        send("PUT", "/" + VMID + "/config", options);
    }

    private boolean running() {
        return get("/nodes/proxima/lxc/" + VMID + "/status/current", Map.of())
                .path("status")
                .asText()
                .equals("running");
    }

    private int restores() {
        return get(
                        "/nodes/proxima/tasks",
                        Map.of("source", "all", "vmid", Integer.toString(VMID), "typefilter", "vzrestore"))
                .size();
    }

    /** Notes of the archives that the node keeps. */
    private List<String> kept() {
        List<String> notes = new ArrayList<>();
        get("/nodes/proxima/storage/local/content", Map.of("content", "backup"))
                .forEach(entry -> notes.add(entry.path("notes").asText()));
        return notes;
    }

    private Path file() {
        return directory
                .resolve("pve/storage/dump")
                .resolve(archive.volume().substring(archive.volume().indexOf('/') + 1));
    }

    private String in() {
        return swaps.in(context(), PLACE, archive, true);
    }

    private StepFailure refused(Runnable call) {
        return catchThrowableOfType(StepFailure.class, call::run);
    }

    private void destroy() {
        node.bench.run(LxcDestroy.class, with("host", "web-01", "expectedHostname", "web-01", "force", "true"));
    }

    private void isAsBefore() throws IOException {
        assertThat(content()).isEqualTo("newer");
        assertThat(running()).isTrue();
        assertThat(node.config(VMID, "tags")).isEqualTo("own");
        assertThat(kept()).containsExactly("[muster test/notes/1/container]");
    }

    @Test
    void itIsReplacedAndWhatWasThereIsKeptUntilItIsSettled() throws IOException {
        GuestSwaps.Standing standing = swaps.look(context(), PLACE, archive);
        assertThat(standing).isEqualTo(new GuestSwaps.Standing(standing.container(), true, true, List.of()));
        String network = node.config(VMID, "net0");

        assertThat(in()).contains("and runs", "what was there before is kept as local:backup/vzdump-lxc-120-");

        assertThat(content()).isEqualTo("kept");
        assertThat(running()).isTrue();
        assertThat(node.config(VMID, "net0")).isEqualTo(network);
        assertThat(node.config(VMID, "description").strip()).isEqualTo("the web server");
        assertThat(node.config(VMID, "onboot")).isEqualTo("1");
        assertThat(swaps.isIn(context(), PLACE)).isTrue();
        assertThat(kept()).hasSize(2);

        swaps.settle(context(), PLACE);
        swaps.settle(context(), PLACE);
        assertThat(node.config(VMID, "tags")).isEqualTo("own");
        assertThat(kept()).containsExactly("[muster test/notes/1/container]");
    }

    @Test
    void doneTwiceItIsRestoredOnce() throws IOException {
        in();
        write("written since");
        in();
        assertThat(content()).isEqualTo("written since");
        assertThat(restores()).isEqualTo(1);
    }

    @Test
    void givenUpItIsAsItWasAsOftenAsThatIsAsked() throws IOException {
        in();
        assertThat(swaps.back(context(), PLACE)).endsWith("is as it was before, and runs");
        isAsBefore();
        assertThat(swaps.back(context(), PLACE)).endsWith("is as it was before");
        isAsBefore();
        assertThat(restores()).isEqualTo(2);
    }

    @Test
    void oneThatDidNotRunDoesNotRunWhenItIsPutBack() throws IOException {
        node.bench.run(LxcStop.class, with("host", "web-01"));
        in();
        assertThat(running()).isTrue();
        swaps.back(context(), PLACE);
        assertThat(running()).isFalse();
        assertThat(content()).isEqualTo("newer");
    }

    /** Its files are gone before the node finds that the archive cannot be read. */
    @Test
    void anArchiveThatCannotBeReadCostsNothing() throws IOException {
        byte[] whole = Files.readAllBytes(file());
        Files.write(file(), Arrays.copyOf(whole, whole.length - whole.length / 4));
        StepFailure failure = refused(this::in);
        assertThat(failure.reason()).isEqualTo(Reason.TASK_FAILED);
        assertThat(failure)
                .hasMessageContaining("was not restored from " + archive.volume())
                .hasMessageContaining("Nothing but its number is left of it")
                .hasMessageContaining("What was there before is kept as local:backup/");
        assertThat(node.config(VMID, "rootfs")).isEmpty();
        assertThat(kept()).hasSize(2);

        assertThat(refused(this::in)).hasMessageContaining("Nothing but its number is left of it");
        swaps.back(context(), PLACE);
        isAsBefore();
    }

    @Test
    void mendedItGoesOnWithTheCopyThatThereIs() throws IOException {
        byte[] whole = Files.readAllBytes(file());
        Files.write(file(), Arrays.copyOf(whole, whole.length - whole.length / 4));
        refused(this::in);
        Files.write(file(), whole);
        in();
        assertThat(content()).isEqualTo("kept");
        swaps.back(context(), PLACE);
        isAsBefore();
    }

    @Test
    void aTaskThatFailsBeforeItBeginsLeavesItStoppedAndWhole() throws IOException {
        node.proxmox.faults().failNextTask("vzrestore", "job errors");
        assertThat(refused(this::in)).hasMessageContaining("It is there still").hasMessageContaining("job errors");
        assertThat(content()).isEqualTo("newer");
        swaps.back(context(), PLACE);
        isAsBefore();
        assertThat(restores()).isEqualTo(1);
    }

    @Test
    void warningsAreNoFailure() throws IOException {
        node.proxmox.faults().warnNextTask("vzrestore", 2);
        in();
        assertThat(content()).isEqualTo("kept");
    }

    /** A server died while the node restored: the next attempt follows the task, and starts no second one. */
    @Test
    void aRestoreThatRunsStillIsFollowed() throws Exception {
        node.proxmox.faults().stallTasks("vzrestore");
        TestContext dying = context();
        CompletableFuture<String> lost = CompletableFuture.supplyAsync(() -> swaps.in(dying, PLACE, archive, true));
        Awaitility.await().until(() -> node.config(VMID, "lock").equals("create"));
        TestContext later =
                context().resuming(new StepContext.Effect("lxc restore", "proxima/" + VMID, Optional.empty()));
        CompletableFuture<String> resumed = CompletableFuture.supplyAsync(() -> swaps.in(later, PLACE, archive, true));
        Awaitility.await()
                .until(() -> resumed.isDone() || later.lines().toString().contains("runs still"));
        node.proxmox.faults().resumeTasks("vzrestore");

        assertThat(resumed.get(60, TimeUnit.SECONDS)).contains("and runs");
        lost.get(60, TimeUnit.SECONDS);
        assertThat(restores()).isEqualTo(1);
        assertThat(content()).isEqualTo("kept");
        assertThat(kept()).hasSize(2);
    }

    /** Before the copy was made, and while it is. */
    @Test
    void oneThatWasOnlyShutDownIsStartedAgain() throws Exception {
        node.proxmox.faults().failNextTask("vzdump", "job errors");
        assertThat(refused(this::in).reason()).isEqualTo(Reason.TASK_FAILED);
        assertThat(running()).isFalse();
        assertThat(swaps.back(context(), PLACE)).endsWith("is as it was before, and runs");
        isAsBefore();

        node.proxmox.faults().stallTasks("vzdump");
        TestContext dying = context();
        CompletableFuture<String> lost = CompletableFuture.supplyAsync(() -> swaps.in(dying, PLACE, archive, true));
        Awaitility.await().until(() -> node.config(VMID, "lock").equals("backup"));
        dying.cancel();
        assertThat(lost).failsWithin(java.time.Duration.ofMinutes(1));
        node.proxmox.faults().resumeTasks("vzdump");
        swaps.back(context(), PLACE);
        isAsBefore();
        assertThat(restores()).isZero();
    }

    /** Somebody started it again before the retry: what was written meanwhile is in the copy. */
    @Test
    void aCopyThatIsOlderThanTheLastRunIsMadeAnew() throws IOException {
        node.proxmox.faults().failNextTask("vzrestore", "job errors");
        refused(this::in);
        node.bench.run(LxcStart.class, with("host", "web-01"));
        write("newest");
        in();
        assertThat(kept()).hasSize(2);
        swaps.back(context(), PLACE);
        assertThat(content()).isEqualTo("newest");
    }

    @Test
    void whereThereIsNoneItIsMadeAndStaysWhenThatIsGivenUp() throws IOException {
        destroy();
        assertThat(swaps.look(context(), PLACE, archive).there()).isFalse();

        swaps.in(context(), PLACE, archive, false);

        assertThat(content()).isEqualTo("kept");
        assertThat(running()).isTrue();
        assertThat(kept()).hasSize(1);
        assertThat(swaps.back(context(), PLACE)).endsWith("what was restored stays");
        assertThat(content()).isEqualTo("kept");
        assertThat(node.config(VMID, "tags")).isEqualTo("own");
    }

    @Test
    void oneThatAppearedSinceThePlanIsLeftAlone() throws IOException {
        StepFailure failure = refused(() -> swaps.in(context(), PLACE, archive, false));
        assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(failure).hasMessageContaining("nobody approved");
        isAsBefore();
    }

    /** After a restore that broke off somebody made one by hand, of the same name. */
    @Test
    void theCopyIsKeptWhereTheContainerIsSomebodyElses() throws IOException {
        byte[] whole = Files.readAllBytes(file());
        Files.write(file(), Arrays.copyOf(whole, whole.length - whole.length / 4));
        refused(this::in);
        node.bench.run(LxcDestroy.class, with("host", "web-01", "expectedHostname", "CT120"));
        node.bench.run(LxcCreate.class, small("host", "web-01", "network", "name=eth0,bridge=vmbr0,ip=dhcp"));

        assertThat(List.of(refused(() -> swaps.back(context(), PLACE)), refused(() -> swaps.settle(context(), PLACE))))
                .allSatisfy(failure -> {
                    assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
                    assertThat(failure).hasMessageContaining("local:backup/vzdump-lxc-120-");
                });
        assertThat(kept()).hasSize(2);

        destroy();
        swaps.back(context(), PLACE);
        isAsBefore();
    }

    @Test
    void anotherContainerOfTheNumberIsLeftAlone() {
        put(Map.of("hostname", "db-01"));
        assertThat(List.of(refused(this::in), refused(() -> swaps.look(context(), PLACE, archive))))
                .allSatisfy(failure -> assertThat(failure)
                        .hasMessageContaining("has the hostname `db-01`, not `web-01`: it is another container"));
        assertThat(running()).isTrue();
    }

    @Test
    void anArchiveOfAnotherContainerIsNotRestoredInItsPlace() {
        node.host("web-01", 103);
        assertThat(List.of(refused(this::in), refused(() -> swaps.look(context(), PLACE, archive))))
                .allSatisfy(failure -> assertThat(failure).hasMessageContaining("is of container proxima/120"));
    }

    @Test
    void whatTheNodeProtectsAndWhatIsInNoBackupIsNotReplaced() throws IOException {
        put(Map.of("protection", "1", "mp0", "local:1,mp=/srv/more"));
        assertThat(List.of(refused(this::in), refused(() -> swaps.look(context(), PLACE, archive))))
                .allSatisfy(failure -> {
                    assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
                    assertThat(failure)
                            .hasMessageContaining("the node protects it")
                            .hasMessageContaining("mp0 (`local:120/")
                            .hasMessageContaining("Nothing was touched");
                });
        assertThat(content()).isEqualTo("newer");
        assertThat(running()).isTrue();
    }

    @Test
    void aLockIsWaitedForBeforeItIsShutDown() {
        node.proxmox.faults().lock(VMID, "backup");
        assertThat(refused(this::in))
                .isInstanceOf(StepFailure.Transient.class)
                .hasMessageContaining("is locked (backup)");
        assertThat(running()).isTrue();
    }

    @Test
    void aTokenThatMayNotIsFoundOutBeforehand() {
        node.proxmox.faults().takePermissions();
        StepFailure failure = refused(() -> swaps.look(context(), PLACE, archive));
        assertThat(failure.reason()).isEqualTo(Reason.PERMISSION_DENIED);
        node.proxmox.faults().giveBackPermissions();
        assertThat(running()).isTrue();
    }

    @Test
    void whatGoesWithItIsTold() {
        put(Map.of("mp0", "local:1,mp=/srv/more,backup=1"));
        assertThat(swaps.look(context(), PLACE, archive).lost())
                .singleElement()
                .asString()
                .contains("mp0", "/srv/more", "which is not in the archive");
    }
}
