package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.RunJournal.EndState;
import io.muster.journal.StepJournal;
import io.muster.journal.StepRun;
import io.muster.steps.backup.FinishRestore;
import io.muster.steps.backup.PlanRestore;
import io.muster.steps.backup.RestoreInput;
import io.muster.steps.backup.StageRestore;
import io.muster.steps.backup.SwapRestore;
import io.muster.steps.backup.UndoRestore;
import io.muster.steps.backup.VerifyBackup;
import io.muster.steps.docker.CheckContainer;
import io.muster.steps.docker.DockerInspect;
import io.muster.steps.docker.DockerStart;
import io.muster.steps.docker.DockerStop;
import io.muster.steps.report.RunDocument;
import io.muster.steps.testdata.TestDataCompare;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.camunda.bpm.engine.runtime.ProcessInstance;
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
class ServiceRestoreProcessTest extends RunbookTest {

    private static final String RUNBOOK = "service-restore";
    private static final String BACKUP = "20260102T030405Z-1a2b3c4d";
    private static final String PATH = "monitoring-01:/srv/persistent/backups/prod/notes/" + BACKUP;
    private static final Map<String, Object> APPROVED = Map.of("approved", true, "comment", "go");

    @Autowired
    StepJournal stepJournal;

    @Autowired
    DataSource dataSource;

    @BeforeEach
    void everythingGoesWell() {
        steps.answer("prepare-service", ServiceDeployment.prepared("core", "core", true));
        container(true);
        plan(true);
        steps.answer(
                "verify-backup",
                new VerifyBackup.Output(
                        BACKUP, PATH, 100, "2026-01-02T03:04:05Z", 60, "now", "data.tar", "Read back."));
        steps.answer(
                "stage-restore",
                new StageRestore.Output("2026-01-02T04:00:00Z", List.of("data: 3 files"), "3 files as they were."));
        steps.answer("stop-service", new DockerStop.Output(true, 0));
        steps.answer("swap-data", new SwapRestore.Output("Swapped."));
        steps.answer("start-service", new DockerStart.Output(true));
        steps.answer("check-service", new CheckContainer.Output("healthy", 0));
        steps.answer("compare-data", new TestDataCompare.Output(true, 3, "3 records are as they were listed."));
        steps.answer("finish-restore", new FinishRestore.Output(9.5, 100, "It was put back."));
        steps.answer("document-restore", new RunDocument.Output("restore-report.md"));
        steps.answer("stop-again", new DockerStop.Output(true, 0));
        steps.answer("undo-restore", new UndoRestore.Output("As it was."));
        steps.answer("start-again", new DockerStart.Output(true));
    }

    private void container(boolean there) {
        steps.answer("look-at-service", seen(there));
        back(there);
    }

    private void back(boolean there) {
        steps.answer("look-again", seen(there));
    }

    private static DockerInspect.Output seen(boolean there) {
        return new DockerInspect.Output(
                there,
                there ? "running" : "absent",
                "healthy",
                "notes@sha256:a",
                "1.1.0",
                "c",
                "",
                0,
                "unless-stopped");
    }

    private void plan(boolean replaces) {
        plan(replaces, List.of());
    }

    private void plan(boolean replaces, List<String> leftOut) {
        plan(replaces, leftOut, false, true);
    }

    private void plan(boolean replaces, boolean wholeContainer, boolean hostRuns) {
        plan(replaces, List.of(), wholeContainer, hostRuns);
    }

    private void plan(boolean replaces, List<String> leftOut, boolean wholeContainer, boolean hostRuns) {
        steps.answer(
                "plan-restore",
                new PlanRestore.Output(
                        BACKUP,
                        PATH,
                        "2026-01-02T03:04:05Z",
                        "1 h 0 min",
                        "1.0.0",
                        100,
                        replaces,
                        replaces ? List.of("data (files): /srv/persistent/notes") : List.of(),
                        !leftOut.isEmpty(),
                        leftOut,
                        wholeContainer,
                        hostRuns,
                        "It will be put back."));
    }

    private ProcessInstance started() {
        ProcessInstance run = startAs(
                "operator",
                RUNBOOK,
                Map.of("environment", "prod", "service", "notes", "backup", "latest", "reason", "lost a note"));
        goOn(run);
        return run;
    }

