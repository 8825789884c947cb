package io.muster.steps.proxmox;

import static io.muster.steps.proxmox.NodeBench.small;
import static io.muster.steps.proxmox.NodeBench.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.inventory.Vzdump;
import io.muster.remote.ProxmoxNodes;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.GuestArchives;
import io.muster.steps.GuestArchives.Archive;
import io.muster.steps.GuestArchives.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives of a container by the mark of what they were taken for, and every way in which they are not what they were. */
class VzdumpArchivesTest {

    private static final Order ORDER = order("test/notes/20260101T000000Z-1a2b3c4d/container");
    private static final String TRIAL = "muster-t1a2b3c4d-00000001";

    @TempDir
    Path directory;

    private NodeBench node;
    private GuestArchives archives;

    private static Order order(String mark) {
        return new Order("web-01", new Vzdump("local", "snapshot", "gzip", false), mark);
    }

    @BeforeEach
    void begin() throws IOException {
        node = new NodeBench(directory);
        node.host("web-01", 120);
        node.bench.run(LxcCreate.class, small("host", "web-01", "network", "name=eth0,bridge=vmbr0,ip=dhcp"));
        Files.writeString(node.proxmox.root(120).resolve("data"), "worth keeping");
        archives = node.bench.get(GuestArchives.class);
    }

    @AfterEach
    void end() {
        node.close();
    }

    private TestContext context() {
        return node.bench.context();
    }

    private Archive taken(Order order) {
        TestContext context = context();
        archives.take(context, order, context.instant().plus(Duration.ofMinutes(5)));
        return archives.describe(context, order);
    }

    private JsonNode get(String path, Map<String, String> query) {
        return node.bench
                .get(ProxmoxNodes.class)
                .get(node.bench.environment(), node.bench.nodes.get(NodeBench.NODE), path, query);
    }

    private JsonNode tasks(String type) {
        return get("/nodes/proxima/tasks", Map.of("source", "all", "vmid", "120", "typefilter", type));
    }

    private List<String> volumes() {
        List<String> volumes = new ArrayList<>();
        get("/nodes/proxima/storage/local/content", Map.of("content", "backup"))
                .forEach(entry -> volumes.add(entry.path("volid").asText()));
        return volumes;
    }

    private Path file(Archive archive) {
        return directory
                .resolve("pve/storage/dump")
                .resolve(archive.volume().substring(archive.volume().indexOf('/') + 1));
    }

    private StepFailure refused(Runnable call) {
        return catchThrowableOfType(StepFailure.class, call::run);
    }

    private static StepFailure failed(CompletableFuture<?> call) {
        return (StepFailure) catchThrowableOfType(
                        java.util.concurrent.ExecutionException.class, () -> call.get(60, TimeUnit.SECONDS))
                .getCause();
    }

    private void begin(Order order) {
        node.bench
                .get(ProxmoxNodes.class)
                .send(
                        node.bench.environment(),
                        node.bench.nodes.get(NodeBench.NODE),
                        "POST",
                        "/nodes/proxima/vzdump",
                        Map.of("vmid", "120", "storage", "local", "notes-template", "[muster " + order.mark() + "]"));
    }

    @Test
    void itIsTakenOnceAndReadBack() {
        Archive archive = taken(ORDER);

        assertThat(archive.volume()).startsWith("local:backup/vzdump-lxc-120-").endsWith(".tar.gz");
        assertThat(file(archive)).hasSize(archive.bytes());
        assertThat(archive.node()).isEqualTo("proxima");
        assertThat(archive.hostname()).isEqualTo("web-01");
        assertThat(archive.config()).hasSize(64);
        assertThat(archive.task()).isEqualTo("task OK, mode stop");
        assertThat(archives.wrong(context(), archive)).isEmpty();

        assertThat(taken(ORDER)).isEqualTo(archive);
        assertThat(tasks("vzdump")).hasSize(1);
    }

    /** As a server that dies while vzdump runs leaves it. */
    @Test
    void oneThatRunsStillIsFollowedAndNoSecondOneIsMade() throws Exception {
        node.proxmox.faults().stallTasks("vzdump");
        begin(ORDER);
        Awaitility.await().until(() -> node.config(120, "lock").equals("backup"));
        TestContext context = context();

        CompletableFuture<Void> taking = CompletableFuture.runAsync(
                () -> archives.take(context, ORDER, context.instant().plusSeconds(300)));
        Awaitility.await()
                .until(() -> taking.isDone() || context.lines().toString().contains("runs still"));
        node.proxmox.faults().resumeTasks("vzdump");

        taking.get(60, TimeUnit.SECONDS);
        assertThat(archives.describe(context(), ORDER).bytes()).isPositive();
        assertThat(tasks("vzdump")).hasSize(1);
        assertThat(context.effects()).isEmpty();
    }

