package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.RunJournal.EndState;
import io.muster.steps.external.ExternalOutput;
import io.muster.steps.external.ExternalPlan;
import io.muster.steps.external.ExternalRecord;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each way through the diagram. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExternalVerificationProcessTest extends RunbookTest {

    private static final String RUNBOOK = "external-verification";

    @BeforeEach
    void everythingGoesWell() {
        expected(true, true);
        seen("verify-from-vantage", 8, 8, "true");
        seen("record-verification", 6, 6, "true");
        seen("ask-health", 1, 1, "not asked");
    }

    private void expected(boolean expected, boolean machine) {
        steps.answer(
                "plan-verification",
                new ExternalPlan.Output(
                        expected,
                        expected ? "true" : "not asked",
                        machine,
                        "outside-01",
                        "https://notes",
                        "It answers"));
    }

    private void seen(String activity, int met, int asked, String accessible) {
        steps.answer(
                activity,
                new ExternalOutput(
                        met, asked, 100.0, accessible, List.of("a | A | true | x"), List.of(), "external.md", "Seen"));
    }

    private ProcessInstance run() {
        ProcessInstance run = startAs(
                "operator", RUNBOOK, Map.of("environment", "prod", "service", "notes", "reason", "its users complain"));
        goOn(run);
        return run;
    }

    @ParameterizedTest
    @CsvSource({"8, true, verified-from-outside", "7, false, external-verification-failed"})
    void aServiceIsLookedAtFromTheVantageHost(int met, String accessible, String outcome) {
        seen("verify-from-vantage", met, 8, accessible);
        assertEnded(run(), outcome, EndState.COMPLETED);
        assertThat(called()).containsExactly("plan-verification", "verify-from-vantage");
    }

    @Test
    void whereThereIsNoVantageHostAPersonLooksAndSaysHow() {
        expected(true, false);
        ProcessInstance run = run();
        assertRun(run).isWaitingAt("verify-from-outside");
        steps.fail("record-verification", () -> rejected("InvalidInput"));
        completeAs("operator", run, answers(""));
        goOn(run);
        assertRun(run).isWaitingAt("verify-from-outside").hasPassed("record-incomplete");
        seen("record-verification", 6, 6, "true");
        completeAs("operator", run, answers("With a phone."));
        goOn(run);
        assertEnded(run, "verified-from-outside", EndState.COMPLETED);
        assertThat(input("record-verification", ExternalRecord.Input.class).how())
                .isEqualTo("With a phone.");
    }

    private static Map<String, Object> answers(String how) {
        return Map.of(
                "outsideHttps", true,
                "outsideAvailable", true,
                "outsideMobile", true,
                "outsideResponds", true,
                "outsideCertificate", true,
                "outsideDns", true,
                "outsideHow", how);
    }

    @ParameterizedTest
    @CsvSource({"1, not asked, nothing-expected-outside", "0, false, external-verification-failed"})
    void whereNothingIsExpectedOutsideTheServiceMustAnswerItsHealthCheck(int met, String accessible, String outcome) {
        expected(false, true);
        seen("ask-health", met, 1, accessible);
        assertEnded(run(), outcome, EndState.COMPLETED);
        assertThat(called()).containsExactly("plan-verification", "ask-health");
    }

    @Test
    void whatTheInventoryDoesNotKnowIsRefused() {
        steps.fail("plan-verification", () -> rejected("NotInInventory"));
        assertEnded(run(), "external-verification-refused", EndState.REJECTED);
    }

    /** The last: it looks at what all the others left in the history. */
    @Test
    @Order(Integer.MAX_VALUE)
    void everyFlowNodeOfTheDiagramWasPassedByThese() {
        assertAllPassed(RUNBOOK);
    }
}
