package io.muster.sandbox.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.sandbox.proxmox.ApiClient.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hc.core5.http.ContentType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxmoxServerTest {
    private static final String CT = "/nodes/proxima/lxc/103";
    private static final String START = CT + "/status/start";
    private static final String EXPIRED = "99999999-2222-3333-4444-555555555555";

    @TempDir
    Path directory;

    private final Clock clock = Clock.systemUTC();
    private ProcessBackend backend;
    private CertificateAuthority authority;
    private ProxmoxServer server;
    private ApiClient api;

    @BeforeEach
    void begin() {
        backend = new ProcessBackend(directory.resolve("containers"));
        authority = CertificateAuthority.in(directory.resolve("ca"), clock);
        open();
    }

    @AfterEach
    void end() throws Exception {
        shut();
        backend.close();
    }

    @Test
    void theVersionAndTheNodeAreTold() {
        Reply version = api.get("/version");

        assertThat(version.status()).isEqualTo(200);
        assertThat(version.reason()).isEqualTo("OK");
        assertThat(version.contentType()).isEqualTo("application/json;charset=UTF-8");
        assertThat(version.data().get("version").asText()).startsWith("9.");
        assertThat(api.get("/nodes").data().get(0).get("node").asText()).isEqualTo("proxima");
        assertThat(api.get("/nodes").data().get(0).get("status").asText()).isEqualTo("online");
        assertThat(api.get("/nodes/proxima/status")
                        .data()
                        .get("memory")
                        .get("total")
                        .asLong())
                .isPositive();
        assertThat(api.get("/nodes/proxima/storage")
                        .data()
                        .get(0)
                        .get("storage")
                        .asText())
                .isEqualTo("local");
    }

    @Test
    void withoutAValidTokenTheAnswerIs401WithItsTextInTheReasonPhraseOnly() {
        assertUnauthorized("", "No ticket");
        assertUnauthorized("Bearer x", "No ticket");
        assertUnauthorized("PVEAPIToken=muster@pve!runbooks=wrong", "Authentication failed!");
        assertUnauthorized("PVEAPIToken=muster@pve!runbooks", "Authentication failed!");
        assertUnauthorized("PVEAPIToken=muster@pve!old=" + EXPIRED, "Authentication failed!");
    }

    @Test
    void unknownPathsNodesAndMethodsAreToldApart() {
        assertError(api.get("/nodes/proxima/nope"), 501, "Method 'GET /nodes/proxima/nope' not implemented");
        assertError(
                api.get("/nodes/other/lxc"),
                500,
                "hostname lookup 'other' failed - failed to get address info for: other: Temporary failure in name resolution");
        Reply patch = api.request("PATCH", "/version", "", ContentType.TEXT_PLAIN);
        assertThat(patch.status()).isEqualTo(501);
        assertThat(patch.reason()).isEqualTo("method 'PATCH' not available");
        assertThat(patch.text()).isEmpty();
    }

    @Test
    void aDeleteWithABodyIsNotTaken() {
        Reply reply = api.request("DELETE", CT, "purge=1", ContentType.APPLICATION_FORM_URLENCODED);

        assertThat(reply.status()).isEqualTo(501);
        assertThat(reply.reason()).isEqualTo("Unexpected content for method 'DELETE'");
        assertThat(reply.text()).isEqualTo("Unexpected content for method 'DELETE'");
    }

    @Test
    void aStoppedContainerIsListedWithNumbersAndNoPid() {
        JsonNode entry = api.get("/nodes/proxima/lxc").data().get(0);

        assertThat(entry.get("vmid").isNumber()).isTrue();
        assertThat(entry.get("name").asText()).isEqualTo("experimental-01");
        assertThat(entry.get("status").asText()).isEqualTo("stopped");
        assertThat(entry.get("cpus").asInt()).isEqualTo(2);
        assertThat(entry.get("maxmem").asLong()).isEqualTo(512L << 20);
        assertThat(entry.get("maxdisk").asLong()).isEqualTo(8L << 30);
        assertThat(entry.get("tags").asText()).isEqualTo("experimental");
        assertThat(entry.has("pid")).isFalse();
        assertThat(entry.has("lock")).isFalse();
    }

    @Test
    void aStartIsATaskThatRunsAndLeavesARunningContainer() {
        Reply started = api.post(START, "");
        String upid = started.data().asText();

        assertThat(upid).matches("UPID:proxima:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8}:vzstart:103:muster@pve!runbooks:");
        assertThat(api.exitStatus(started)).isEqualTo("OK");
        JsonNode task = api.taskStatus(upid);
        assertThat(task.get("type").asText()).isEqualTo("vzstart");
        assertThat(task.get("user").asText()).isEqualTo("muster@pve");
        assertThat(task.get("tokenid").asText()).isEqualTo("runbooks");
        assertThat(task.get("pid").asLong()).isEqualTo(Long.parseLong(upid.split(":")[2], 16));
        JsonNode log = api.get(ApiClient.task(upid) + "/log").body();
        assertThat(log.get("total").asInt()).isEqualTo(2);
        assertThat(log.get("data").get(0).get("t").asText()).isEqualTo("started with 512 MiB");
        assertThat(log.get("data").get(1).get("n").asInt()).isEqualTo(2);
        assertThat(log.get("data").get(1).get("t").asText()).isEqualTo("TASK OK");
        JsonNode current = api.get(CT + "/status/current").data();
        assertThat(current.get("status").asText()).isEqualTo("running");
        assertThat(current.get("pid").asLong())
                .isEqualTo(backend.state(103).running().orElseThrow().pid());
        assertThat(current.get("ha").get("managed").asInt()).isZero();
    }

    @Test
    void startingARunningContainerAndStoppingAStoppedOneAreRefusedAtOnce() {
        assertError(api.post(CT + "/status/stop", ""), 500, "CT 103 not running");
        assertError(api.post(CT + "/status/shutdown", ""), 500, "CT 103 not running");
        assertThat(api.exitStatus(api.post(START, ""))).isEqualTo("OK");
        assertError(api.post(START, ""), 500, "CT 103 already running");
    }

    @Test
    void aMissingContainerIs500ButItsStartFailsOnlyInTheTask() {
        String missing = "Configuration file 'nodes/proxima/lxc/999.conf' does not exist";

        assertError(api.get("/nodes/proxima/lxc/999/status/current"), 500, missing);
        assertError(api.get("/nodes/proxima/lxc/999/config"), 500, missing);
        assertThat(api.exitStatus(api.post("/nodes/proxima/lxc/999/status/start", "")))
                .isEqualTo(missing);
        assertError(api.post("/nodes/proxima/lxc/999/status/stop", ""), 500, "CT 999 not running");
    }

    @Test
    void aLockedContainerFailsInItsTaskAndItsConfigurationCannotBeChanged() {
        server.faults().lock(103, "backup");

        Reply started = api.post(START, "");
        assertThat(started.status()).isEqualTo(200);
        assertThat(api.exitStatus(started)).isEqualTo("CT is locked (backup)");
        assertThat(api.get(ApiClient.task(started.data().asText()) + "/log")
                        .data()
                        .get(0)
                        .get("t")
                        .asText())
                .isEqualTo("TASK ERROR: CT is locked (backup)");
        assertThat(api.get(CT + "/status/current").data().get("lock").asText()).isEqualTo("backup");
        assertError(api.put(CT + "/config", "memory=600"), 500, "CT is locked (backup)");
        assertError(api.put(CT + "/config", "delete=lock"), 500, "CT is locked (backup)");
        assertError(api.delete(CT), 500, "CT is locked (backup)");

        server.faults().unlock(103);
        assertThat(api.exitStatus(api.post(START, ""))).isEqualTo("OK");
    }

    @Test
    void aLockSetThroughTheConfigurationHoldsAndTheTokenCannotTakeItAway() {
        assertThat(api.put(CT + "/config", "lock=backup").status()).isEqualTo(200);

        assertThat(api.get(CT + "/config").data().get("lock").asText()).isEqualTo("backup");
        assertError(api.put(CT + "/config", "delete=lock"), 500, "CT is locked (backup)");
    }

    @Test
    void aFaultIsAFileThatAnybodyCanMake() throws Exception {
        Files.writeString(
                Files.createDirectories(directory.resolve("faults")).resolve("proxima.fail-vzstart"),
                "no space left\n");

        assertThat(api.exitStatus(api.post(START, ""))).isEqualTo("no space left");
        assertThat(directory.resolve("faults/proxima.fail-vzstart")).doesNotExist();
    }

    @Test
    void aShutdownThatTheContainerIgnoresFailsUnlessAStopIsForced() {
        backend.command("trap '' TERM; while :; do sleep 0.05; done");
        assertThat(api.exitStatus(api.post(START, ""))).isEqualTo("OK");

        assertThat(api.exitStatus(api.post(CT + "/status/shutdown", "timeout=0")))
                .isEqualTo("command 'lxc-stop -n 103 --nokill --timeout 0' failed: exit code 1");
        assertThat(backend.state(103).isRunning()).isTrue();
        assertThat(api.exitStatus(api.post(CT + "/status/shutdown", "timeout=0&forceStop=1")))
                .isEqualTo("OK");
        assertThat(backend.state(103).isRunning()).isFalse();
    }

    @Test
    void stopShutdownAndRebootDoWhatTheySay() {
        assertThat(api.exitStatus(api.post(START, ""))).isEqualTo("OK");
        long first = backend.state(103).running().orElseThrow().pid();
        assertThat(api.exitStatus(api.post(CT + "/status/reboot", "timeout=20")))
                .isEqualTo("OK");
        assertThat(backend.state(103).running().orElseThrow().pid()).isNotEqualTo(first);
        assertThat(api.exitStatus(api.post(CT + "/status/shutdown", "timeout=20")))
                .isEqualTo("OK");
        assertThat(api.exitStatus(api.post(START, ""))).isEqualTo("OK");
        assertThat(api.exitStatus(api.post(CT + "/status/stop", ""))).isEqualTo("OK");
        assertThat(backend.state(103).isRunning()).isFalse();
    }

    @Test
    void parametersAreCheckedAllAtOnceWithATextForEach() {
        Reply reply = api.put(CT + "/config", "memory=lots&onboot=true&bogus=1&cores=0&net0=bridge%3Dvmbr0");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.reason()).isEqualTo("Parameter verification failed.");
        assertThat(reply.message()).isEqualTo("Parameter verification failed.\n");
        JsonNode errors = reply.body().get("errors");
        assertThat(errors.get("memory").asText()).isEqualTo("type check ('integer') failed - got 'lots'");
        assertThat(errors.get("onboot").asText()).isEqualTo("type check ('boolean') failed - got 'true'");
        assertThat(errors.get("bogus").asText())
                .isEqualTo("property is not defined in schema and the schema does not allow additional properties");
        assertThat(errors.get("cores").asText()).isEqualTo("value must have a minimum value of 1");
        assertThat(errors.get("net0").asText())
                .isEqualTo("invalid format - format error\nnet0.name: property is missing and it is not optional\n");
        assertThat(api.get("/nodes/proxima/lxc/5/config")
                        .body()
                        .get("errors")
                        .get("vmid")
                        .asText())
                .isEqualTo("invalid format - value does not look like a valid VM ID\n");
        assertThat(api.post(START, "skiplock=1")
                        .body()
                        .get("errors")
                        .get("skiplock")
                        .asText())
                .isEqualTo("Only root may use this option.");
    }

    @Test
    void aLineBreakCannotSmuggleAnotherOptionIntoTheConfiguration() {
        Reply reply = api.put(CT + "/config", "nameserver=10.0.0.1%0Aprotection%3A%201");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(api.get(CT + "/config").data().has("protection")).isFalse();
    }

    @Test
    void aChangedConfigurationComesBackNormalizedWithNumbersAndANewDigest() {
        String before = api.get(CT + "/config").data().get("digest").asText();

        Reply reply = api.put(
                CT + "/config",
                "memory=768&onboot=1&description=line1%0Aline2+%C3%BCmlaut"
                        + "&net0=bridge%3Dvmbr0%2Cip%3D10.0.0.3%2F24%2Cname%3Deth0%2Cgw%3D10.0.0.1&digest=" + before);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.data().isNull()).isTrue();
        JsonNode config = api.get(CT + "/config").data();
        assertThat(config.get("memory").isNumber()).isTrue();
        assertThat(config.get("memory").asInt()).isEqualTo(768);
        assertThat(config.get("onboot").asInt()).isEqualTo(1);
        assertThat(config.get("description").asText()).isEqualTo("line1\nline2 ümlaut\n");
        assertThat(config.get("net0").asText())
                .matches(
                        "name=eth0,bridge=vmbr0,gw=10.0.0.1,hwaddr=BC:24:11(:[0-9A-F]{2}){3},ip=10.0.0.3/24,type=veth");
        assertThat(config.get("digest").asText()).matches("[0-9a-f]{40}").isNotEqualTo(before);
        assertThat(backend.configured(103).get("memory")).contains("768");
        assertError(
                api.put(CT + "/config", "memory=800&digest=" + before),
                500,
                "detected modified configuration - file changed by other user? Try again.");
        assertThat(api.put(CT + "/config", "delete=description").status()).isEqualTo(200);
        assertThat(api.get(CT + "/config").data().has("description")).isFalse();
    }

    @Test
    void jsonBodiesAreTakenToo() {
        Reply reply = api.request("PUT", CT + "/config", "{\"memory\": 640}", ContentType.APPLICATION_JSON);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(api.get(CT + "/config").data().get("memory").asInt()).isEqualTo(640);
        assertThat(api.request("PUT", CT + "/config", "{\"memory\"", ContentType.APPLICATION_JSON)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void whatNeedsRootInPersonIsRefusedToATokenEvenWithAllPrivileges() {
        assertError(
                api.put(CT + "/config", "features=nesting%3D1%2Ckeyctl%3D1"),
                403,
                "Permission check failed (changing feature flags (except nesting) is only allowed for root@pam)");
        assertError(
                api.put(CT + "/config", "mp0=%2Fsrv%2Cmp%3D%2Fsrv"),
                403,
                "Permission check failed (mount point type bind is only allowed for root@pam)");
        assertThat(api.put(CT + "/config", "features=nesting%3D0").status()).isEqualTo(200);
    }

    @Test
    void aTokenWithoutPermissionsSeesEmptyListsAndIsForbiddenToAct() {
        server.faults().takePermissions();

        assertThat(api.get("/nodes/proxima/lxc").status()).isEqualTo(200);
        assertThat(api.get("/nodes/proxima/lxc").data()).isEmpty();
        assertThat(api.get("/cluster/resources?type=vm").data()).isEmpty();
        assertThat(api.get("/nodes/proxima/storage").data()).isEmpty();
        assertThat(api.get("/access/permissions").data()).isEmpty();
        assertError(api.post(START, ""), 403, "Permission check failed (/vms/103, VM.PowerMgmt)");
        assertError(api.get(CT + "/status/current"), 403, "Permission check failed (/vms/103, VM.Audit)");

        server.faults().giveBackPermissions();
        assertThat(api.get("/nodes/proxima/lxc").data()).hasSize(1);
        assertThat(api.get("/access/permissions")
                        .data()
                        .get("/")
                        .get("VM.PowerMgmt")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void anExpiredTokenIsRefusedUntilItIsRenewed() {
        server.faults().expireTokens();
        assertThat(api.get("/version").status()).isEqualTo(401);

        server.faults().renewTokens();
        assertThat(api.get("/version").status()).isEqualTo(200);
    }

    @Test
    void aTaskCanBeMadeToFailOnce() {
        server.faults().failNextTask("vzstart", "startup for container '103' failed");

        assertThat(api.exitStatus(api.post(START, ""))).isEqualTo("startup for container '103' failed");
        assertThat(backend.state(103).isRunning()).isFalse();
        assertThat(api.exitStatus(api.post(START, ""))).isEqualTo("OK");
    }

    @Test
    void anAnswerCanBeLostThoughTheCallWasCarriedOut() {
        server.faults().dropNextAnswer();

        assertThatThrownBy(() -> api.post(START, "")).hasCauseInstanceOf(IOException.class);
        Awaitility.await().until(() -> backend.state(103).isRunning());
        Awaitility.await()
                .until(() -> api.get("/nodes/proxima/tasks?vmid=103").data().size() == 1);
        assertThat(api.post(CT + "/status/stop", "").status()).isEqualTo(200);
    }

    @Test
    void aRunningTaskHasNoExitStatusAndCanBeCancelled() {
        server.faults().holdTasks("vzstart");
        Reply started = api.post(START, "");
        String upid = started.data().asText();

        assertThat(api.taskStatus(upid).get("status").asText()).isEqualTo("running");
        assertThat(api.taskStatus(upid).has("exitstatus")).isFalse();
        assertThat(api.get("/nodes/proxima/tasks").data()).isEmpty();
        JsonNode active = api.get("/nodes/proxima/tasks?source=active").data();
        assertThat(active.get(0).get("upid").asText()).isEqualTo(upid);
        assertThat(active.get(0).get("status").asText()).isEqualTo("RUNNING");
        assertThat(active.get(0).has("endtime")).isFalse();
        assertThat(api.get(ApiClient.task(upid) + "/log").data().get(0).get("t").asText())
                .isEqualTo("no content");

        assertThat(api.delete(ApiClient.task(upid)).status()).isEqualTo(200);
        assertThat(api.exitStatus(started)).isEqualTo("received interrupt");
    }

    @Test
    void tasksAreListedNewestFirstWithFiltersAndTotals() {
        assertThat(api.exitStatus(api.post(START, ""))).isEqualTo("OK");
        assertThat(api.exitStatus(api.post(CT + "/status/stop", ""))).isEqualTo("OK");
        api.exitStatus(api.post("/nodes/proxima/lxc/999/status/start", ""));

        JsonNode first = api.get("/nodes/proxima/tasks?limit=1").body();
        assertThat(first.get("total").asInt()).isEqualTo(3);
        assertThat(first.get("data").get(0).get("id").asText()).isEqualTo("999");
        assertThat(api.get("/nodes/proxima/tasks?vmid=103").body().get("total").asInt())
                .isEqualTo(2);
        assertThat(api.get("/nodes/proxima/tasks?typefilter=vzstop").data()).hasSize(1);
        assertThat(api.get("/nodes/proxima/tasks?errors=1").data()).hasSize(1);
        assertThat(api.get("/nodes/proxima/tasks?since=99999999999").data()).isEmpty();
    }

    @Test
    void anUnknownTaskIsABadParameter() {
        Reply reply = api.get(ApiClient.task("UPID:proxima:00000001:00000001:00000001:x:1:root@pam:") + "/status");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body().get("errors").get("upid").asText()).isEqualTo("no such task");
        assertThat(api.get(ApiClient.task("../../../../etc/passwd") + "/log").status())
                .isEqualTo(400);
    }

    @Test
    void tasksAndConfigurationsSurviveARestart() throws Exception {
        Reply started = api.post(START, "");
        assertThat(api.exitStatus(started)).isEqualTo("OK");
        api.put(CT + "/config", "memory=1024");
        shut();
        open();

        assertThat(api.exitStatus(started)).isEqualTo("OK");
        assertThat(api.get(ApiClient.task(started.data().asText()) + "/log")
                        .body()
                        .get("total")
                        .asInt())
                .isEqualTo(2);
        assertThat(api.get(CT + "/config").data().get("memory").asInt()).isEqualTo(1024);
        assertThat(api.get(CT + "/status/current").data().get("status").asText())
                .isEqualTo("running");
    }

    @Test
    void aTaskWhoseServerDiedHasAnUnexpectedStatus() throws Exception {
        String upid = "UPID:proxima:00000BB8:00012345:6B00F8F0:vzstart:103:muster@pve!runbooks:";
        shut();
        Files.writeString(directory.resolve("pve/tasks/" + upid), "half way\n");
        open();

        assertThat(api.taskStatus(upid).get("status").asText()).isEqualTo("stopped");
        assertThat(api.taskStatus(upid).get("exitstatus").asText()).isEqualTo("unexpected status");
    }

    @Test
    void theNextIdIsFreeAndATakenOneIsRefused() {
        assertThat(api.get("/cluster/nextid").data().isTextual()).isTrue();
        assertThat(api.get("/cluster/nextid").data().asText()).isEqualTo("100");
        assertThat(api.get("/cluster/nextid?vmid=103")
                        .body()
                        .get("errors")
                        .get("vmid")
                        .asText())
                .isEqualTo("VM 103 already exists");
    }

    @Test
    void clusterResourcesHoldContainersNodesAndStorages() {
        JsonNode all = api.get("/cluster/resources").data();

        assertThat(all.findValuesAsText("id"))
                .containsExactly("lxc/103", "node/proxima", "storage/proxima/local", "storage/proxima/local-btrfs");
        JsonNode container = api.get("/cluster/resources?type=vm").data().get(0);
        assertThat(container.get("node").asText()).isEqualTo("proxima");
        assertThat(container.get("maxcpu").asInt()).isEqualTo(2);
        assertThat(container.get("template").asInt()).isZero();
    }

    @Test
    void interfacesOfARunningContainerHaveTheirAddresses() {
        assertThat(api.get(CT + "/interfaces").data().isNull()).isTrue();
        api.exitStatus(api.post(START, ""));

        JsonNode network = api.get(CT + "/interfaces").data().get(1);
        assertThat(network.get("name").asText()).isEqualTo("eth0");
        assertThat(network.get("hwaddr").asText()).isEqualTo("bc:24:11:00:00:01");
        assertThat(network.get("inet").asText()).isEqualTo("127.77.1.3/8");
        JsonNode address = network.get("ip-addresses").get(0);
        assertThat(address.get("ip-address").asText()).isEqualTo("127.77.1.3");
        assertThat(address.get("ip-address-type").asText()).isEqualTo("inet");
        assertThat(address.get("prefix").asText()).isEqualTo("8");
    }

    @Test
    void aProtectedOrRunningContainerIsNotDestroyedUnlessForced() {
        api.put(CT + "/config", "protection=1");
        assertError(api.delete(CT), 500, "can't remove CT 103 - protection mode enabled");
        api.put(CT + "/config", "protection=0");
        api.exitStatus(api.post(START, ""));
        assertError(api.delete(CT), 500, "unable to destroy CT 103 - container is running");

        Reply destroyed = api.delete(CT + "?force=1&purge=1");
        assertThat(api.exitStatus(destroyed)).isEqualTo("OK");
        assertThat(api.get("/nodes/proxima/lxc").data()).isEmpty();
    }

    @Test
    void actionsOnOneContainerNeverOverlap() {
        backend.command("trap 'sleep 0.3; exit 0' TERM; while :; do sleep 0.05; done");
        assertThat(api.exitStatus(api.post(START, ""))).isEqualTo("OK");
        Reply shutdown = api.post(CT + "/status/shutdown", "timeout=20");
        Reply stop = api.post(CT + "/status/stop", "");

        assertThat(api.exitStatus(shutdown)).isEqualTo("OK");
        assertThat(stop.status()).isIn(200, 500);
        if (stop.status() == 200) {
            assertThat(api.exitStatus(stop)).isEqualTo("CT 103 not running");
        }
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> api.get("/nodes/proxima/tasks?source=active")
                .data()
                .isEmpty());
    }

    private void assertUnauthorized(String header, String reason) {
        api.authorization(header);
        Reply reply = api.get("/version");
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.reason()).isEqualTo(reason);
        assertThat(reply.text()).isEmpty();
    }

    private static void assertError(Reply reply, int status, String reason) {
        assertThat(reply.reason()).isEqualTo(reason);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.data().isNull()).isTrue();
        assertThat(reply.message()).isEqualTo(status == 501 ? reason : reason + "\n");
    }

    private void open() {
        ApiToken old = new ApiToken(
                "muster@pve",
                "old",
                EXPIRED,
                Map.of("/", Set.of("VM.Audit")),
                Optional.of(Instant.parse("2020-01-01T00:00:00Z")));
        server = new ProxmoxServer(new ProxmoxServer.Settings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                authority.serverContext(authority.server("proxima.sandbox.test", List.of("127.0.0.1", "localhost"))),
                "proxima",
                directory.resolve("pve"),
                directory.resolve("faults"),
                backend,
                List.of(ApiClient.TOKEN, old),
                List.of(),
                clock));
        server.adopt(
                103,
                Map.of(
                        "hostname", "experimental-01",
                        "memory", "512",
                        "swap", "0",
                        "cores", "2",
                        "unprivileged", "1",
                        "features", "nesting=1",
                        "rootfs", "local:103/vm-103-disk-0.raw,size=8G",
                        "tags", "experimental"));
        server.start();
        api = new ApiClient(authority, server.address());
    }

    private void shut() throws Exception {
        api.close();
        server.close();
    }
}