    @Test
    void anotherServicesBackupOfTheContainerIsWaitedForAndNotTakenForOurs() throws Exception {
        node.proxmox.faults().stallTasks("vzdump");
        begin(order("test/shop/20260101T000000Z-1a2b3c4d/container"));
        Awaitility.await().until(() -> node.config(120, "lock").equals("backup"));
        TestContext context = context();

        CompletableFuture<Void> taking = CompletableFuture.runAsync(
                () -> archives.take(context, ORDER, context.instant().plusSeconds(300)));
        Awaitility.await()
                .until(() -> taking.isDone() || context.lines().toString().contains("runs still"));
        node.proxmox.faults().resumeTasks("vzdump");

        taking.get(60, TimeUnit.SECONDS);
        assertThat(tasks("vzdump")).hasSize(2);
        archives.remove(context(), archives.describe(context(), ORDER));
        assertThat(refused(() -> archives.describe(context(), ORDER)))
                .hasMessageContaining("lists no archive with the notes `[muster " + ORDER.mark() + "]`");
    }

    @Test
    void anothersLockIsWaitedForByTryingAgain() {
        node.proxmox.faults().lock(120, "snapshot");

        assertThat(refused(() -> taken(ORDER)))
                .isInstanceOf(StepFailure.Transient.class)
                .hasMessageContaining("is locked (snapshot)");
        assertThat(tasks("vzdump")).isEmpty();
    }

    /** The lock came after we looked: only the task's log tells of it. */
    @Test
    void aLockThatTheTaskMeetsIsWaitedForToo() throws Exception {
        node.proxmox.faults().holdTasks("vzdump");
        TestContext context = context();
        CompletableFuture<Void> taking = CompletableFuture.runAsync(
                () -> archives.take(context, ORDER, context.instant().plusSeconds(300)));
        Awaitility.await()
                .until(() -> taking.isDone() || context.lines().toString().contains("vzdump:120"));
        node.proxmox.faults().lock(120, "migrate");
        node.proxmox.faults().releaseTasks("vzdump");

        assertThat(failed(taking))
                .isInstanceOf(StepFailure.Transient.class)
                .hasMessageContaining("something else holds its lock");
        node.proxmox.faults().unlock(120);
        assertThat(taken(ORDER).bytes()).isPositive();
    }

    @Test
    void aStorageThatBecameFullIsNamed() {
        TestContext context = context();
        Guest guest = new Guest(
                node.bench.get(ProxmoxNodes.class),
                node.bench.get(io.muster.steps.Targets.class).lxc(context, "web-01"),
                "web-01",
                context);
        BackupLog log = new BackupLog("stop");
        log.hear("tar: ./var/lib: Cannot write: No space left on device");
        log.hear("ERROR: Backup of VM 120 failed - command 'tar' failed: exit code 2");
        StepFailure jobErrors = new StepFailure.Fatal(Reason.TASK_FAILED, "job errors");

        StepFailure failure = VzdumpArchives.explained(
                jobErrors, new Until(context, context.instant().plusSeconds(9)), guest, ORDER, log);

        assertThat(failure.reason()).isEqualTo(Reason.NO_SPACE);
        assertThat(failure)
                .hasMessageContaining("The storage local of node proxima")
                .hasMessageContaining("became full");
        assertThat(VzdumpArchives.explained(
                        jobErrors,
                        new Until(context, context.instant().plusSeconds(9)),
                        guest,
                        ORDER,
                        new BackupLog("stop")))
                .isSameAs(jobErrors);
    }

    @Test
    void aTaskThatFailedLeavesNothingAndTheNextOneIsTaken() {
        node.proxmox.faults().failNextTask("vzdump", "job errors");

        assertThat(refused(() -> taken(ORDER)).reason()).isEqualTo(Reason.TASK_FAILED);
        assertThat(taken(ORDER).task()).startsWith("task OK");
    }

