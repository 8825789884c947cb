package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** What the pages of the web apps need, by the public API. */
class PagesApiIT extends JourneyTest {

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mappings;

    @Test
    void whoMayStartSeesThatAndWhoMayNotSeesWhy() {
        JsonNode operators =
                api.get("operator", "/api/runbooks/service-retirement").json();
        assertThat(operators.path("startable").asBoolean()).isTrue();
        assertThat(operators.has("whyNot")).isFalse();
        assertThat(operators.path("variables").findValuesAsText("name"))
                .containsExactly("environment", "service", "data", "reason");
        assertThat(operators.at("/variables/2/choices/1").asText()).isEqualTo("remove");
        assertThat(operators.at("/approvals/0/task").asText()).isEqualTo("approve-retirement");
        assertThat(operators.at("/approvals/0/groups/0").asText()).isEqualTo("approvers");
        assertThat(operators.path("destroys").asText()).contains("container");
        assertThat(operators.path("changes").findValuesAsText("step")).contains("dockerRemove");

        JsonNode approvers =
                api.get("approver", "/api/runbooks/service-retirement").json();
        assertThat(approvers.path("startable").asBoolean()).isFalse();
        assertThat(approvers.path("whyNot").asText())
                .contains("approver may not start it; that is for operators. approver is in approvers.");
    }

    @Test
    void backupsAndDrillsAreListedWithTheirNumber() {
        Api.Answer none = api.get("auditor", "/api/environments/sandbox/services/notes/backups");
        assertThat(none.status()).as(none.body()).isEqualTo(200);
        assertThat(none.json().isArray()).isTrue();
        JsonNode lean = api.get("auditor", "/api/services?trend=false").json();
        assertThat(lean.findValuesAsText("id")).contains("notes");
        assertThat(lean.get(0).path("trend")).isEmpty();
        assertThat(api.get("auditor", "/api/environments/sandbox/services/none/backups")
                        .status())
                .isEqualTo(404);
        assertThat(api.get("operator", "/api/runbooks/service-wipe")
                        .json()
                        .at("/variables")
                        .findValuesAsText("kind"))
                .contains("BACKUP");
    }

    /** Pages are cut from one order of all services; who gives no parameters still gets all of them. */
    @Test
    void servicesArePagedSearchedAndSortedByTheServer() {
        services.addMany("paged-", 30);
        List<String> all = ids("/api/services");
        assertThat(all).hasSizeGreaterThan(30).contains("notes", "paged-0", "paged-29");
        Api.Answer first = api.get("auditor", "/api/services?text=PAGED-&sort=name&limit=20&trend=false");
        assertThat(first.json()).hasSize(20);
        assertThat(first.header("X-Total-Count")).isEqualTo("30");
        assertThat(ids("/api/services?text=paged-&sort=name&limit=20&offset=20"))
                .hasSize(10)
                .doesNotContainAnyElementsOf(ids("/api/services?text=paged-&sort=name&limit=20"));
        assertThat(ids("/api/services?environment=sandbox&service=paged-7")).containsExactly("paged-7");

        services.add("zz-worst", 8313);
        runs.awaitState(runs.approved("zz-worst", "2.1.0"), "FAILED");
        List<String> worst = ids("/api/services?sort=wrong&wrong=true");
        assertThat(ids("/api/services?sort=attention&attention=true")).isEqualTo(worst);
        assertThat(api.get("auditor", "/api/services?wrong=true&attention=false")
                        .message())
                .contains("`wrong` is true and `attention`, its earlier name, is false");
        assertThat(worst).contains("zz-worst").doesNotContain("paged-0");
        assertThat(ids("/api/services?sort=wrong")).startsWith(worst.toArray(String[]::new));
        JsonNode found =
                api.get("auditor", "/api/services?service=zz-worst").json().get(0);
        assertThat(found.path("openDecisions").asInt()).isEqualTo(1);
        assertThat(found.path("wrong").toString()).contains("unhealthy", "a decision is open");
        JsonNode summary = api.get("auditor", "/api/services/summary").json();
        assertThat(summary.path("services").asInt())
                .isEqualTo(ids("/api/services").size());
        assertThat(summary.path("attention").asInt()).isEqualTo(worst.size());
        assertThat(summary.path("neverDeployed").asInt()).isGreaterThanOrEqualTo(30);
        assertThat(api.get("auditor", "/api/services?limit=0").status()).isEqualTo(400);
    }

