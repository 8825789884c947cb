package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;

/** Deployments from their start to their evidence, by the public API alone. */
class DeploymentByRestIT extends JourneyTest {

    @Autowired
    private WebApplicationContext context;

    private static final String OWN_APPROVAL = "started this run";

    @Test
    void anApprovedDeploymentEndsWithAHealthyServiceAndItsEvidence() {
        services.add("rest-first", 8101);
        String id = runs.started("rest-first", "1.1.0");
        String task = runs.awaitTask(id, "approve-deployment");
        assertThat(runs.run(id).path("approvals")).isEmpty();

        Api.Answer own = runs.complete("operator", task, Map.of("approved", true, "comment", ""));
        assertThat(own.status()).isEqualTo(403);
        assertThat(own.message()).contains(OWN_APPROVAL);

        runs.decide(id, "approve-deployment", true, "Go.");
        JsonNode run = runs.awaitState(id, "COMPLETED");
        assertThat(run.path("outcome").asText()).isEqualTo("service-deployed");
        assertThat(run.path("startedBy").asText()).isEqualTo("operator");
        assertThat(run.at("/approvals/0/by").asText()).isEqualTo("approver");
        assertThat(run.at("/approvals/0/approved").asBoolean()).isTrue();
        assertThat(run.at("/approvals/0/comment").asText()).isEqualTo("Go.");
        assertThat(run.at("/approvals/0/self").asBoolean()).isFalse();
        assertThat(runs.steps(id))
                .filteredOn(step -> step.path("state").asText().equals("NOT_RUN"))
                .extracting(step -> step.path("activity").asText())
                .containsExactlyInAnyOrder(
                        "read-container-specification",
                        "provision-container",
                        "keep-adr",
                        "check-unchanged",
                        "document-no-change");

        assertThat(api.getAsNobody(services.healthUrl(8101))
                        .json()
                        .path("status")
                        .asText())
                .isEqualTo("UP");
        Api.Answer document = api.get("auditor", run.at("/documents/0/url").asText());
        assertThat(document.body()).contains("Deployment of rest-first 1.1.0 to sandbox", "approver", "Go.");
        JsonNode service = service("rest-first");
        assertThat(service.path("version").asText()).isEqualTo("1.1.0");
        assertThat(service.path("digest").asText()).startsWith("sha256:");
    }

    @Test
    void theSameDeploymentAgainChangesNothingAndAsksNobody() {
        services.add("rest-again", 8102);
        runs.deployed("rest-again", "1.1.0");
        String before = identity(EXPERIMENTAL, "rest-again");

        String again = runs.started("rest-again", "1.1.0");
        JsonNode run = runs.awaitState(again, "COMPLETED");
        assertThat(run.path("outcome").asText()).isEqualTo("nothing-to-change");
        assertThat(run.path("approvals")).isEmpty();
        assertThat(runs.step(again, "run-service").path("state").asText()).isEqualTo("NOT_RUN");
        assertThat(identity(EXPERIMENTAL, "rest-again")).isEqualTo(before);
    }

    @Test
    void aRejectedDeploymentNeedsAReasonAndTouchesNothing() {
        services.add("rest-rejected", 8103);
        String id = runs.started("rest-rejected", "1.1.0");
        String task = runs.awaitTask(id, "approve-deployment");
        Api.Answer silent = runs.complete("approver", task, Map.of("approved", false, "comment", ""));
        assertThat(silent.status()).isEqualTo(400);
        assertThat(silent.message()).contains("'comment' must say why");

        runs.decide(id, "approve-deployment", false, "Not today.");
        JsonNode run = runs.awaitState(id, "REJECTED");
        assertThat(run.path("outcome").asText()).isEqualTo("deployment-rejected");
        assertThat(run.at("/approvals/0/comment").asText()).isEqualTo("Not today.");
        assertThat(containers(EXPERIMENTAL)).noneMatch(name -> name.startsWith("rest-rejected"));
    }

    @Test
    void aStartWithSeveralMistakesIsRefusedWithAllOfThem() {
        int before = api.get("operator", "/api/runs?limit=500").json().size();
        Api.Answer answer = runs.start(Map.of("environment", "production", "service", "notes", "version", ""));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message())
                .contains("'environment' is 'production'", "Allowed: sandbox")
                .contains("'version' is missing")
                .contains("'reason' is missing");

