package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.ExtensionElements;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperties;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityTest extends HttpTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/engine-rest/engine",
                "/engine-rest/process-definition",
                "/api/runs",
                "/actuator",
                "/actuator/prometheus",
                "/actuator/info",
                "/v3/api-docs",
                "/no/such/path"
            })
    void everythingElseNeedsAuthenticationAndSaysHow(String path) {
        Answer answer = get(path);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate").orElseThrow()).startsWith("Basic realm=\"Muster\"");
        assertThat(answer.message()).contains("HTTP Basic").contains("/camunda/");
    }

    @Test
    void healthIsOpenAndTellsDetailsToMonitorsOnly() {
        assertThat(get("/actuator/health").status()).isEqualTo(200);
        assertThat(get("/actuator/health").body()).doesNotContain("components");
        assertThat(get("operator", "/actuator/health").body()).doesNotContain("components");
        assertThat(get("auditor", "/actuator/health").body()).contains("components");
        assertThat(get("/actuator/health/db").status()).isEqualTo(401);
    }

    @Test
    void metricsAreForAdminsAndAuditors() {
        assertThat(get("admin", "/actuator/metrics").status()).isEqualTo(200);
        assertThat(get("auditor", "/actuator/metrics").status()).isEqualTo(200);
        Answer refused = get("operator", "/actuator/metrics");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.message()).startsWith("operator may not GET /actuator/metrics");
    }

    @Test
    void theEntranceLeadsToTasklist() {
        Answer answer = get("/");
        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.header("Location").orElseThrow()).endsWith("/camunda/app/tasklist/");
    }

    @Test
    void theLoginPageIsOpenAndCreatingAnAdministratorIsNot() {
        assertThat(get("/camunda/app/tasklist/default/").status()).isEqualTo(200);
        assertThat(get("/camunda/app/tasklist/default/").body()).doesNotContain("setup");
        assertThat(get("/camunda/api/admin/setup/default/user/create").status()).isIn(401, 403);
        assertThat(post("operator", "/camunda/api/admin/setup/default/user/create", Map.of())
                        .status())
                .isIn(401, 403);
        assertThat(get("/camunda/api/engine/engine/default/task").status()).isIn(401, 403);
    }

    @Test
    void responsesCarrySecurityHeaders() {
        Answer answer = get("operator", "/engine-rest/task");
        assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.header("X-Frame-Options")).contains("DENY");
        assertThat(answer.header("Content-Security-Policy").orElseThrow()).contains("default-src 'none'");
        assertThat(answer.header("Cache-Control").orElseThrow()).startsWith("no-");
        assertThat(answer.header("Set-Cookie")).isEmpty();
        assertThat(get("/camunda/app/tasklist/default/").header("Content-Security-Policy"))
                .isPresent();
    }

    @Test
    void basicIsCheckedAgainstTheEnginesAccounts() {
        String user = unique("basic");
        account(user);
        assertThat(get(user, "wrong", "/engine-rest/task").status()).isEqualTo(401);
        assertThat(get("nobody", "nobody", "/engine-rest/task").status()).isEqualTo(401);
        // The engine delays the next login of an account after a failure, also with the right password.
        assertThat(get(user, PASSWORD, "/engine-rest/task").status()).isEqualTo(401);
        identity.unlockUser(user);
        assertThat(get(user, PASSWORD, "/engine-rest/task").status()).isEqualTo(200);
        // Known for a while: a wrong attempt by someone else does not shut the account's scripts out.
        assertThat(get(user, "wrong", "/engine-rest/task").status()).isEqualTo(401);
        assertThat(get(user, PASSWORD, "/engine-rest/task").status()).isEqualTo(200);
        clock.turn(java.time.Duration.ofSeconds(31));
        assertThat(get(user, PASSWORD, "/engine-rest/task").status()).isEqualTo(401);
    }

    @Test
    void aDeletedAccountIsOutAfterAShortWhile() {
        String user = unique("gone");
        account(user);
        assertThat(get(user, PASSWORD, "/engine-rest/task").status()).isEqualTo(200);
        identity.deleteUser(user);
        clock.turn(java.time.Duration.ofSeconds(31));
        assertThat(get(user, PASSWORD, "/engine-rest/task").status()).isEqualTo(401);
    }

    private static final String PASSWORD = "Long-enough-1-2-3";

    private void account(String id) {
        var user = identity.newUser(id);
        user.setPassword(PASSWORD);
        identity.saveUser(user);
    }

    @Test
    void aHeaderThatIsNoBasicIsRefusedEvenWhereNoneIsNeeded() {
        assertThat(get("operator", "wrong", "/actuator/health").status()).isEqualTo(401);
        identity.unlockUser("operator");
    }

    @Test
    void theWebAppsSessionOpensTheRestApiAndWritingNeedsItsToken() {
        deploy(process("session-check").startEvent().userTask("look").endEvent().done());
        Session session = new Session("operator");
        assertThat(session.get("/engine-rest/process-definition/count").status())
                .isEqualTo(200);
        String start = "/engine-rest/process-definition/key/session-check/start";
        Answer without = session.post(start, Map.of(), Optional.empty());
        assertThat(without.status()).isEqualTo(403);
        assertThat(without.message()).contains("X-XSRF-TOKEN");
        assertThat(session.post(start, Map.of(), Optional.of("wrong")).status()).isEqualTo(403);
        Answer started = session.post(start, Map.of(), Optional.of(session.token()));
        assertThat(started.status()).isEqualTo(200);
        assertThat(journal.run(started.json().path("id").asText())
                        .orElseThrow()
                        .run()
                        .startedBy())
                .contains("operator");
        // And the web apps' own door.
        Answer inside = session.post(
                "/camunda/api/engine/engine/default/process-definition/key/session-check/start",
                Map.of(),
                Optional.of(session.token()));
        assertThat(inside.status()).isEqualTo(200);
        assertThat(journal.run(inside.json().path("id").asText())
                        .orElseThrow()
                        .run()
                        .startedBy())
                .contains("operator");
    }

    @Test
    void wrongStartVariablesAnswer400WithWhatIsAllowedThroughEachDoor() {
        String key = unique("rest-start");
        deploy(RunTest.withStartVariables(
                process(key).startEvent().userTask("look").endEvent().done(), "environment,service"));
        Map<String, Object> body = Map.of("variables", Map.of("environment", variable("moon")));
        for (String door : List.of("start", "submit-form")) {
            Answer answer = post("operator", "/engine-rest/process-definition/key/" + key + "/" + door, body);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.message())
                    .contains("'environment' is 'moon'")
                    .contains("Allowed: lab, prod.")
                    .contains("'service' is missing");
        }
        assertThat(history.createHistoricProcessInstanceQuery()
                        .processDefinitionKey(key)
                        .count())
                .isZero();
    }

    /** Past the door there is nothing in this test, so 404 is what whoever may pass is told. */
    @Test
    void whomADiagramAsksAboutItsFailedStepsSeesThemAndNothingElse() {
        String key = unique("owned-by-authors");
        BpmnModelInstance model = process(key)
                .startEvent()
                .serviceTask("say-it")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${sayAgain}")
                .camundaInputParameter("text", key)
                .camundaInputParameter("ending", "fatal")
                .endEvent()
                .done();
        ExtensionElements extensions = model.newInstance(ExtensionElements.class);
        model.<Process>getModelElementById(key).setExtensionElements(extensions);
        CamundaProperty owners = model.newInstance(CamundaProperty.class);
        owners.setCamundaName("ownerGroup");
        owners.setCamundaValue("authors");
        extensions.addExtensionElement(CamundaProperties.class).addChildElement(owners);
        deploy(model);
        ProcessInstance run = start(key);
        failJob(run);

        String decision = "/api/decisions/" + task(run).getId();
        assertThat(get("author", decision).status()).isEqualTo(404);
        assertThat(get("operator", decision).status()).isEqualTo(404);
        assertThat(get("admin", decision).status()).isEqualTo(403);
        assertThat(get(decision).status()).isEqualTo(401);
        for (String other : List.of("/api/decisions/other", "/api/runs", "/api/runs/" + run.getId())) {
            assertThat(get("author", other).status()).as(other).isEqualTo(403);
        }
    }

    private ProcessInstance approval(String starter) {
        String key = unique("rest-approval");
        deploy(process(key).startEvent().userTask("approve-it").endEvent("done").done());
        return as(starter, () -> start(key));
    }

    private static Map<String, Object> answer(Object approved, String comment) {
        return Map.of("variables", Map.of("approved", variable(approved), "comment", variable(comment)));
    }

    @Test
    void approvalDoorsOverRestAnswerClearly() {
        identity.createMembership("operator2", Roles.APPROVERS);
        try {
            clock.turn(java.time.Duration.ofMinutes(1));
            ProcessInstance run = approval("operator2");
            String task = "/engine-rest/task/" + task(run).getId();
            for (String door : List.of("/complete", "/submit-form", "/resolve")) {
                Answer refused = post("operator2", task + door, answer(true, "mine"));
                assertThat(refused.status()).as(door).isEqualTo(403);
                assertThat(refused.message()).as(door).contains("approve-it");
            }
            assertThat(post("operator2", task + "/complete", answer(true, "mine"))
                            .message())
                    .contains("operator2 started this run, and nobody approves their own change");
            assertThat(post("operator2", task + "/claim", Map.of("userId", "operator2"))
                            .status())
                    .isEqualTo(403);
            assertThat(post("approver", task + "/claim", Map.of("userId", "operator2"))
                            .status())
                    .isEqualTo(403);
            assertThat(post("approver", task + "/assignee", Map.of("userId", "operator2"))
                            .status())
                    .isEqualTo(403);
            assertThat(post("approver", task + "/delegate", Map.of("userId", "operator2"))
                            .status())
                    .isEqualTo(403);
            assertThat(post("approver", task + "/bpmnError", Map.of("errorCode", "x"))
                            .status())
                    .isEqualTo(403);
            assertThat(post("operator", task + "/complete", answer(true, "x")).status())
                    .isEqualTo(403);
            Answer text = post("approver", task + "/complete", answer("true", "x"));
            assertThat(text.status()).isEqualTo(400);
            assertThat(text.message()).contains("'approved' must be given");
            Answer silent = post("approver", task + "/complete", answer(false, " "));
            assertThat(silent.status()).isEqualTo(400);
            assertThat(silent.message()).contains("must say why");
            assertThat(post("approver", task + "/claim", Map.of("userId", "approver"))
                            .status())
                    .isEqualTo(204);
            assertThat(post("approver", task + "/submit-form", answer(true, "fine"))
                            .status())
                    .isEqualTo(204);
            assertThat(journal.approvals(run.getId())).extracting(a -> a.by()).containsExactly("approver");
        } finally {
            identity.deleteMembership("operator2", Roles.APPROVERS);
            clock.turn(java.time.Duration.ofMinutes(1));
        }
    }

    @Test
    void nobodySetsVariablesOrMovesTokensByHand() {
        ProcessInstance run = approval("operator");
        String instance = "/engine-rest/process-instance/" + run.getId();
        String task = "/engine-rest/task/" + task(run).getId();
        // Even with every authorization there is.
        var all = authorization("approver");
        try {
            List<Answer> answers = List.of(
                    send("approver", "PUT", instance + "/variables/approved", variable(true)),
                    post(
                            "approver",
                            instance + "/variables",
                            Map.of("modifications", Map.of("approved", variable(true)))),
                    send("approver", "PUT", task + "/variables/approved", variable(true)),
                    send("approver", "PUT", task + "/localVariables/approved", variable(true)),
                    post("approver", "/engine-rest/execution/" + run.getId() + "/signal", Map.of()),
                    post(
                            "approver",
                            instance + "/modification",
                            Map.of(
                                    "instructions",
                                    List.of(Map.of("type", "startBeforeActivity", "activityId", "done")))),
                    post(
                            "approver",
                            "/engine-rest/process-definition/" + run.getProcessDefinitionId() + "/start",
                            Map.of(
                                    "startInstructions",
                                    List.of(Map.of("type", "startBeforeActivity", "activityId", "done")))),
                    post(
                            "approver",
                            "/engine-rest/process-definition/" + run.getProcessDefinitionId() + "/restart",
                            Map.of(
                                    "processInstanceIds",
                                    List.of(run.getId()),
                                    "instructions",
                                    List.of(Map.of("type", "startBeforeActivity", "activityId", "done")))));
            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(403);
                assertThat(answer.message()).contains("is refused for everyone");
            });
        } finally {
            authorizations.deleteAuthorization(all.getId());
        }
        assertThat(task(run)).isNotNull();
    }

    @org.springframework.beans.factory.annotation.Autowired
    org.camunda.bpm.engine.AuthorizationService authorizations;

    private org.camunda.bpm.engine.authorization.Authorization authorization(String user) {
        var all = authorizations.createNewAuthorization(
                org.camunda.bpm.engine.authorization.Authorization.AUTH_TYPE_GRANT);
        all.setUserId(user);
        all.setResource(org.camunda.bpm.engine.authorization.Resources.PROCESS_DEFINITION);
        all.setResourceId("*");
        all.addPermission(org.camunda.bpm.engine.authorization.Permissions.ALL);
        return authorizations.saveAuthorization(all);
    }
}
