package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.RunJournal.EndState;
import io.muster.steps.check.CheckNoPrometheusTarget;
import io.muster.steps.docker.DockerInspect;
import io.muster.steps.docker.DockerRemove;
import io.muster.steps.docker.DockerStop;
import io.muster.steps.metrics.MetricsTargetRemove;
import io.muster.steps.report.RunDocument;
import io.muster.steps.service.CheckNoDependents;
import io.muster.steps.service.ServiceRetire;
import io.muster.steps.volume.ArchivePlan;
import io.muster.steps.volume.ArchiveVerify;
import io.muster.steps.volume.ArchiveWrite;
import io.muster.steps.volume.VolumeRemove;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way through the diagram. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServiceRetirementProcessTest extends RunbookTest {

    private static final String RUNBOOK = "service-retirement";
    private static final String ARCHIVE = "monitoring-01:/srv/persistent/archive/prod/notes/1";
    private static final Map<String, Object> APPROVED = Map.of("approved", true, "comment", "go");
    private static final List<String> PREPARATION =
            List.of("prepare-service", "check-no-dependents", "look-at-service", "plan-archive");
    static final List<String> REMOVAL = List.of(
            "remove-container", "remove-previous", "remove-metrics-target", "check-unscraped", "record-retirement");

    @BeforeEach
    void everythingGoesWell() {
        steps.answer("prepare-service", ServiceDeployment.prepared("core", "core", true));
        steps.answer("check-no-dependents", new CheckNoDependents.Output(List.of()));
        container(true);
        data(false);
        steps.answer("stop-service", new DockerStop.Output(true, 0));
        steps.answer("write-archive", new ArchiveWrite.Output(ARCHIVE, 100));
        steps.answer("verify-archive", new ArchiveVerify.Output(ARCHIVE, "5ha", "Read back."));
        steps.answer("remove-container", new DockerRemove.Output(true));
        steps.answer("remove-previous", new DockerRemove.Output(false));
        steps.answer("remove-metrics-target", new MetricsTargetRemove.Output(true));
        steps.answer("remove-data", new VolumeRemove.Output(List.of("/srv/persistent/notes")));
        steps.answer("check-unscraped", new CheckNoPrometheusTarget.Output(0));
        steps.answer("record-retirement", new ServiceRetire.Output("2026-01-01T00:00:00Z"));
        steps.answer("document-retirement", new RunDocument.Output("retirement.md"));
    }

    private void container(boolean there) {
        steps.answer(
                "look-at-service",
                new DockerInspect.Output(
                        there,
                        there ? "running" : "absent",
                        "healthy",
                        "notes@sha256:a",
                        "1.1.0",
                        "c",
                        "",
                        0,
                        "unless-stopped"));
    }

    private void data(boolean removed) {
        steps.answer("plan-archive", new ArchivePlan.Output(99, ARCHIVE, removed, "99 bytes will be archived."));
    }

    private ProcessInstance started() {
        ProcessInstance run = startAs(
                "operator",
                RUNBOOK,
                Map.of("environment", "prod", "service", "notes", "data", "keep", "reason", "no longer used"));
        goOn(run);
        return run;
    }

    private ProcessInstance approved() {
        ProcessInstance run = started();
        completeAs("approver", run, APPROVED);
        return run;
    }

    // End events

    @Test
    void anApprovedRetirementArchivesAndVerifiesBeforeItRemovesAnything() {
        ProcessInstance run = started();
        assertRun(run).isWaitingAt("approve-retirement").task().hasCandidateGroup("approvers");
        assertThat(called()).isEqualTo(PREPARATION);
        assertThat(changed()).isEmpty();
        completeAs("approver", run, APPROVED);
        goOn(run);

        assertEnded(run, "service-retired", EndState.COMPLETED);
        assertThat(called().subList(PREPARATION.size(), called().size()))
                .containsExactly(
                        "stop-service",
                        "write-archive",
                        "verify-archive",
                        "remove-container",
                        "remove-previous",
                        "remove-metrics-target",
                        "check-unscraped",
                        "record-retirement",
                        "document-retirement");
        assertThat(input("record-retirement", ServiceRetire.Input.class).archive())
                .isEqualTo(ARCHIVE);
        assertThat(input("remove-previous", DockerRemove.Input.class))
                .isEqualTo(new DockerRemove.Input("apps-01", "notes--previous", false, "notes"));
    }

    @Test
    void dataIsRemovedOnlyWhereThatWasChosenAndWithTheManifestThatWasVerified() {
        data(true);
        ProcessInstance run = approved();
        goOn(run);
        assertEnded(run, "service-retired", EndState.COMPLETED);
        assertThat(called())
                .containsSubsequence("verify-archive", "remove-container", "remove-data", "check-unscraped");
        assertThat(input("remove-data", VolumeRemove.Input.class).manifest()).isEqualTo("5ha");
    }

    @Test
    void aServiceWithoutAContainerIsArchivedAndItsRecordsAreCleaned() {
        container(false);
        ProcessInstance run = approved();
        goOn(run);
        assertEnded(run, "service-retired", EndState.COMPLETED);
        assertThat(called()).doesNotContain("stop-service").contains("write-archive", "record-retirement");
    }

    @Test
    void aRejectedRetirementTouchesNothing() {
        ProcessInstance run = started();
        completeAs("approver", run, Map.of("approved", false, "comment", "still needed"));
        goOn(run);
        assertEnded(run, "retirement-rejected", EndState.REJECTED);
        assertThat(changed()).isEmpty();
    }

    // Boundary events

    @Test
    void aServiceThatOthersDependOnIsRefusedWithTheirNames() {
        steps.fail("check-no-dependents", () -> rejected("DependentsExist"));
        ProcessInstance run = started();
        assertEnded(run, "retirement-refused", EndState.REJECTED);
        assertRun(run).hasPassed("dependents-exist");
        assertThat(variable(run, "refusal")).isEqualTo("DependentsExist is why. Mend it.");
        assertThat(called()).doesNotContain("plan-archive");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NotInInventory", "NotObservable"})
    void aServiceThatCannotBePreparedIsRefused(String reason) {
        steps.fail("prepare-service", () -> rejected(reason));
        ProcessInstance run = started();
        assertEnded(run, "retirement-refused", EndState.REJECTED);
        assertRun(run).hasPassed("preparation-refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NoSpace", "NotInInventory", "Conflict", "InvalidInput"})
    void anArchiveThatCannotBeIsRefusedBeforeAnybodyIsAsked(String reason) {
        steps.fail("plan-archive", () -> rejected(reason));
        ProcessInstance run = started();
        assertEnded(run, "retirement-refused", EndState.REJECTED);
        assertRun(run).hasPassed("archive-refused");
        assertThat(variable(run, "refusalReason")).isEqualTo(reason);
    }

    @Test
    void aChoiceForTheDataThatIsNoneIsRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> startAs(
                        "operator",
                        RUNBOOK,
                        Map.of("environment", "prod", "service", "notes", "data", "shred", "reason", "no longer used")))
                .hasMessageContaining("'data' is 'shred'")
                .hasMessageContaining("keep, remove");
    }

    // Failures

    @ParameterizedTest
    @ValueSource(strings = {"write-archive", "verify-archive"})
    void anArchiveThatFailsRemovesNothingAndSaysHowToBringTheServiceBack(String activity) {
        data(true);
        steps.fail(activity, () -> rejected("ArchiveInvalid"));
        ProcessInstance run = approved();
        goOnToFailure(run);
        assertThat(problem(run).getActivityId()).isEqualTo(activity);
        assertThat(problem(run).getIncidentMessage())
                .contains("nothing was removed", "`docker start notes` on apps-01");
        assertThat(called()).doesNotContainAnyElementsOf(REMOVAL).doesNotContain("remove-data");
    }

    @ParameterizedTest
    @FieldSource("REMOVAL")
    void aFailureAfterTheArchiveSaysWhereTheDataIsAndNoLaterStepRuns(String activity) {
        steps.fail(activity, () -> rejected("Conflict"));
        ProcessInstance run = approved();
        goOnToFailure(run);
        assertThat(problem(run).getIncidentMessage()).contains("verified archive " + ARCHIVE);
        assertThat(called()).endsWith(activity);
    }

    @Test
    void whoStartedItCannotApproveIt() {
        ProcessInstance run = started();
        assertThatThrownBy(() -> completeAs("operator", run, APPROVED)).isInstanceOf(RuntimeException.class);
        assertThat(changed()).isEmpty();
    }

    /** The last: it looks at what all the others left in the history. */
    @Test
    @Order(Integer.MAX_VALUE)
    void everyFlowNodeOfTheDiagramWasPassedByThese() {
        assertAllPassed(RUNBOOK);
    }
}