    @Test
    void atTheEndOfItsTimeItIsStoppedOnTheNode() throws Exception {
        node.proxmox.faults().stallTasks("vzdump");
        TestContext context = context();

        StepFailure failure =
                failed(CompletableFuture.runAsync(() -> archives.take(context, ORDER, context.instant())));

        assertThat(failure.reason()).isEqualTo(Reason.TIMED_OUT);
        assertThat(failure).hasMessageContaining("time was up").hasMessageContaining("has ended");
        node.proxmox.faults().resumeTasks("vzdump");
        Awaitility.await().until(() -> node.config(120, "lock").isEmpty());
        assertThat(volumes()).isEmpty();
    }

    /** The node answers with 200 and an empty list. */
    @Test
    void withoutPermissionNothingIsSaidOfTheArchive() {
        Archive archive = taken(ORDER);
        node.proxmox.faults().takePermissions();

        assertThat(List.of(
                        refused(() -> archives.wrong(context(), archive)),
                        refused(() -> archives.remove(context(), archive)),
                        refused(() -> taken(ORDER))))
                .allSatisfy(failure -> {
                    assertThat(failure.reason()).isEqualTo(Reason.PERMISSION_DENIED);
                    assertThat(failure)
                            .hasMessageContaining("VM.Backup on /vms/120")
                            .hasMessageContaining("Datastore.AllocateSpace on /storage/local");
                });
        node.proxmox.faults().giveBackPermissions();
        assertThat(archives.wrong(context(), archive)).isEmpty();
    }

    @Test
    void whatIsNotAsItWasIsNamed() throws IOException {
        Archive archive = taken(ORDER);
        byte[] whole = Files.readAllBytes(file(archive));

        Files.write(file(archive), java.util.Arrays.copyOf(whole, 300));
        assertThat(archives.wrong(context(), archive))
                .extracting(GuestArchives.Wrong::what)
                .anyMatch(what -> what.contains("has 300 bytes instead of " + whole.length))
                .anyMatch(what -> what.contains("cannot read the configuration"));

        Files.write(file(archive), whole);
        assertThat(archives.wrong(
                        context(),
                        new Archive("proxima", 120, "web-01", archive.volume(), archive.bytes(), "0".repeat(64), "")))
                .extracting(GuestArchives.Wrong::what)
                .singleElement()
                .asString()
                .contains("is not the one that was backed up");

        Files.delete(file(archive));
        assertThat(archives.wrong(context(), archive)).singleElement().satisfies(wrong -> {
            assertThat(wrong.gone()).isTrue();
            assertThat(wrong.what()).contains("is not in storage local of node proxima any more");
        });
        archives.remove(context(), archive);
    }

    @Test
    void onlyArchivesWithTheMarkAreRemoved() {
        Archive ours = taken(ORDER);
        Archive newer =
                taken(new Order("web-01", new Vzdump("local", "stop", "none", false), "test/notes/2/container"));

        archives.removeMarked(context(), order("test/notes/20260101T000000Z-1a2b3c4d/"));

        assertThat(volumes()).containsExactly(newer.volume());
        archives.remove(context(), ours);
        archives.remove(context(), newer);
        assertThat(volumes()).isEmpty();
    }

    @Test
    void aStorageThatKeepsNoBackupsAndOneThatIsNotThereAreRefused() {
        assertThat(refused(() -> archives.look(
                        context(), new Order("web-01", new Vzdump("local-btrfs", "stop", "none", false), "x"))))
                .hasMessageContaining("local-btrfs of node proxima keeps no backups");
        assertThat(refused(() ->
                        archives.look(context(), new Order("web-01", new Vzdump("nas", "stop", "none", false), "x"))))
                .hasMessageContaining("has no storage `nas`");
        assertThat(archives.look(context(), ORDER).free()).isPositive();
    }

    @Test
    void mountsThatVzdumpLeavesOutAreTold() {
        node.bench
                .get(ProxmoxNodes.class)
                .send(
                        node.bench.environment(),
                        node.bench.nodes.get(NodeBench.NODE),
                        "PUT",
                        "/nodes/proxima/lxc/120/config",
                        Map.of("mp0", "local:1,mp=/srv/a,backup=1", "mp1", "local:1,mp=/srv/b"));

        assertThat(archives.look(context(), ORDER).left()).containsExactly("/srv/b");
    }