    @Test
    void dataIsReplacedOnlyWhenSomebodyElseApproved() {
        ProcessInstance run = started();
        assertRun(run).isWaitingAt("approve-restore").task().hasCandidateGroup("approvers");
        assertThat(called()).containsExactly("prepare-service", "plan-restore", "look-at-service", "verify-backup");
        assertThatThrownBy(() -> completeAs("operator", run, APPROVED)).isInstanceOf(RuntimeException.class);
        completeAs("approver", run, APPROVED);
        goOn(run);
        assertEnded(run, "service-restored", EndState.COMPLETED);
        assertThat(called())
                .containsSubsequence(
                        "stage-restore",
                        "stop-service",
                        "swap-data",
                        "look-again",
                        "start-service",
                        "check-service",
                        "compare-data",
                        "finish-restore",
                        "document-restore");
        assertThat(input("finish-restore", FinishRestore.Input.class))
                .isEqualTo(new FinishRestore.Input("notes", BACKUP, "2026-01-02T04:00:00Z", true));
        assertThat(input("compare-data", TestDataCompare.Input.class))
                .isEqualTo(new TestDataCompare.Input("notes", PATH, true));
        assertThat(input("document-restore", RunDocument.Input.class).introduction())
                .contains(
                        "Records: 3 records are as they were listed.",
                        "before it was swapped in\n\n3 files as they were.");
        assertThat(variable(run, "restoreSeconds")).isEqualTo(9.5);
        assertThat(variable(run, "backup")).isEqualTo(BACKUP);
    }

    /** It is shut down by the swap, and what runs in it comes back with it. */
    @Test
    void aWholeContainerIsReplacedWithWhatRunsInIt() {
        plan(true, true, true);
        ProcessInstance run = started();
        completeAs("approver", run, APPROVED);
        goOn(run);
        assertEnded(run, "service-restored", EndState.COMPLETED);
        assertThat(called())
                .containsSubsequence("stage-restore", "swap-data", "look-again", "start-service", "check-service")
                .doesNotContain("stop-service");
        assertThat(input("swap-data", SwapRestore.Input.class))
                .isEqualTo(new SwapRestore.Input("notes", BACKUP, List.of("data (files): /srv/persistent/notes")));
    }

    /** Nothing can be asked of a host that does not run; the service is looked for when it does. */
    @Test
    void aContainerThatIsNotThereIsMadeAndTheServiceInItIsSeenWell() {
        plan(false, true, false);
        ProcessInstance run = started();
        assertEnded(run, "service-restored", EndState.COMPLETED);
        assertThat(called())
                .doesNotContain("look-at-service", "stop-service")
                .containsSubsequence("swap-data", "look-again", "start-service", "check-service", "compare-data");
        assertThat(input("finish-restore", FinishRestore.Input.class).seenWell())
                .isTrue();
    }

    @Test
    void aWholeContainerComesBackWithoutItsServiceBeingStoppedInIt() {
        plan(true, true, true);
        steps.fail("check-service", () -> rejected("CheckFailed"));
        ProcessInstance run = started();
        completeAs("approver", run, APPROVED);
        goOnToFailure(run);
        abort(run);
        assertRun(run).isEnded().hasPassed("restore-undone");
        assertThat(called()).containsSubsequence("undo-restore", "start-again").doesNotContain("stop-again");
    }

    @Test
    void whereThePlanLeavesSomethingOutSomebodyElseApprovesItAlsoWhereNothingIsReplaced() {
        container(false);
        plan(false, List.of("data (files): /etc/notes.conf is in the backup and not in the plan"));
        ProcessInstance run = started();
        assertRun(run).isWaitingAt("approve-restore");
        completeAs("approver", run, APPROVED);
        goOn(run);
        assertEnded(run, "service-restored", EndState.COMPLETED);
    }

    @Test
    void aRejectedRestoreTouchesNothing() {
        ProcessInstance run = started();
        completeAs("approver", run, Map.of("approved", false, "comment", "not that one"));
        goOn(run);
        assertEnded(run, "restore-rejected", EndState.REJECTED);
        assertThat(changed()).isEmpty();
    }