    private List<String> ids(String path) {
        return StreamSupport.stream(api.get("auditor", path).json().spliterator(), false)
                .map(service -> service.path("id").asText())
                .toList();
    }

    @Test
    void stepsOfCalledRunbooksAreAmongTheChanges() {
        JsonNode update = api.get("operator", "/api/runbooks/service-update").json();
        assertThat(update.path("calls").toString()).contains("service-verification");
        JsonNode all = api.get("operator", "/api/runbooks").json();
        assertThat(all.findValuesAsText("id")).contains("service-deployment", "service-verification");
        StreamSupport.stream(all.spliterator(), false)
                .filter(runbook -> runbook.path("id").asText().equals("service-verification"))
                .forEach(runbook ->
                        assertThat(runbook.path("offered").asBoolean()).isFalse());
    }

    /** A drill is what begins one, itself or in what it calls: nothing else is offered where a drill is asked for. */
    @Test
    void runbooksThatProveARecoverySaySo() {
        JsonNode all = api.get("operator", "/api/runbooks").json();
        Map<String, String> drills = StreamSupport.stream(all.spliterator(), false)
                .filter(runbook -> !runbook.path("drills").isEmpty())
                .collect(Collectors.toMap(runbook -> runbook.path("id").asText(), runbook -> runbook.path("drills")
                        .toString()));
        assertThat(drills)
                .containsEntry("restore-test", "[\"RESTORE_TEST\"]")
                .containsEntry("service-qualification", "[\"QUALIFICATION\"]")
                .doesNotContainKeys("service-deployment", "service-wipe", "qualification-restore");
        JsonNode notes =
                api.get("operator", "/api/services?service=notes").json().get(0);
        assertThat(notes.at("/restoreTests/prove").isBoolean()).isTrue();
    }

