package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.journal.RunJournal;
import io.muster.journal.RunJournal.EndState;
import io.muster.journal.StepJournal;
import io.muster.journal.StepRun;
import io.muster.steps.backup.PlanRestore;
import io.muster.steps.backup.VerifyBackup;
import io.muster.steps.metrics.MetricsTargetRemove;
import io.muster.steps.report.NoteDocument;
import io.muster.steps.wipe.WipePlan;
import io.muster.steps.wipe.WipeRemove;
import io.muster.steps.wipe.WipeVerify;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Each way through the diagram. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServiceWipeProcessTest extends RunbookTest {

    private static final String RUNBOOK = "service-wipe";
    private static final List<String> DESTROYED = List.of("container notes c0ffee", "data /srv/persistent/notes 1:2");
    private static final Map<String, Object> APPROVED = Map.of("approved", true, "comment", "go");

    private CalledStubs stubs;

    @Autowired
    StepJournal stepJournal;

    @Autowired
    DataSource dataSource;

    @BeforeEach
    void everythingGoesWell() {
        stubs = new CalledStubs(repository);
        stubs.giving("service-backup", "backup", "b2", "service-backed-up");
        steps.answer(
                "verify-backup",
                new VerifyBackup.Output(
                        "b1", "m-01:/b1", 10, "2026-01-01T00:00:00Z", 1, "2026-01-01T00:00:00Z", "f", "whole"));
        steps.answer("plan-wipe", plan(false, ""));
        steps.answer(
                "check-backup-again",
                new PlanRestore.Output(
                        "b1",
                        "m-01:/b1",
                        "2026-01-01T00:00:00Z",
                        "1 h",
                        "1.0.0",
                        10,
                        true,
                        List.of("data"),
                        false,
                        List.of(),
                        false,
                        true,
                        "Whole."));
        steps.answer("look-again", plan(true, ""));
        steps.answer("remove-service", new WipeRemove.Output(DESTROYED, "2026-01-01T01:00:07Z", "Removed all"));
        steps.answer("remove-metrics-target", new MetricsTargetRemove.Output(true));
        gone(true);
        steps.answer("keep-cleanup", new NoteDocument.Output("wipe-cleanup.md"));
    }

    @AfterEach
    void theRealOnesAgain() {
        runtime.createProcessInstanceQuery()
                .rootProcessInstances()
                .list()
                .forEach(run -> runtime.deleteProcessInstance(run.getId(), "the test is over"));
        stubs.remove();
    }

    private static WipePlan.Output plan(boolean same, String difference) {
        return new WipePlan.Output(
                "apps-01",
                "b1",
                "m-01",
                "/b1",
                "2026-01-01T00:00:00Z",
                "b1 on m-01",
                DESTROYED,
                "Its backups are kept.",
                same,
                difference,
                "2026-01-01T01:00:00Z");
    }

    private void gone(boolean gone) {
        steps.answer(
                "verify-wipe",
                new WipeVerify.Output(
                        gone, List.of("container | Container gone | " + gone + " | looked"), "Summary", "wipe.md"));
    }

    private ProcessInstance started() {
        ProcessInstance run = startAs(
                "operator",
                RUNBOOK,
                Map.of(
                        "environment", "prod",
                        "service", "notes",
                        "backup", "latest",
                        "scope", "data",
                        "reason", "a drill"));
        goOn(run);
        return run;
    }

    private ProcessInstance approved() {
        ProcessInstance run = started();
        completeAs("approver", run, APPROVED);
        goOn(run);
        return run;
    }

    @Test
    void whatWasApprovedIsLookedAtAgainAndThenDestroyed() {
        ProcessInstance run = started();
        assertRun(run).isWaitingAt("approve-wipe").task().hasCandidateGroup("approvers");
        assertThat(changed()).isEmpty();
        completeAs("approver", run, APPROVED);
        goOn(run);
        assertEnded(run, "service-wiped", EndState.COMPLETED);
        assertThat(called())
                .containsExactly(
                        "verify-backup",
                        "plan-wipe",
                        "check-backup-again",
                        "look-again",
                        "remove-service",
                        "remove-metrics-target",
                        "verify-wipe");
        assertThat(input("plan-wipe", WipePlan.Input.class).backup()).isEqualTo("b1");
        assertThat(input("look-again", WipePlan.Input.class).approved()).isEqualTo(DESTROYED);
        assertThat(input("remove-service", WipeRemove.Input.class).destroyed()).isEqualTo(DESTROYED);
        WipeRemove.Input removal = input("remove-service", WipeRemove.Input.class);
        assertThat(removal.backup()).isEqualTo("b1");
        assertThat(removal.plannedAt()).isEqualTo("2026-01-01T01:00:00Z");
        assertThat(variable(run, "wipedAt"))
                .as("the time of the removal, not of the look")
                .isEqualTo("2026-01-01T01:00:07Z");
        WipeVerify.Input verified = input("verify-wipe", WipeVerify.Input.class);
        assertThat(verified.wipedAt()).isEqualTo("2026-01-01T01:00:07Z");
        assertThat(verified.version()).isEqualTo("1.0.0");
    }

    @Test
    void whoStartedItCannotApproveItAndRejectedTouchesNothing() {
        ProcessInstance run = started();
        assertThatThrownBy(() -> completeAs("operator", run, APPROVED)).isInstanceOf(RuntimeException.class);
        completeAs("approver", run, Map.of("approved", false, "comment", "not today"));
        goOn(run);
        assertEnded(run, "wipe-rejected", EndState.REJECTED);
        assertThat(changed()).isEmpty();
    }

    @Test
    void whoeverCancelsAWipeThatHasBegunIsToldWhatIsLeft() {
        ProcessInstance run = startAs(
                "operator",
                RUNBOOK,
                Map.of(
                        "environment",
                        "prod",
                        "service",
                        "notes",
                        "backup",
                        "latest",
                        "scope",
                        "data",
                        "reason",
                        "a drill"));
        goOn(run);
        StepRun removal = stepJournal.open(new StepJournal.NewStepRun(
                run.getId(),
                run.getId(),
                "a-job-of-" + run.getId(),
                "remove-service",
                "Wipe",
                "wipeRemove",
                "notes",
                "dead server",
                "{}"));
        stepJournal.effect(removal.id(), removal.epoch(), "wipe container", "apps-01/notes");
        runtime.deleteProcessInstance(run.getId(), "changed my mind");
        StepRun cleanUp = journal.steps(run.getId()).stream()
                .filter(step -> step.activityId().equals("when-cancelled"))
                .findFirst()
                .orElseThrow();
        assertThat(cleanUp.step()).isEqualTo("wipeRemove");
        assertThat(cleanUp.state()).isEqualTo(StepRun.State.OPEN);
        // Nobody reaps or keeps locks here, and the tests after this one want this one.
        for (StepRun open : List.of(removal, cleanUp)) {
            stepJournal.fail(open.id(), open.epoch(), new StepRun.Failure("FATAL", "Cancelled", "The test is over."));
        }
        new JdbcTemplate(dataSource).execute("select run_lock_keep(now())");
    }

    @Test
    void whereSomethingElseIsThereItIsAskedAnew() {
        steps.answer("look-again", plan(false, "there, and not approved: container notes beef"));
        ProcessInstance run = approved();
        assertRun(run).isWaitingAt("approve-wipe");
        assertThat(variable(run, "wipeDifference").toString()).contains("beef");
        assertThat(changed()).isEmpty();
        steps.answer("look-again", plan(true, ""));
        completeAs("approver", run, APPROVED);
        goOn(run);
        assertEnded(run, "service-wiped", EndState.COMPLETED);
    }

    @Test
    void anApprovalThatComesThreeDaysLaterAsksWhetherToTakeANewBackupAndThenAsksAgain() {
        steps.fail("look-again", () -> rejected("BackupTooOld"));
        ProcessInstance run = approved();
        assertRun(run).isWaitingAt("decide-late-approval").task().hasCandidateGroup("operators");
        assertThat(changed()).isEmpty();
        steps.answer("look-again", plan(true, ""));
        completeAs("operator", run, Map.of("newBackup", true));
        goOn(run);
        assertRun(run).isWaitingAt("approve-wipe").hasPassed("take-new-backup");
        assertThat(input("plan-wipe", WipePlan.Input.class).backup()).isEqualTo("b2");
        completeAs("approver", run, APPROVED);
        goOn(run);
        assertEnded(run, "service-wiped", EndState.COMPLETED);

        steps.fail("look-again", () -> rejected("BackupTooOld"));
        ProcessInstance other = approved();
        completeAs("operator", other, Map.of("newBackup", false));
        goOn(other);
        assertEnded(other, "wipe-refused", EndState.REJECTED);
    }

    @Test
    void aRemovalThatWasHeldUpUntilTheBackupWasTooOldIsAskedAboutAndNothingIsRemoved() {
        steps.fail("remove-service", () -> rejected("ApprovalOutdated"));
        ProcessInstance run = approved();
        assertRun(run).isWaitingAt("decide-late-approval").hasPassed("approval-outdated");
        assertThat(variable(run, "lateness").toString()).contains("ApprovalOutdated");
        assertThat(called()).doesNotContain("verify-wipe");
        steps.answer("remove-service", new WipeRemove.Output(DESTROYED, "2026-01-01T02:00:00Z", "Removed all"));
        completeAs("operator", run, Map.of("newBackup", true));
        goOn(run);
        assertRun(run).isWaitingAt("approve-wipe");
        completeAs("approver", run, APPROVED);
        goOn(run);
        assertEnded(run, "service-wiped", EndState.COMPLETED);
    }

    @Test
    void aBackupThatWasTakenAwayWhileItWasApprovedIsAskedAbout() {
        steps.fail("check-backup-again", () -> rejected("BackupIncomplete"));
        ProcessInstance run = approved();
        assertRun(run).isWaitingAt("decide-late-approval").hasPassed("backup-unusable-now");
        assertThat(variable(run, "lateness").toString()).contains("BackupIncomplete");
        assertThat(changed()).isEmpty();
        completeAs("operator", run, Map.of("newBackup", false));
        goOn(run);
        assertEnded(run, "wipe-refused", EndState.REJECTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Protected", "BackupMissing", "BackupTooOld", "Conflict", "NotFound", "NotInInventory"})
    void whatMayNotBeWipedIsRefusedBeforeAnybodyIsAsked(String reason) {
        steps.fail("plan-wipe", () -> rejected(reason));
        ProcessInstance run = started();
        assertEnded(run, "wipe-refused", EndState.REJECTED);
        assertRun(run).hasPassed("wipe-not-allowed");
        assertThat(variable(run, "refusalReason")).isEqualTo(reason);
    }

    @Test
    void aBackupThatCannotBeReadBackIsRefused() {
        steps.fail("verify-backup", () -> rejected("BackupCorrupt"));
        ProcessInstance run = started();
        assertEnded(run, "wipe-refused", EndState.REJECTED);
        assertRun(run).hasPassed("backup-unusable");
        assertThat(called()).doesNotContain("plan-wipe");
    }

    @Test
    void whatIsLeftIsCleanedUpByHandUntilItIsGone() {
        gone(false);
        ProcessInstance run = approved();
        assertRun(run).isWaitingAt("clean-up-manually");
        steps.fail("keep-cleanup", () -> rejected("InvalidInput"));
        completeAs("operator", run, Map.of("cleanupNote", ""));
        goOn(run);
        assertRun(run).isWaitingAt("clean-up-manually").hasPassed("cleanup-incomplete");
        steps.answer("keep-cleanup", new NoteDocument.Output("wipe-cleanup.md"));
        gone(true);
        completeAs("operator", run, Map.of("cleanupNote", "rm -rf by hand", "service", "notes"));
        goOn(run);
        assertEnded(run, "service-wiped", EndState.COMPLETED);
        assertThat(journal.answers(run.getId()))
                .as("who answered what; what a form only sends back is none")
                .extracting(RunJournal.Answer::task, RunJournal.Answer::by, RunJournal.Answer::values)
                .containsExactly(
                        tuple("clean-up-manually", "operator", Map.of("cleanupNote", "")),
                        tuple("clean-up-manually", "operator", Map.of("cleanupNote", "rm -rf by hand")));
        assertThat(journal.approvals(run.getId())).hasSize(1);
    }

    @Test
    void somethingNewOfTheSameNameIsADecisionAndIsLeftAlone() {
        steps.fail("remove-service", () -> rejected("Conflict"));
        ProcessInstance run = started();
        completeAs("approver", run, APPROVED);
        goOnToFailure(run);
        assertThat(problem(run).getActivityId()).isEqualTo("remove-service");
        assertThat(problem(run).getIncidentMessage()).contains("service-restore", "b1");
    }

    /** The last: it looks at what all the others left in the history. */
    @Test
    @Order(Integer.MAX_VALUE)
    void everyFlowNodeOfTheDiagramWasPassedByThese() {
        assertAllPassed(RUNBOOK);
    }
}