    @Test
    void itIsRestoredIntoAContainerOfItsOwnThatIsRemovedAgain() {
        node.bench.run(LxcStart.class, with("host", "web-01"));
        Archive archive = taken(ORDER);

        String seen = archives.tryOut(context(), archive, TRIAL);

        assertThat(seen).contains("was restored into container proxima/", "not started", "options");
        int trial = Integer.parseInt(seen.replaceFirst("(?s).*proxima/(\\d+).*", "$1"));
        assertThat(node.proxmox.root(trial).resolve("data")).hasContent("worth keeping");
        assertThat(node.config(trial, "hostname")).isEqualTo(TRIAL);
        assertThat(node.config(trial, "net0"))
                .contains("link_down=1", "ip=manual")
                .doesNotContain("dhcp");
        assertThat(get("/nodes/proxima/lxc/" + trial + "/status/current", Map.of())
                        .path("status")
                        .asText())
                .isEqualTo("stopped");

        TestContext later = context();
        archives.removeTrial(later, "web-01", TRIAL);
        assertThat(later.effects()).containsExactly("lxc destroy proxima/" + trial);
        assertThat(get("/nodes/proxima/lxc", Map.of())).hasSize(2);
        archives.removeTrial(context(), "web-01", TRIAL);
        assertThat(get("/nodes/proxima/lxc", Map.of())).hasSize(2);
    }

    /** A server died while the node restored it: it has no hostname yet, and its number is in the journal. */
    @Test
    void oneThatIsStillBeingRestoredIsWaitedForAndRemoved() throws Exception {
        Archive archive = taken(ORDER);
        node.proxmox.faults().holdTasks("vzrestore");
        TestContext context = context();
        CompletableFuture<String> dying = CompletableFuture.supplyAsync(() -> archives.tryOut(context, archive, TRIAL));
        Awaitility.await().until(() -> context.effects().toString().contains("lxc restore test proxima/"));
        String trial = context.effects().get(0).replaceFirst(".* ", "");
        Awaitility.await()
                .until(() -> get("/nodes/proxima/tasks", Map.of("typefilter", "vzrestore", "source", "active"))
                                .size()
                        == 1);

        TestContext later = context()
                .resuming(new io.muster.step.StepContext.Effect("lxc restore test", trial, java.util.Optional.empty()));
        CompletableFuture<Void> removing =
                CompletableFuture.runAsync(() -> archives.removeTrial(later, "web-01", TRIAL));
        Awaitility.await()
                .until(() -> removing.isDone() || later.lines().toString().contains("runs still"));
        node.proxmox.faults().releaseTasks("vzrestore");

        removing.get(60, TimeUnit.SECONDS);
        assertThat(get("/nodes/proxima/lxc", Map.of())).hasSize(2);
        Awaitility.await().until(dying::isDone);
    }

    @Test
    void aContainerThatHasTheNumberOfATrialByNowIsLeftAlone() {
        TestContext later = context()
                .resuming(new io.muster.step.StepContext.Effect(
                        "lxc restore test", "proxima/120", java.util.Optional.empty()));

        archives.removeTrial(later, "web-01", TRIAL);

        assertThat(later.lines()).anyMatch(line -> line.contains("is another container by now"));
        assertThat(node.config(120, "hostname")).isEqualTo("web-01");
    }

    @Test
    void whatWasNotRestoredAsItWasIsNamed() throws IOException {
        EmbeddedConfig wanted = new EmbeddedConfig(
                Map.of(
                        "cores", "2",
                        "features", "nesting=1,keyctl=1",
                        "hostname", "web-01",
                        "net0", "name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=dhcp",
                        "rootfs", "local:120/vm-120-disk-0.raw,size=8G"),
                "");
        JsonNode found = new ObjectMapper()
                .readTree("{\"cores\": 2, \"features\": \"nesting=1\", \"hostname\": \"x\", \"net0\":"
                        + " \"bridge=vmbr0,name=eth0,hwaddr=BC:24:11:00:00:02,ip=dhcp\", \"rootfs\":"
                        + " \"local:140/vm-140-disk-0.raw,size=4G\"}");

        assertThat(TrialGuest.differences(wanted, found))
                .hasSize(2)
                .anyMatch(text -> text.equals("features is `nesting=1` instead of `nesting=1,keyctl=1`"))
                .anyMatch(text -> text.startsWith("rootfs is "));
    }
}
