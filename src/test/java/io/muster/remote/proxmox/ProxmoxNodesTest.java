package io.muster.remote.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.HttpNetwork;
import io.muster.remote.ProxmoxNodes;
import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.sandbox.proxmox.RunningProxmox;
import io.muster.step.StepFailure;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the sandbox's node, which answers as a real one does. */
class ProxmoxNodesTest {
    private static final String CT = "/nodes/proxima/lxc/103";
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final List<String> log = new ArrayList<>();
    private HttpNetwork network;
    private RunningProxmox proxmox;
    private ProxmoxNodes nodes;
    private Inventory.Node node;

    @BeforeEach
    void begin() {
        network = new HttpNetwork(directory);
        network.names.put(RunningProxmox.NAME, List.of("127.0.0.1"));
        network.secrets.put("proxmox-token", RunningProxmox.SECRET);
        proxmox = new RunningProxmox(directory, network.authority);
        nodes = network.get(ProxmoxNodes.class);
        node = node(List.of(network.authority.pem()));
    }

    @AfterEach
    void end() {
        proxmox.close();
        network.close();
    }

    @Test
    void aReadGivesTheData() {
        assertThat(get("/version").path("version").asText()).startsWith("9.");
        assertThat(get(CT + "/status/current").path("status").asText()).isEqualTo("stopped");
        assertThat(nodes.get(network.environment(), node, "/nodes/proxima/tasks", Map.of("limit", "1")))
                .isEmpty();
    }

    @Test
    void aTaskIsFollowedToItsEndAndItsLogPassedOnOnce() {
        String exit = follow(start(), () -> false);

        assertThat(exit).isEqualTo("OK");
        assertThat(log).containsExactly("started with 512 MiB", "TASK OK");
        assertThat(get(CT + "/status/current").path("status").asText()).isEqualTo("running");
    }

    @Test
    void aTaskThatFailsSaysItsExitStatusAndTheEndOfItsLog() {
        proxmox.faults().failNextTask("vzstart", "startup for container '103' failed");

        StepFailure failure = failure(() -> follow(start(), () -> false));

        assertThat(failure).isInstanceOf(StepFailure.Fatal.class);
        assertThat(failure.reason()).isEqualTo("TaskFailed");
        assertThat(failure)
                .hasMessageContaining("(vzstart) on node proxima failed: startup for container '103' failed.")
                .hasMessageContaining("TASK ERROR: startup for container '103' failed");
    }

    @Test
    void aMissingContainerIsRefusedAsNotFoundAndItsStartFailsAsATask() {
        StepFailure status = failure(() -> get("/nodes/proxima/lxc/999/status/current"));
        assertThat(status).isInstanceOf(StepFailure.Rejected.class).hasMessageContaining("999.conf' does not exist");
        assertThat(status.reason()).isEqualTo("NotFound");

        String upid = post("/nodes/proxima/lxc/999/status/start", Map.of()).asText();
        assertThat(failure(() -> follow(upid, () -> false)).reason()).isEqualTo("TaskFailed");
    }

    @Test
    void anUnknownNodeIsNotReachedAndSaysNothingAboutItsContainers() {
        assertThat(failure(() -> get("/nodes/other/lxc")).reason()).isEqualTo("HostUnreachable");
    }

    /** Told as NotFound, it would pass for a container that is gone, which is made again. */
    @Test
    void aMissingStorageOrSnapshotIsNotAMissingContainer() {
        for (String path : List.of("/nodes/proxima/storage/none/content", CT + "/snapshot/none/config")) {
            StepFailure failure = failure(() -> get(path));
            assertThat(failure).isInstanceOf(StepFailure.Rejected.class).hasMessageContaining("The node has no such");
            assertThat(failure.reason()).isEqualTo("InvalidInput");
        }
    }

    @Test
    void anUnknownCallIsSaidInTheServersWords() {
        StepFailure failure = failure(() -> get("/nodes/proxima/nope"));

        assertThat(failure.reason()).isEqualTo("ProxmoxError");
        assertThat(failure).hasMessageContaining("Method 'GET /nodes/proxima/nope' not implemented");
    }

