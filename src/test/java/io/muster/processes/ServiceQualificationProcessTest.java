package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.journal.RunJournal.EndState;
import io.muster.steps.drill.CompletionReport;
import io.muster.steps.drill.DrillEnd;
import io.muster.steps.drill.DrillStart;
import io.muster.steps.report.AdrDocument;
import io.muster.steps.report.MappingDocument;
import io.muster.steps.testdata.TestDataRemove;
import io.muster.steps.wipe.WipeAllowed;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The nine steps as a whole; each is a runbook with a test of its own. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServiceQualificationProcessTest extends RunbookTest {

    private static final String RUNBOOK = "service-qualification";
    static final List<String> PHASES = List.of(
            "qualification-implement",
            "qualification-outside",
            "qualification-recreate",
            "qualification-backup-plan",
            "qualification-populate",
            "qualification-test-backup",
            "qualification-baseline",
            "qualification-wipe",
            "qualification-restore");

    private CalledStubs stubs;

    @BeforeEach
    void everythingGoesWell() {
        stubs = new CalledStubs(repository);
        PHASES.forEach(phase -> stubs.ending(phase, "phase-passed"));
        everythingGoesWellAgain();
    }

    private void everythingGoesWellAgain() {
        steps.answer("check-allowed", new WipeAllowed.Output("apps-01"));
        steps.answer("begin-drill", new DrillStart.Output("2026-01-01T00:00:00Z"));
        report(true);
        steps.answer("declare-ready", new DrillEnd.Output("2026-01-01T01:00:00Z"));
        steps.answer("declare-not-ready", new DrillEnd.Output("2026-01-01T01:00:00Z"));
        steps.answer("remove-data", new TestDataRemove.Output("None is left"));
        steps.answer("keep-adr", new AdrDocument.Output("adr.md"));
        steps.answer("keep-mapping", new MappingDocument.Output("container-mapping.md", "| 101 | notes |"));
    }

    @AfterEach
    void theRealOnesAgain() {
        runtime.createProcessInstanceQuery().list().stream()
                .filter(run -> run.getRootProcessInstanceId().equals(run.getId()))
                .forEach(run -> runtime.deleteProcessInstance(run.getId(), "the test is over"));
        stubs.remove();
    }

    private void report(boolean allMet) {
        steps.answer(
                "write-completion-report",
                new CompletionReport.Output("completion-interim.md", allMet, "step 9: it is not so"));
        steps.answer("complete-report", new CompletionReport.Output("completion.md", allMet, "step 9: it is not so"));
        steps.answer("report-failure", new CompletionReport.Output("completion.md", allMet, "step 9: it is not so"));
    }

    private ProcessInstance started() {
        ProcessInstance run = startAs(
                "operator",
                RUNBOOK,
                Map.of("environment", "prod", "service", "notes", "version", "1.1.0", "reason", "a test"));
        goOn(run);
        return run;
    }

    @Test
    void onlyAllNineStepsMakeAServiceProductionReady() {
        ProcessInstance run = started();
        assertRun(run).isWaitingAt("decide-next-steps").task().hasCandidateGroup("operators");
        assertThat(input("declare-ready", DrillEnd.Input.class).passed()).isTrue();
        completeAs("operator", run, Map.of("removeTestData", true, "nextStepsComment", "Told the team."));
        goOn(run);
        assertEnded(run, "service-production-ready", EndState.COMPLETED);
        assertThat(called())
                .containsExactly(
                        "check-allowed",
                        "begin-drill",
                        "write-completion-report",
                        "declare-ready",
                        "remove-data",
                        "keep-adr",
                        "keep-mapping",
                        "complete-report");
        assertThat(input("keep-adr", AdrDocument.Input.class).decision()).contains("Told the team.");
    }

    @Test
    void testDataIsKeptWhereThatIsWanted() {
        ProcessInstance run = started();
        completeAs("operator", run, Map.of("removeTestData", false, "nextStepsComment", "Kept for a demonstration."));
        goOn(run);
        assertEnded(run, "service-production-ready", EndState.COMPLETED);
        assertThat(called()).doesNotContain("remove-data");
    }

    @ParameterizedTest
    @FieldSource("PHASES")
    void aStepThatFailedEndsItAndNoLaterStepRuns(String phase) {
        stubs.failing(phase, "PhaseFailed");
        ProcessInstance run = started();
        assertEnded(run, "service-not-production-ready", EndState.COMPLETED);
        assertThat(input("declare-not-ready", DrillEnd.Input.class))
                .isEqualTo(new DrillEnd.Input(false, "NOT PRODUCTION READY: step 9: it is not so"));
        assertThat(called()).doesNotContain("declare-ready");
        assertThat(history.createHistoricProcessInstanceQuery()
                        .superProcessInstanceId(run.getId())
                        .count())
                .isEqualTo(PHASES.indexOf(phase) + 1);
    }

    @Test
    void aStepThatWentOnWithAManualBackupIsNotProductionReady() {
        report(false);
        ProcessInstance run = started();
        assertEnded(run, "service-not-production-ready", EndState.COMPLETED);
        assertThat(called()).doesNotContain("declare-ready").contains("declare-not-ready");
    }

    @Test
    void aSecondQualificationOfTheServiceWaitsBeforeItsFirstStepSaysForWhomAndGoesOnAfterwards() {
        ProcessInstance first = started();
        assertRun(first).isWaitingAt("decide-next-steps");
        steps.reset();
        everythingGoesWellAgain();
        ProcessInstance second = startAs(
                "operator",
                RUNBOOK,
                Map.of("environment", "prod", "service", "notes", "version", "1.2.0", "reason", "another"));
        assertThat(goOnToFailure(second))
                .hasMessageContaining("Task 'check-allowed' waits for service:prod/notes, held since")
                .hasMessageContaining("by run " + first.getId()
                        + " (service-qualification, started by operator: a test). It goes on by itself");
        assertThat(called()).as("nothing of the second was done").isEmpty();
        assertThat(journal.steps(second.getId())).isEmpty();
        assertThat(incident(second)).as("a wait is no failure").isNull();
        assertThat(jobs(second)).singleElement().satisfies(job -> {
            assertThat(job.getExceptionMessage()).startsWith("WaitsForLock: Task 'check-allowed'");
            assertThat(job.getRetries()).isPositive();
        });

        completeAs("operator", first, Map.of("removeTestData", false, "nextStepsComment", "Kept."));
        goOn(first);
        assertEnded(first, "service-production-ready", EndState.COMPLETED);
        await().until(() -> jobs(second).get(0).getDuedate() == null);
        goOn(second);
        assertRun(second).isWaitingAt("decide-next-steps");
        assertThat(called()).contains("check-allowed", "begin-drill", "declare-ready");
    }

    @Test
    void aProtectedServiceIsRefusedBeforeAnythingBegins() {
        steps.fail("check-allowed", () -> rejected("Protected"));
        ProcessInstance run = started();
        assertEnded(run, "qualification-refused", EndState.REJECTED);
        assertRun(run).hasPassed("wipe-not-allowed");
        assertThat(variable(run, "refusal").toString()).startsWith("Protected");
        assertThat(called()).containsExactly("check-allowed");
    }

    /** The last: it looks at what all the others left in the history. */
    @Test
    @Order(Integer.MAX_VALUE)
    void everyFlowNodeOfTheDiagramWasPassedByThese() {
        assertAllPassed(RUNBOOK);
    }
}