    @Test
    void whereNothingIsReplacedNobodyIsAskedAndAServiceThatIsNotThereIsNotStarted() {
        plan(false);
        container(false);
        ProcessInstance run = started();
        assertEnded(run, "service-restored", EndState.COMPLETED);
        assertThat(called()).doesNotContain("stop-service", "start-service", "check-service");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prepare-service", "plan-restore", "verify-backup"})
    void aBackupThatIsNotToBeBelievedIsRefusedBeforeAnybodyIsAsked(String activity) {
        steps.fail(activity, () -> rejected("BackupCorrupt"));
        ProcessInstance run = started();
        assertEnded(run, "restore-refused", EndState.REJECTED);
        assertThat(variable(run, "refusalReason")).isEqualTo("BackupCorrupt");
        assertThat(changed()).isEmpty();
    }

    @Test
    void whatWasThereIsKeptUntilTheServiceWasSeenWell() {
        steps.fail("check-service", () -> rejected("CheckFailed"));
        ProcessInstance run = started();
        completeAs("approver", run, APPROVED);
        goOnToFailure(run);
        assertThat(problem(run).getIncidentMessage()).contains("abort to put it back");
        assertThat(called()).doesNotContain("finish-restore");
    }

    @Test
    void aRestoreThatLacksARecordOfItsListingRemovesNothing() {
        steps.fail("compare-data", () -> rejected("DataDiffers"));
        ProcessInstance run = started();
        completeAs("approver", run, APPROVED);
        goOnToFailure(run);
        assertThat(problem(run).getIncidentMessage()).contains("DataDiffers", "abort to put it back");
        assertThat(called()).doesNotContain("finish-restore", "document-restore");
    }

    @Test
    void whoeverCancelsItHasItCleanedUp() {
        ProcessInstance run = started();
        StepRun staging = stepJournal.open(new StepJournal.NewStepRun(
                run.getId(),
                run.getId(),
                "a-job-of-" + run.getId(),
                "stage-restore",
                "Stage",
                "restoreStage",
                "notes",
                "dead server",
                "{}"));
        stepJournal.effect(staging.id(), staging.epoch(), "stage restore", "apps-01/data");
        runtime.deleteProcessInstance(run.getId(), "changed my mind");
        StepRun cleanUp = journal.steps(run.getId()).stream()
                .filter(step -> step.activityId().equals("when-cancelled"))
                .findFirst()
                .orElseThrow();
        assertThat(cleanUp.step()).isEqualTo("restoreUndo");
        assertThat(cleanUp.target()).isEqualTo("notes");
        assertThat(cleanUp.state()).as("while it is open, the run has its lock").isEqualTo(StepRun.State.OPEN);
        // Nobody reaps or keeps locks here, and the tests after this one want this one.
        for (StepRun open : List.of(staging, cleanUp)) {
            stepJournal.fail(open.id(), open.epoch(), new StepRun.Failure("FATAL", "Cancelled", "The test is over."));
        }
        new JdbcTemplate(dataSource).execute("select run_lock_keep(now())");
    }

    private void abort(ProcessInstance run) {
        completeAs("operator", run, Map.of("decision", "abort", "reason", "the old data will do"));
        goOn(run);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"stop-service", "swap-data", "look-again", "start-service", "check-service", "compare-data"})
    void whoeverAbortsAFailedStepGetsTheDataBackAsItWasAndTheServiceRunning(String activity) {
        steps.fail(activity, () -> rejected("TaskFailed"));
        ProcessInstance run = started();
        completeAs("approver", run, APPROVED);
        goOnToFailure(run);
        abort(run);
        assertRun(run).isEnded().hasPassed("restore-undone");
        assertThat(journal.run(run.getId()).orElseThrow().endState()).contains(EndState.ABORTED);
        assertThat(called())
                .containsSubsequence(activity, "stop-again", "undo-restore", "start-again")
                .doesNotContain("finish-restore", "document-restore");
        assertThat(input("undo-restore", RestoreInput.class)).isEqualTo(new RestoreInput("notes", BACKUP));
        assertThat(variable(run, "refusal").toString()).contains("the old data will do");
    }

    @Test
    void whoeverAbortsAFailedStagingHasItRemovedAndTheServiceRunsOn() {
        steps.fail("stage-restore", () -> rejected("TaskFailed"));
        steps.answer("remove-staged", new UndoRestore.Output("As it was."));
        ProcessInstance run = started();
        completeAs("approver", run, APPROVED);
        goOnToFailure(run);
        abort(run);
        assertRun(run).isEnded().hasPassed("remove-staged", "restore-given-up");
        assertThat(called()).doesNotContain("stop-again", "start-again", "undo-restore");
    }

    @Test
    void whereThereIsNoContainerAnAbortStopsAndStartsNone() {
        container(false);
        plan(false);
        steps.fail("swap-data", () -> rejected("InUse"));
        ProcessInstance run = startAs(
                "operator",
                RUNBOOK,
                Map.of("environment", "prod", "service", "notes", "backup", "latest", "reason", "after the wipe"));
        goOnToFailure(run);
        abort(run);
        assertRun(run).isEnded().hasPassed("restore-undone");
        assertThat(called()).contains("undo-restore").doesNotContain("stop-again", "start-again");
    }

    /** The last: it looks at what all the others left in the history. */
    @Test
    @Order(Integer.MAX_VALUE)
    void everyFlowNodeOfTheDiagramWasPassedByThese() {
        assertAllPassed(RUNBOOK);
    }
}
