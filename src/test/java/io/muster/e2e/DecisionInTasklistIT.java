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
    void anOperatorSeesWhatFailedRetriesWithOtherInputAndThenAborts() {
        services.add("seen-failing", 8131);
        String id = runs.approved("seen-failing", "2.1.0");
        runs.awaitState(id, "FAILED");

        Tasklist operator = new Tasklist(chromium.window(), "http://localhost:" + port, "operator2");
        operator.openTask("My groups", "Decide:", "seen-failing", "#decide-failure");
        assertThat(operator.at("#decide-runbook")).containsText("service-deployment, started by operator");
        assertThat(operator.at("#decide-target")).containsText("experimental-01/seen-failing");
        assertThat(operator.at("#decide-failure")).containsText("CheckFailed");
        assertThat(operator.at("#decide-failure")).containsText("is unhealthy");
        assertThat(operator.at("#decide-skip")).hasCount(0);
        operator.claim();
        operator.claimed();
        Pictures.take(operator.page, "decide-failed-step");
        operator.at("#decide-retry").check();
        operator.at("#decide-change").check();
        operator.at("#decide-input-within").fill("soon");
        assertThat(operator.completeButton()).isDisabled();
        operator.at("#decide-reason").fill("It needs longer.");
        Pictures.take(operator.page, "decide-changed-input");
        operator.completeButton().click();
        assertThat(operator.notification()).containsText("Input 'within' is 'soon'");
        operator.dismissNotification();
        operator.at("#decide-input-within").fill("PT5S");
        operator.complete();

        JsonNode again = runs.awaitState(id, "FAILED");
        assertThat(again.path("decisions")).hasSize(2);
        assertThat(again.at("/decisions/0/choice").asText()).isEqualTo("CHANGE_INPUT");
        assertThat(again.at("/decisions/0/input/within").asText()).isEqualTo("PT5S");
        assertThat(again.at("/decisions/1/open").asBoolean()).isTrue();

        operator.openTask("My groups", "Decide:", "seen-failing", "#decide-failure");
        operator.claim();
        operator.claimed();
        operator.at("#decide-abort").check();
        operator.at("#decide-reason").fill("2.1.0 is broken, OPS-18");
        operator.complete();
        JsonNode run = runs.awaitState(id, "ABORTED");
        assertThat(run.at("/decisions/1/by").asText()).isEqualTo("operator2");
        assertThat(run.at("/decisions/1/why").asText()).isEqualTo("2.1.0 is broken, OPS-18");
    }
}
