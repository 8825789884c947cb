package io.muster.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators decide about failed steps at night, in a real browser. */
class DecisionInTasklistIT extends JourneyTest {

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
    void whatFailedIsSeenRetriedByAnApproverWithOtherInputAndThenAbortedByAnOperator() {
        services.add("seen-failing", 8133);
        String id = runs.approved("seen-failing", "2.1.0");
        runs.awaitState(id, "FAILED");

        changesInput(new Tasklist(chromium.window(), "http://localhost:" + port, "approver"), id);

        Tasklist operator = new Tasklist(chromium.window(), "http://localhost:" + port, "operator2");
        operator.openTask("My groups", "Decide:", "seen-failing", "#decide-failure");
        operator.claim();
        operator.claimed();
        Pictures.take(operator.page, "decide-failed-step");
        assertThat(operator.at("#decide-not-you")).hasCount(0);
        operator.at("#decide-retry").check();
        assertThat(operator.at("#decide-change")).hasCount(0);
        assertThat(operator.at("#decide-change-not")).containsText("operator2 is not a member of approvers");
        operator.at("#decide-abort").check();
        operator.at("#decide-reason").fill("2.1.0 is broken, OPS-18");
        operator.complete();
        JsonNode run = runs.awaitState(id, "ABORTED");
        assertThat(run.at("/decisions/1/by").asText()).isEqualTo("operator2");
        assertThat(run.at("/decisions/1/why").asText()).isEqualTo("2.1.0 is broken, OPS-18");
    }

    /** The run was approved, so an approver gives its step other input. */
    private void changesInput(Tasklist approver, String id) {
        approver.openTask("My groups", "Decide:", "seen-failing", "#decide-failure");
        assertThat(approver.at("#decide-runbook")).containsText("service-deployment, started by operator");
        assertThat(approver.at("#decide-target")).containsText("experimental-01/seen-failing");
        assertThat(approver.at("#decide-failure")).containsText("CheckFailed");
        assertThat(approver.at("#decide-failure")).containsText("is unhealthy");
        assertThat(approver.at("#decide-skip")).hasCount(0);
        approver.claim();
        approver.claimed();
        assertThat(approver.at("#decide-not-you")).containsText("is for the group 'operators' to decide");
        assertThat(approver.at("#decide-abort")).hasCount(0);
        approver.at("#decide-retry").check();
        assertThat(approver.at("#decide-change-means")).containsText("a third person is needed for it");
        assertThat(approver.completeButton()).isDisabled();
        assertThat(approver.at("#decide-change-one")).isVisible();
        approver.at("#decide-change").check();
        approver.at("#decide-input-within").fill("soon");
        assertThat(approver.completeButton()).isDisabled();
        approver.at("#decide-reason").fill("It needs longer.");
        Axe.assertUsable(approver.page, ".task-card .muster-form");
        approver.completeButton().click();
        assertThat(approver.notification()).containsText("Input 'within' is 'soon'");
        approver.dismissNotification();
        approver.at("#decide-input-within").fill("PT5S");
        approver.complete();

        JsonNode again = runs.awaitState(id, "FAILED");
        assertThat(again.path("decisions")).hasSize(2);
        assertThat(again.at("/decisions/0/choice").asText()).isEqualTo("CHANGE_INPUT");
        assertThat(again.at("/decisions/0/input/within").asText()).isEqualTo("PT5S");
        assertThat(again.at("/decisions/1/open").asBoolean()).isTrue();
    }
}
