package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each group may do, over REST. */
class AuthorizationTest extends HttpTest {

    private static final List<String> ACCOUNTS = List.of("operator", "approver", "author", "auditor", "admin");

    private String key;
    private ProcessInstance run;

    @BeforeEach
    void aRunThatWaits() {
        key = unique("matrix");
        deploy(process(key)
                .startEvent()
                .serviceTask("say-it")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${sayAgain}")
                .camundaInputParameter("text", key)
                .camundaInputParameter("ending", "fatal")
                .userTask("approve-it")
                .endEvent()
                .done());
        run = as("operator", () -> start(key));
    }

    private void assertAllowed(Set<String> allowed, Function<String, Answer> request) {
        Set<String> found = new TreeSet<>();
        for (String account : ACCOUNTS) {
            int status = request.apply(account).status();
            assertThat(status).as(account).isIn(200, 204, 403, 404, 500);
            if (status < 300) {
                found.add(account);
            }
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(allowed);
    }

    @Test
    void operatorsStartRuns() {
        assertAllowed(
                Set.of("operator"),
                account -> post(account, "/engine-rest/process-definition/key/" + key + "/start", Map.of()));
    }

    @Test
    void allButAdminsReadRunbooks() {
        assertAllowed(
                Set.of("operator", "approver", "author", "auditor"),
                account -> get(account, "/engine-rest/process-definition/key/" + key + "/xml"));
    }

    @Test
    void operatorsApproversAndAuditorsSeeRuns() {
        assertAllowed(
                Set.of("operator", "approver", "auditor"),
                account -> get(account, "/engine-rest/process-instance/" + run.getId() + "/activity-instances"));
        for (String account : ACCOUNTS) {
            long seen = get(account, "/engine-rest/history/process-instance/count?processInstanceId=" + run.getId())
                    .json()
                    .path("count")
                    .asLong();
            assertThat(seen)
                    .as(account)
                    .isEqualTo(Set.of("operator", "approver", "auditor").contains(account) ? 1 : 0);
        }
    }

    /** By Muster's own API nobody sees more of runs than by the engine's. */
    @Test
    void whoSeesNoRunsSeesNothingOfWhatTheyDid() {
        String path = "/api/runs/" + run.getId();
        for (String each :
                List.of("/api/runs", path, path + "/path", path + "/steps/1/log", "/api/decisions/1", "/api/drills")) {
            for (String account : ACCOUNTS) {
                boolean refused = get(account, each).status() == 403;
                assertThat(refused)
                        .as(account + " " + each)
                        .isEqualTo(Set.of("author", "admin").contains(account));
            }
        }
    }

    @Test
    void operatorsRetryFailedJobs() {
        failJob(run);
        assertAllowed(
                Set.of("operator"),
                account -> send(
                        account, "PUT", "/engine-rest/job/" + job(run).getId() + "/retries", Map.of("retries", 1)));
    }

    @Test
    void operatorsCancelRuns() {
        assertAllowed(Set.of("operator"), account -> {
            ProcessInstance other = as("operator", () -> start(key));
            return send(account, "DELETE", "/engine-rest/process-instance/" + other.getId(), Map.of());
        });
    }

    @Test
    void approversCompleteApprovals() {
        String quick = unique("quick");
        deploy(process(quick).startEvent().userTask("approve-it").endEvent().done());
        assertAllowed(Set.of("approver"), account -> {
            ProcessInstance other = start(quick);
            return post(
                    account,
                    "/engine-rest/task/" + task(other).getId() + "/complete",
                    Map.of("variables", Map.of("approved", variable(true))));
        });
    }

    @Test
    void nobodyDeploysOrDeletesThroughTheEnginesApi() {
        String deployment = repository
                .createProcessDefinitionQuery()
                .processDefinitionKey(key)
                .singleResult()
                .getDeploymentId();
        assertAllowed(
                Set.of(),
                account ->
                        send(account, "DELETE", "/engine-rest/deployment/" + deployment + "?cascade=true", Map.of()));
    }

    @Test
    void adminsManageAccountsAndAuditorsReadThem() {
        assertAllowed(Set.of("admin", "auditor"), account -> get(account, "/engine-rest/user/operator2/profile"));
        assertAllowed(
                Set.of("admin"),
                account -> send(account, "PUT", "/engine-rest/group/auditors/members/operator2", Map.of()));
        assertAllowed(
                Set.of("admin"),
                account -> send(account, "DELETE", "/engine-rest/group/auditors/members/operator2", Map.of()));
    }

    @Test
    void auditorsReadWhatAdminsDid() {
        send("admin", "PUT", "/engine-rest/group/auditors/members/operator2", Map.of());
        send("admin", "DELETE", "/engine-rest/group/auditors/members/operator2", Map.of());
        assertThat(adminOperations("auditor")).isPositive();
        assertThat(adminOperations("author")).isZero();
    }

    private long adminOperations(String account) {
        return get(account, "/engine-rest/history/user-operation/count?category=Admin")
                .json()
                .path("count")
                .asLong();
    }

    @Test
    void filtersAreReadyAndNobodyMakesMore() {
        assertThat(get("operator", "/engine-rest/filter/count")
                        .json()
                        .path("count")
                        .asLong())
                .isEqualTo(6);
        assertAllowed(
                Set.of(),
                account -> post(
                        account,
                        "/engine-rest/filter/create",
                        Map.of("resourceType", "Task", "name", "mine", "query", Map.of())));
    }
}