    @Test
    void allParametersThatAreWrongAreInTheMessage() {
        StepFailure failure = failure(() -> nodes.send(
                network.environment(), node, "PUT", CT + "/config", Map.of("memory", "lots", "onboot", "true")));

        assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
        assertThat(failure.reason()).isEqualTo("InvalidInput");
        assertThat(failure)
                .hasMessageContaining("\n  memory: type check ('integer') failed - got 'lots'")
                .hasMessageContaining("\n  onboot: type check ('boolean') failed - got 'true'");
    }

    @Test
    void formParametersArriveAsTheyAreGiven() {
        nodes.send(
                network.environment(),
                node,
                "PUT",
                CT + "/config",
                Map.of("description", "ä & b = c+d 100%", "onboot", "1"));

        JsonNode config = get(CT + "/config");
        assertThat(config.path("description").asText().strip()).isEqualTo("ä & b = c+d 100%");
        assertThat(config.path("onboot").asText()).isEqualTo("1");
    }

    @Test
    void aWrongTokenIsAuthenticationFailedWithTheReasonPhraseAndWithoutTheToken() {
        network.secrets.put("proxmox-token", "00000000-dead-beef-0000-000000000000");

        StepFailure failure = failure(() -> get("/version"));

        assertThat(failure)
                .isInstanceOf(StepFailure.Fatal.class)
                .hasMessageContaining("Authentication failed!")
                .hasMessageContaining("muster@pve!runbooks")
                .hasMessageContaining("secret:proxmox-token")
                .hasMessageNotContaining("dead-beef");
        assertThat(failure.reason()).isEqualTo("AuthenticationFailed");
    }

    @Test
    void aMissingTokenIsSecretMissing() {
        network.secrets.clear();

        assertThat(failure(() -> get("/version")).reason()).isEqualTo("SecretMissing");
    }

    @Test
    void withoutPermissionsTheMissingPrivilegeIsNamed() {
        proxmox.faults().takePermissions();

        StepFailure failure = failure(this::start);

        assertThat(failure)
                .isInstanceOf(StepFailure.Fatal.class)
                .hasMessageContaining("Give the API token muster@pve!runbooks the privilege VM.PowerMgmt on /vms/103");
        assertThat(failure.reason()).isEqualTo("PermissionDenied");
    }

    @Test
    void whatOnlyRootMayDoIsSaidToBeSo() {
        StepFailure failure = failure(
                () -> nodes.send(network.environment(), node, "PUT", CT + "/config", Map.of("features", "keyctl=1")));

        assertThat(failure.reason()).isEqualTo("PermissionDenied");
        assertThat(failure).hasMessageContaining("No API token may do that");
    }

    @Test
    void aLockPassesAndSoIsTransient() {
        proxmox.faults().lock(103, "backup");

        StepFailure failure =
                failure(() -> nodes.send(network.environment(), node, "PUT", CT + "/config", Map.of("memory", "256")));

        assertThat(failure).isInstanceOf(StepFailure.Transient.class).hasMessageContaining("CT is locked (backup)");
        assertThat(failure.reason()).isEqualTo("Conflict");
    }

    @Test
    void startingWhatRunsIsAConflictInTheServersWords() {
        follow(start(), () -> false);

        StepFailure failure = failure(this::start);

        assertThat(failure).isInstanceOf(StepFailure.Fatal.class).hasMessageContaining("CT 103 already running");
        assertThat(failure.reason()).isEqualTo("Conflict");
    }

    @Test
    void aDeletesParametersGoIntoTheQuery() {
        StepFailure failure = failure(() -> nodes.delete(network.environment(), node, CT, Map.of("purge", "yes")));

        assertThat(failure.reason()).isEqualTo("InvalidInput");
        assertThat(failure).hasMessageContaining("purge: type check ('boolean') failed - got 'yes'");
    }

