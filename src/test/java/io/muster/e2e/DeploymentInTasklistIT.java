package io.muster.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Deployments as operators and approvers do them, in a real browser. */
class DeploymentInTasklistIT extends JourneyTest {

    private static Chromium chromium;

    @BeforeAll
    static void startBrowser() {
        Assumptions.assumeTrue(
                Chromium.program().isPresent(),
                "There is no Chromium in /usr/bin: install it (Debian: apt-get install chromium) to run this test.");
        chromium = Chromium.start();
    }

    @AfterAll
    static void stopBrowser() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @AfterEach
    void closeWindows() {
        chromium.closeWindows();
    }

    @Test
    void anOperatorStartsAndAnotherPersonApproves() {
        Tasklist operator = tasklist("operator");
        operator.chooseDeployment("notes", "1.1.0", "  ");
        assertThat(operator.startButton()).isDisabled();
        assertThat(operator.at("#start-version option").allTextContents()).contains("1.0.0", "2.0.0", "2.1.0");
        operator.at("#start-reason").fill("First deployment, OPS-17");
        assertThat(operator.startButton()).isEnabled();
        operator.start();
        String id = newest("notes");

        operator.openTask("All", "Approve deployment", "notes", "#approve-changes");
        assertThat(operator.at("#muster-not-yours"))
                .containsText("operator is not a member of approvers and started this run");
        assertThat(operator.at("button.claim")).isDisabled();
        assertThat(operator.completeButton()).isDisabled();
        assertThat(operator.dialogs()).isEmpty();

        Tasklist approver = tasklist("approver");
        approver.openTask("My groups", "Approve deployment", "notes", "#approve-changes");
        assertThat(approver.at("#approve-starter")).containsText("operator");
        assertThat(approver.at("#approve-reason")).hasText("First deployment, OPS-17");
        assertThat(approver.at("#approve-now")).containsText("nothing");
        assertThat(approver.at("#approve-image")).containsText("registry.sandbox.test:5000/notes@sha256:");
        assertThat(approver.at("#approve-where")).containsText("experimental-01, of class experimental");
        assertThat(approver.at("#approve-changes"))
                .containsText("There is no container notes on experimental-01; it will be created with:");
        assertThat(approver.at("#approve-changes")).containsText("memory limit: 256 MiB");
        assertThat(approver.at("#approve-changes")).containsText("Metrics target will be registered");
        approver.claim();
        approver.claimed();
        approver.at("#approve-yes").check();
        assertThat(approver.completeButton()).isDisabled();
        approver.at("#approve-comment").fill("Looked at what changes.");
        Pictures.take(approver.page, "approve-deployment");
        approver.complete();

        JsonNode run = runs.awaitState(id, "COMPLETED");
        assertThat(run.path("outcome").asText()).isEqualTo("service-deployed");
        assertThat(run.path("startedBy").asText()).isEqualTo("operator");
        assertThat(run.path("reason").asText()).isEqualTo("First deployment, OPS-17");
        assertThat(run.at("/approvals/0/by").asText()).isEqualTo("approver");
        assertThat(api.getAsNobody(services.healthUrl(8080))
                        .json()
                        .path("status")
                        .asText())
                .isEqualTo("UP");
    }

    @Test
    void aRejectionNeedsAComment() {
        services.add("seen-rejected", 8121);
        String id = runs.started("seen-rejected", "1.1.0");
        Tasklist approver = tasklist("approver");
        approver.openTask("My groups", "Approve deployment", "seen-rejected", "#approve-changes");
        approver.claim();
        approver.claimed();
        approver.at("#approve-no").check();
        assertThat(approver.completeButton()).isDisabled();
        approver.at("#approve-comment").fill("Not this week.");
        approver.complete();

        JsonNode run = runs.awaitState(id, "REJECTED");
        assertThat(run.path("outcome").asText()).isEqualTo("deployment-rejected");
        assertThat(run.at("/approvals/0/comment").asText()).isEqualTo("Not this week.");
        assertThat(containers(EXPERIMENTAL)).doesNotContain("seen-rejected");
    }

    @Test
    void aDeviationIsRecordedAndTheApproverSeesIt() {
        String id = runs.started("notes-misplaced", "1.1.0");
        Tasklist operator = tasklist("operator");
        operator.openTask("My groups", "Record deviation as ADR", "notes-misplaced", "#deviation-rules");
        assertThat(operator.at("#deviation-rules")).hasText("No core service runs in an experimental container.");
        operator.claim();
        operator.claimed();
        operator.at("#deviation-yes").check();
        assertThat(operator.completeButton()).isDisabled();
        operator.at("#deviation-title").fill("A week in experimental-01");
        operator.at("#deviation-context").fill("core-01 is being rebuilt.");
        operator.at("#deviation-decision").fill("Until Friday; the operator <b>moves</b> it back.");
        operator.complete();

        Tasklist approver = tasklist("approver");
        approver.openTask("My groups", "Approve deployment", "notes-misplaced", "#approve-deviations");
        assertThat(approver.at("#approve-deviations"))
                .containsText("No core service runs in an experimental container.");
        assertThat(approver.at("#approve-deviations")).containsText("A week in experimental-01");
        assertThat(approver.at("#approve-deviations")).containsText("the operator <b>moves</b> it back.");
        approver.claim();
        approver.claimed();
        approver.at("#approve-yes").check();
        assertThat(approver.completeButton()).isDisabled();
        approver.at("#approve-comment").fill("Looked at what changes.");
        approver.complete();
        JsonNode run = runs.awaitState(id, "COMPLETED");
        assertThat(run.path("outcome").asText()).isEqualTo("service-deployed");
        assertThat(run.path("documents").findValuesAsText("name")).hasSize(2);
    }

    @Test
    void anUnhealthyVersionIsAnIncidentThatSaysWhatToDo() {
        services.add("seen-unhealthy", 8122);
        String id = runs.approved("seen-unhealthy", "2.1.0");
        runs.awaitState(id, "FAILED");
        Page window = chromium.window();
        Cockpit cockpit = new Cockpit(window, base(), "operator");
        cockpit.openIncidents(id);
        assertThat(cockpit.message())
                .containsText("CheckFailed: Container experimental-01/seen-unhealthy is unhealthy");
        assertThat(cockpit.message()).containsText("when it is mended, retry this step.");
    }

    private Tasklist tasklist(String user) {
        return new Tasklist(chromium.window(), base(), user);
    }

    private String base() {
        return "http://localhost:" + port;
    }

    private String newest(String service) {
        return api.get("auditor", "/api/runs?limit=1&service=" + service)
                .json()
                .at("/0/id")
                .asText();
    }
}