        Api.Answer service = runs.start(
                Map.of("environment", "sandbox", "service", "nodes", "version", "1.1.0", "reason", "a test"));
        assertThat(service.status()).isEqualTo(400);
        assertThat(service.message()).contains("'service' is 'nodes'", "notes-team");
        assertThat(api.get("operator", "/api/runs?limit=500").json()).hasSize(before);
    }

    @Test
    void anUnknownVersionIsRefusedWithThoseThatExist() {
        String id = runs.started("notes-team", "9.9.9");
        assertThat(runs.awaitState(id, "REJECTED").path("outcome").asText()).isEqualTo("deployment-refused");
        JsonNode failure = runs.step(id, "resolve-image").path("failure");
        assertThat(failure.path("reason").asText()).isEqualTo("NotFound");
        assertThat(failure.path("message").asText()).contains("9.9.9", "1.0.0", "1.1.0", "2.0.0");
    }

    @Test
    void aTagThatMovedIsRefused() throws Exception {
        services.add("rest-moved", 8104);
        SandboxRegistry registry =
                new SandboxRegistry(network, sandbox.inventory().resolveSibling("ca.pem"));
        registry.point("1.2.0", "1.0.0");
        String seen = runs.started("rest-moved", "1.2.0");
        runs.decide(seen, "approve-deployment", false, "Only to have seen the tag.");
        runs.awaitState(seen, "REJECTED");

        registry.point("1.2.0", "1.1.0");
        String moved = runs.started("rest-moved", "1.2.0");
        assertThat(runs.awaitState(moved, "REJECTED").path("outcome").asText()).isEqualTo("deployment-refused");
        JsonNode failure = runs.step(moved, "resolve-image").path("failure");
        assertThat(failure.path("reason").asText()).isEqualTo("TagMoved");
        assertThat(failure.path("message").asText()).contains("1.2.0", "when it was first seen", "new tag");
    }

    @Test
    void dataOutsidePersistentStorageGoesOnOnlyWithAnAdr() {
        String id = runs.started("notes-scratch", "1.1.0");
        String task = runs.awaitTask(id, "record-deviation");
        Map<String, Object> incomplete =
                Map.of("deviationAccepted", true, "adrTitle", "", "adrContext", "", "adrDecision", "Go on.");
        assertThat(runs.complete("operator", task, incomplete).status()).isEqualTo(204);
        await().atMost(Runs.PATIENCE).until(() -> runs.run(id).path("tasks").findValuesAsText("id").stream()
                .anyMatch(other -> !other.equals(task)));

        Map<String, Object> adr = Map.of(
                "deviationAccepted", true,
                "adrTitle", "Scratch data may be lost",
                "adrContext", "It is a rehearsal.",
                "adrDecision", "Nothing of it is kept.");
        assertThat(runs.complete("operator", runs.awaitTask(id, "record-deviation"), adr)
                        .status())
                .isEqualTo(204);
        runs.decide(id, "approve-deployment", false, "Rather not.");
        JsonNode run = runs.awaitState(id, "REJECTED");
        assertThat(run.path("outcome").asText()).isEqualTo("deployment-rejected");
        assertThat(api.get("operator", run.at("/documents/0/url").asText()).body())
                .contains("Scratch data may be lost", "persistent storage", "Nothing of it is kept.");
    }

    @Test
    void aWithdrawnDeviationTouchesNothing() {
        // Another test of this server may have deployed it.
        Map<String, String> before = identities();
        String id = runs.started("notes-misplaced", "1.1.0");
        String task = runs.awaitTask(id, "record-deviation");
        assertThat(runs.complete("operator", task, Map.of("deviationAccepted", false))
                        .status())
                .isEqualTo(204);
        assertThat(runs.awaitState(id, "REJECTED").path("outcome").asText()).isEqualTo("deployment-withdrawn");
        assertThat(identities()).isEqualTo(before);
    }

    private Map<String, String> identities() {
        return containers(EXPERIMENTAL).stream()
                .collect(Collectors.toMap(name -> name, name -> identity(EXPERIMENTAL, name)));
    }

    @Test
    void aTakenPortStopsTheRunWithWhatToDoAndLeavesOthersAlone() throws Exception {
        services.add("rest-neighbour", 8105);
        services.add("rest-port", 8106);
        runs.deployed("rest-neighbour", "1.1.0");
        String neighbour = identity(EXPERIMENTAL, "rest-neighbour");
        try (ServerSocket taken = new ServerSocket(8106, 1, InetAddress.getByName(network + ".1.3"))) {
            String id = runs.approved("rest-port", "1.1.0");
            JsonNode run = runs.awaitState(id, "FAILED");
            assertThat(run.at("/problems/0/activity").asText()).isEqualTo("run-service");
            assertThat(run.at("/problems/0/message").asText())
                    .contains(Integer.toString(taken.getLocalPort()))
                    .contains("Mend the cause, then retry this step.");
        }
        assertThat(identity(EXPERIMENTAL, "rest-neighbour")).isEqualTo(neighbour);
    }

    @Test
    void anUnhealthyVersionStopsTheRunAndTheVersionBeforeCanBeDeployedAgain() {
        services.add("rest-unhealthy", 8107);
        runs.deployed("rest-unhealthy", "1.1.0");
        String bad = runs.approved("rest-unhealthy", "2.1.0");
        JsonNode failed = runs.awaitState(bad, "FAILED");
        assertThat(failed.at("/problems/0/activity").asText()).isEqualTo("check-container");
        assertThat(failed.at("/problems/0/message").asText())
                .startsWith("CheckFailed: Container experimental-01/rest-unhealthy is unhealthy")
                .contains("breaks down on purpose", "It was left as it is", "retry this step");
        assertThat(containers(EXPERIMENTAL)).contains("rest-unhealthy", "rest-unhealthy--previous");

        // As long as the failed run is to be decided, it holds the service: nobody deploys behind its back.
        new Lifecycle(api).cancel(bad);
        runs.awaitState(bad, "ABORTED");
        runs.deployed("rest-unhealthy", "1.1.0");
        assertThat(api.getAsNobody(services.healthUrl(8107))
                        .json()
                        .path("status")
                        .asText())
                .isEqualTo("UP");
        assertThat(containers(EXPERIMENTAL))
                .contains("rest-unhealthy")
                .noneMatch(name -> name.startsWith("rest-unhealthy--"));
    }

    @Test
    void aStoppedLxcContainerIsStartedOnceThatIsApproved() {
        sandbox.host("core-01").stop();
        services.add("rest-core", "core", "core-01", "1.1", 8109);
        String id = runs.started("rest-core", "1.1.0");
        runs.awaitTask(id, "approve-deployment");
        assertThat(runs.step(id, "look-at-container")
                        .path("output")
                        .path("status")
                        .asText())
                .isEqualTo("stopped");
        assertThat(sandbox.host("core-01").running()).isFalse();

        runs.decide(id, "approve-deployment", true, "Start it.");
        assertThat(runs.awaitState(id, "COMPLETED").path("outcome").asText()).isEqualTo("service-deployed");
        assertThat(sandbox.host("core-01").running()).isTrue();
    }

    @Test
    void aStepsLogIsFollowedUntilTheStepEnds() throws Exception {
        services.add("rest-log", 8110);
        String id = runs.approved("rest-log", "1.1.0");
        await().atMost(Runs.PATIENCE).until(() -> runs.steps(id).stream()
                .anyMatch(step -> step.path("activity").asText().equals("check-container")
                        && step.path("state").asText().equals("OPEN")));
        String step = runs.step(id, "check-container").path("id").asText();
        String path = "/api/runs/" + id + "/steps/" + step + "/log";
        String followed = api.get("auditor", path + "?follow=true").body();
        assertThat(followed).contains("stable for PT8S");
        assertThat(runs.step(id, "check-container").path("state").asText()).isEqualTo("SUCCEEDED");
        assertThat(api.get("auditor", path).body()).isEqualTo(followed);
        // Tomcat would end it after 30 s.
        assertThat(MockMvcBuilders.webAppContextSetup(context)
                        .build()
                        .perform(MockMvcRequestBuilders.get(path))
                        .andReturn()
                        .getRequest()
                        .getAsyncContext()
                        .getTimeout())
                .isEqualTo(-1);
        runs.awaitState(id, "COMPLETED");

        Api.Answer unknown = api.get("auditor", "/api/runs/" + id + "/steps/" + id + "/log");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.message()).contains(id);
    }

    @Test
    void theListOfRunsIsLimited() {
        List.of("1.0.0", "1.1.0").forEach(version -> runs.started("notes-status", version));
        assertThat(api.get("auditor", "/api/runs?limit=1").json()).hasSize(1);
        assertThat(api.get("auditor", "/api/runs?service=notes-status").json())
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(run -> assertThat(run.path("service").asText()).isEqualTo("notes-status"));
        for (String wrong : List.of("limit=0", "limit=501", "offset=-1", "limit=many")) {
            Api.Answer answer = api.get("auditor", "/api/runs?" + wrong);
            assertThat(answer.status()).as(wrong).isEqualTo(400);
            assertThat(answer.message()).contains(wrong.substring(0, wrong.indexOf('=')));
        }
    }

    @Test
    void nobodyIsLetInButToHealth() {
        assertThat(api.getAsNobody("/actuator/health").status()).isEqualTo(200);
        for (String path : List.of(
                "/api/runs",
                "/api/runs/x",
                "/api/services",
                "/api/environments",
                "/api/steps",
                "/v3/api-docs",
                "/actuator/prometheus",
                "/engine-rest/task",
                "/engine-rest/process-definition",
                "/camunda/api/engine/engine/default/task",
                "/nothing-here")) {
            assertThat(api.getAsNobody(path).status()).as(path).isEqualTo(401);
        }
        assertThat(api.postAsNobody("/engine-rest/process-definition/key/service-deployment/start", Map.of())
                        .status())
                .isEqualTo(401);
    }

    private JsonNode service(String name) {
        for (JsonNode service : api.get("operator", "/api/services").json()) {
            if (service.path("id").asText().equals(name)) {
                return service;
            }
        }
        throw new AssertionError("No service " + name);
    }
}
