package io.muster.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Update, promotion and retirement as operators and approvers do them, in a real browser. */
class LifecycleInTasklistIT extends JourneyTest {

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

    private Tasklist tasklist(String user) {
        return new Tasklist(chromium.window(), "http://localhost:" + port, user);
    }

    private String newest(String runbook, String service) {
        return api.get("auditor", "/api/runs?limit=1&runbook=" + runbook + "&service=" + service)
                .json()
                .at("/0/id")
                .asText();
    }

    private void decide(Tasklist approver, boolean approve) {
        approver.claim();
        approver.claimed();
        approver.at(approve ? "#approve-yes" : "#approve-no").check();
        approver.at("#approve-comment").fill(approve ? "Looked at what changes." : "Not now.");
        Axe.assertUsable(approver.page, ".task-card .muster-form");
        approver.complete();
    }

    @Test
    void aServiceIsUpdatedPromotedAndRetired() {
        services.add("seen-life", 8261);
        services.more(
                "seen-life",
                """
                promotion:
                  container: core-01
                  class: core
                  after: PT1S
                  ports: ["8261:8080"]
                  health: {url: "http://%1$s.1.1:8261/health", status: 200, json-path: $.status, json-value: UP}
                  metrics: {target: "%1$s.1.1:8261", path: /metrics, scheme: http}"""
                        .formatted(network));
        runs.deployed("seen-life", "1.0.0");
        updated();
        promoted();
        retired();
    }

    private void updated() {
        Tasklist operator = tasklist("operator");
        operator.startProcess("Service update");
        operator.select("#start-service", "seen-life");
        assertThat(operator.startButton()).isDisabled();
        operator.select("#start-version", "1.1.0");
        operator.at("#start-reason").fill("The new release, OPS-18");
        operator.start();

        Tasklist approver = tasklist("approver");
        approver.openTask("My groups", "Approve update", "seen-life", "#approve-changes");
        assertThat(approver.at("#approve-starter")).containsText("operator");
        assertThat(approver.at("#approve-now")).containsText("1.0.0");
        assertThat(approver.at("#approve-step")).containsText("From 1.0.0 to 1.1.0: a minor version.");
        assertThat(approver.at("#approve-changes")).containsText("version: 1.0.0 → 1.1.0");
        assertThat(approver.at("#approve-state")).containsText("/srv/persistent/seen-life:/data");
        Pictures.take(approver.page, "approve-update");
        decide(approver, true);
        assertThat(runs.awaitState(newest("service-update", "seen-life"), "COMPLETED")
                        .path("outcome")
                        .asText())
                .isEqualTo("service-updated");
    }

    private void promoted() {
        Tasklist operator = tasklist("operator");
        operator.startProcess("Service promotion");
        operator.select("#start-service", "seen-life");
        operator.at("#start-reason").fill("It has proven itself");
        operator.start();

        Tasklist approver = tasklist("approver");
        approver.openTask("My groups", "Approve promotion", "seen-life", "#approve-changes");
        assertThat(approver.at("#approve-from")).containsText("experimental-01, of class experimental");
        assertThat(approver.at("#approve-to")).containsText("core-01, of class core");
        assertThat(approver.at("#approve-validation")).containsText("healthy");
        assertThat(approver.at("#approve-copy")).containsText("will be copied from experimental-01 to core-01");
        Pictures.take(approver.page, "approve-promotion");
        decide(approver, true);
        assertThat(runs.awaitState(newest("service-promotion", "seen-life"), "COMPLETED")
                        .path("outcome")
                        .asText())
                .isEqualTo("service-promoted");
    }

    private void retired() {
        Tasklist operator = tasklist("operator");
        operator.startProcess("Service retirement");
        operator.select("#start-service", "seen-life");
        operator.at("#start-reason").fill("Nobody uses it");
        assertThat(operator.startButton()).isDisabled();
        operator.at("#start-remove").check();
        assertThat(operator.startButton()).isDisabled();
        assertThat(operator.at(".muster-sure"))
                .containsText("remove seen-life from sandbox for good, and its data on the host too");
        operator.at("#start-sure").check();
        operator.at("#start-keep").check();
        assertThat(operator.startButton()).isDisabled();
        operator.at("#start-remove").check();
        operator.at("#start-sure").check();
        operator.start();

        Tasklist approver = tasklist("approver");
        approver.openTask("My groups", "Approve retirement", "seen-life", "#approve-removed");
        assertThat(approver.at("#approve-archive")).containsText("will be archived to monitoring-01:");
        assertThat(approver.at("#approve-removed")).containsText("Container seen-life on core-01");
        assertThat(approver.at("#approve-removed")).containsText("Data on core-01: /srv/persistent/seen-life:/data");
        Pictures.take(approver.page, "approve-retirement");
        decide(approver, false);
        assertThat(runs.awaitState(newest("service-retirement", "seen-life"), "REJECTED")
                        .path("outcome")
                        .asText())
                .isEqualTo("retirement-rejected");
        assertThat(containers("core-01")).contains("seen-life");
    }
}