    @Test
    void theLostAnswerOfAChangeIsAnUnknownOutcomeAndTheChangeIsNotSentAgain() {
        proxmox.faults().dropNextAnswer();

        StepFailure failure = failure(this::start);

        assertThat(failure)
                .isInstanceOf(StepFailure.Fatal.class)
                .hasMessageContaining("its answer was lost")
                .hasMessageContaining("task list of node proxima");
        assertThat(failure.reason()).isEqualTo("OutcomeUnknown");
        assertThat(nodes.get(network.environment(), node, "/nodes/proxima/tasks", Map.of("source", "all")))
                .hasSize(1);
    }

    @Test
    void aCancelledRunStopsTheTaskOnTheNode() {
        proxmox.faults().holdTasks("vzstart");
        String upid = start();
        AtomicBoolean seen = new AtomicBoolean();

        StepFailure failure = failure(() -> follow(upid, () -> seen.getAndSet(true)));

        assertThat(failure).isInstanceOf(StepFailure.Fatal.class).hasMessageContaining("has ended: ");
        assertThat(failure.reason()).isEqualTo("Cancelled");
        assertThat(get(CT + "/status/current").path("status").asText()).isEqualTo("stopped");
    }

    @Test
    void aTaskThatTakesTooLongGoesOnAndTheMessageSaysSo() {
        proxmox.faults().holdTasks("vzstart");
        String upid = start();

        StepFailure failure = failure(
                () -> nodes.follow(network.environment(), node, upid, log::add, Duration.ofMillis(300), () -> false));

        assertThat(failure).isInstanceOf(StepFailure.Fatal.class).hasMessageContaining("goes on there");
        assertThat(failure.reason()).isEqualTo("TimedOut");
        proxmox.faults().releaseTasks("vzstart");
        assertThat(follow(upid, () -> false)).isEqualTo("OK");
    }

    @Test
    void aTaskThatTheNodeDoesNotKnowIsNotFound() {
        String upid = "UPID:proxima:00000001:00000001:00000001:vzstart:103:muster@pve!runbooks:";

        assertThat(failure(() -> follow(upid, () -> false)).reason()).isEqualTo("NotFound");
        assertThat(failure(() -> follow("null", () -> false)).reason()).isEqualTo("ProxmoxError");
    }

    @Test
    void anOwnTrustOfTheNodeIsTheOnlyOne() {
        CertificateAuthority foreign = CertificateAuthority.in(directory.resolve("foreign"), Clock.systemUTC());
        node = node(List.of(foreign.pem()));

        StepFailure failure = failure(this::start);

        assertThat(failure).isInstanceOf(StepFailure.Rejected.class).hasMessageContaining("nothing was changed");
        assertThat(failure.reason()).isEqualTo("CertificateUntrusted");
    }

    @Test
    void withoutAnOwnTrustTheEnvironmentsDecides() {
        node = node(List.of());

        assertThat(get("/version").has("version")).isTrue();
    }

    @Test
    void aNodeThatIsAwayIsHostUnreachableForAChangeTooBecauseNothingWasSent() {
        proxmox.close();

        for (ThrowingCallable call : List.<ThrowingCallable>of(() -> get("/version"), this::start)) {
            StepFailure failure = failure(call);
            assertThat(failure).isInstanceOf(StepFailure.Transient.class).hasMessageContaining("nothing was changed");
            assertThat(failure.reason()).isEqualTo("HostUnreachable");
        }
    }

    private Inventory.Node node(List<String> trust) {
        return new Inventory.Node(
                "proxima", proxmox.url(), "proxima", RunningProxmox.TOKEN_ID, new SecretRef("proxmox-token"), trust);
    }

    private JsonNode get(String path) {
        return nodes.get(network.environment(), node, path, Map.of());
    }

    private JsonNode post(String path, Map<String, String> form) {
        return nodes.send(network.environment(), node, "POST", path, form);
    }

    private String start() {
        return post(CT + "/status/start", Map.of()).asText();
    }

    private String follow(String upid, BooleanSupplier cancelled) {
        return nodes.follow(network.environment(), node, upid, log::add, LONG, cancelled);
    }

    private static StepFailure failure(ThrowingCallable call) {
        return catchThrowableOfType(StepFailure.class, call);
    }
}