    @Test
    void aStartFollowsTheEnginesRules() {
        String path = "/api/runbooks/service-deployment/runs";
        Map<String, String> good =
                Map.of("environment", "sandbox", "service", "notes", "version", "1.0.0", "reason", "by the API");
        Api.Answer approver = api.post("approver", path, good);
        assertThat(approver.status()).as(approver.body()).isEqualTo(403);
        Api.Answer wrong = api.post("operator", path, Map.of("environment", "moon", "version", "1"));
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.message())
                .contains("'environment' is 'moon'")
                .contains("'service' is missing")
                .contains("'reason' is missing");
        Api.Answer choice = api.post(
                "operator",
                "/api/runbooks/service-retirement/runs",
                Map.of("environment", "sandbox", "service", "notes", "data", "some", "reason", "x"));
        assertThat(choice.message()).contains("'data' is 'some'. Allowed: keep, remove.");
        assertThat(api.post("operator", "/api/runbooks/none/runs", good).status())
                .isEqualTo(404);
    }

    @Test
    void oneKeyStartsOneRun() {
        services.add("api-once", 8311);
        String key = UUID.randomUUID().toString();
        Map<String, String> variables =
                Map.of("environment", "sandbox", "service", "api-once", "version", "1.0.0", "reason", "once");
        Api.Answer first = start("operator", key, variables);
        Api.Answer second = start("operator", key, variables);
        assertThat(first.status()).as(first.body()).isEqualTo(201);
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.json().path("id")).isEqualTo(first.json().path("id"));
        assertThat(second.json().path("again").asBoolean()).isTrue();
        assertThat(start("operator2", key, variables).status()).isEqualTo(403);
        Map<String, String> other = new HashMap<>(variables);
        other.put("version", "1.1.0");
        Api.Answer another = start("operator", key, other);
        assertThat(another.status()).isEqualTo(409);
        assertThat(another.json().path("reason").asText()).isEqualTo("Conflict");
        assertThat(another.message())
                .contains(
                        "used for another runbook or other variables",
                        first.json().path("id").asText());
        assertThat(api.get("auditor", "/api/runs?service=api-once").json()).hasSize(1);
        runs.decide(first.json().path("id").asText(), "approve-deployment", false, "enough");
    }

    private Api.Answer start(String user, String key, Map<String, String> variables) {
        return api.post(user, "/api/runbooks/service-deployment/runs", variables, Map.of("Idempotency-Key", key));
    }

    @Test
    void runsAreFoundAndEachShowsItsWay() {
        services.add("api-found", 8312);
        String run = runs.started("api-found", "1.0.0");
        runs.awaitTask(run, "approve-deployment");
        assertThat(found("service=api-found&state=WAITING,FAILED")).containsExactly(run);
        assertThat(found("service=api-found&state=COMPLETED")).isEmpty();
        assertThat(found("outermost=true&text=API-Found")).containsExactly(run);
        JsonNode listed =
                api.get("auditor", "/api/runs?service=api-found").json().get(0);
        assertThat(listed.path("state").asText()).isEqualTo("WAITING");
        assertThat(listed.path("current").toString()).contains("Approve deployment");
        JsonNode task = runs.run(run).at("/tasks/0");
        assertThat(task.path("groups").toString()).contains("approvers");
        runs.decide(run, "approve-deployment", false, "no");
        JsonNode ended = runs.awaitState(run, "REJECTED");
        assertThat(ended.at("/approvals/0/title").asText()).contains("Approve");
        assertThat(ended.path("steps").findValuesAsText("state")).contains("SUCCEEDED", "NOT_RUN");
        JsonNode path = api.get("auditor", "/api/runs/" + run + "/path").json();
        assertThat(path.get(0).path("activity").asText()).isEqualTo("deployment-requested");
        assertThat(path.findValuesAsText("activity")).contains("approve-deployment", "deployment-rejected");
        Api.Answer diagram = api.get("auditor", "/api/runs/" + run + "/diagram");
        assertThat(diagram.body()).startsWith("<?xml").contains("id=\"service-deployment\"");
    }

    @Test
    void whoMaySeeNoRunsIsToldSo() {
        Api.Answer author = api.get("author", "/api/runs");
        assertThat(author.status()).isEqualTo(403);
        assertThat(author.message()).contains("author may not GET /api/runs");
        assertThat(api.get("author", "/api/drills").status()).isEqualTo(403);
        assertThat(api.get("auditor", "/api/drills").status()).isEqualTo(200);
        assertThat(api.get("author", "/api/runbooks").status()).isEqualTo(200);
        assertThat(api.get("author", "/api/services").status()).isEqualTo(200);
    }

    private List<String> found(String query) {
        return api.get("auditor", "/api/runs?" + query).json().findValuesAsText("id");
    }

    @Test
    void whatCannotBeSearchedForIsNamed() {
        Api.Answer answer = api.get("auditor", "/api/runs?state=DONE&from=yesterday&limit=0");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message())
                .contains("'DONE' is no state")
                .contains("'yesterday' is no value for `from`")
                .contains("`limit` must be 1 to 500");
        assertThat(api.get("auditor", "/api/runs?limit=many").message()).contains("'many' is no value for `limit`");
    }

    /** Every path that is served is described, with what it is for. */
    @Test
    void theApiIsDescribed() {
        JsonNode paths = api.get("operator", "/v3/api-docs").json().path("paths");
        TreeSet<String> missing = new TreeSet<>();
        mappings.getHandlerMethods().forEach((mapping, method) -> mapping.getPatternValues().stream()
                .filter(path -> path.startsWith("/api/"))
                .forEach(path -> mapping.getMethodsCondition().getMethods().forEach(verb -> {
                    String summary = paths.path(path)
                            .path(verb.name().toLowerCase(java.util.Locale.ROOT))
                            .path("summary")
                            .asText();
                    if (summary.isBlank()) {
                        missing.add(verb + " " + path);
                    }
                })));
        assertThat(missing).isEmpty();
        assertThat(paths.at("/~1api~1runs/get/parameters").findValuesAsText("name"))
                .contains("runbook", "state", "text", "from", "limit");
    }
}
