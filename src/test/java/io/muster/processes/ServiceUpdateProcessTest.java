package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.RunJournal.EndState;
import io.muster.steps.check.CheckHttp;
import io.muster.steps.report.AdrDocument;
import io.muster.steps.report.NoteDocument;
import io.muster.steps.volume.VolumeCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way through the diagram, and through the verification that it calls. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServiceUpdateProcessTest extends ServiceUpdate {

    // End events

    @Test
    void anApprovedUpdateIsVerifiedBeforeAndAfterAndDocumented() {
        ProcessInstance run = started();
        assertRun(run).isWaitingAt("approve-update").task().hasCandidateGroup("approvers");
        assertThat(changed()).isEmpty();
        completeAs("approver", run, APPROVED);
        goOn(run);

        assertEnded(run, "service-updated", EndState.COMPLETED);
        List<String> expected = new ArrayList<>(List.of("prepare-service", "resolve-image"));
        expected.addAll(VERIFICATION);
        expected.addAll(List.of("plan-container", "compare-versions", "find-dependents"));
        expected.addAll(REPLACEMENT);
        expected.addAll(VERIFICATION);
        expected.addAll(List.of("check-state", "remove-previous", "document-update"));
        assertThat(called()).isEqualTo(expected);
        assertThat(changed())
                .containsExactly("pull-image", "stop-service", "record-state", "run-service", "remove-previous");
        assertThat(input("check-state", VolumeCheck.Input.class))
                .isEqualTo(new VolumeCheck.Input(
                        "apps-01",
                        "notes",
                        List.of("/srv/persistent/notes:/data", "/etc/notes:/config:ro"),
                        "d1gest",
                        0));
        assertThat(input("check-endpoint", CheckHttp.Input.class).status()).isEqualTo(204);
        assertThat(journal.children(run.getId())).hasSize(2);
    }

    @Test
    void aRejectedUpdateTouchesNothing() {
        ProcessInstance run = started();
        completeAs("approver", run, Map.of("approved", false, "comment", "not on a Friday"));
        goOn(run);
        assertEnded(run, "update-rejected", EndState.REJECTED);
        assertThat(changed()).isEmpty();
    }

    @Test
    void theVersionThatRunsAlreadyIsNothingToChangeAndNobodyIsAsked() {
        compared("same", 0, false);
        ProcessInstance run = started();
        assertEnded(run, "nothing-to-change", EndState.COMPLETED);
        assertThat(called()).endsWith("compare-versions", "document-no-change");
        assertThat(changed()).isEmpty();
    }

    @Test
    void aWithdrawnDeviationTouchesNothing() {
        compared("downgrade", 0, false);
        ProcessInstance run = started();
        assertRun(run).isWaitingAt("record-deviation");
        completeAs("operator", run, Map.of("deviationAccepted", false));
        goOn(run);
        assertEnded(run, "update-withdrawn", EndState.REJECTED);
        assertThat(called()).doesNotContain("find-dependents");
        assertThat(changed()).isEmpty();
    }

    // Boundary events

    @ParameterizedTest
    @ValueSource(strings = {"NotObservable", "NotInInventory"})
    void aServiceThatCannotBePreparedIsRefused(String reason) {
        steps.fail("prepare-service", () -> rejected(reason));
        ProcessInstance run = started();
        assertEnded(run, "update-refused", EndState.REJECTED);
        assertRun(run).hasPassed("preparation-refused");
        assertThat(variable(run, "refusalReason")).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NotFound", "TagMoved"})
    void aVersionThatIsNotThereOrThatMovedIsRefused(String reason) {
        steps.fail("resolve-image", () -> rejected(reason));
        ProcessInstance run = started();
        assertEnded(run, "update-refused", EndState.REJECTED);
        assertRun(run).hasPassed("image-refused");
        assertThat(called()).doesNotContain("check-container");
    }

    @ParameterizedTest
    @CsvSource({
        "check-container, NotFound",
        "check-container, CheckFailed",
        "check-endpoint, CheckFailed",
        "check-metrics, CheckFailed",
        "read-log, NotFound",
        "check-dependencies, CheckFailed"
    })
    void aServiceThatIsNotWellBeforeIsRefused(String activity, String reason) {
        steps.fail(activity, () -> rejected(reason));
        ProcessInstance run = started();
        assertEnded(run, "update-refused", EndState.REJECTED);
        assertRun(run).hasPassed("verification-refused");
        assertThat(variable(run, "refusal").toString())
                .startsWith(reason + " is why.")
                .contains("An update begins with a service that is well");
        assertThat(called()).doesNotContain("plan-container");
        assertThat(changed()).isEmpty();
    }

    @Test
    void anIncompleteAdrIsAskedForAgainAndACompleteOneGoesOn() {
        compared("major", 2, false);
        ProcessInstance run = started();
        completeAs(
                "operator",
                run,
                Map.of("deviationAccepted", true, "adrTitle", "Skip 2", "adrContext", " ", "adrDecision", ""));
        goOn(run);
        assertRun(run).hasPassed("adr-incomplete").isWaitingAt("record-deviation");
        assertThat(variable(run, "adrProblem").toString()).contains("'context'", "'decision'");

        completeAs("operator", run, ServiceDeployment.ADR);
        goOn(run);
        assertRun(run).hasPassed("keep-adr").isWaitingAt("approve-update");
        assertThat(input("keep-adr", AdrDocument.Input.class).deviations())
                .containsExactly("A core or monitoring service takes major versions one at a time.");
    }

    @Test
    void whoDependsOnItIsInformedBeforeAnybodyApprovesAndHowIsKept() {
        dependents("web (core, in apps-01, team web, running)");
        ProcessInstance run = started();
        assertRun(run).isWaitingAt("inform-dependents").task().hasCandidateGroup("operators");
        completeAs("operator", run, Map.of("notice", " "));
        goOn(run);
        assertRun(run).hasPassed("notice-incomplete").isWaitingAt("inform-dependents");
        assertThat(variable(run, "noticeProblem").toString()).contains("'text'");

        completeAs("operator", run, Map.of("notice", "told team web"));
        goOn(run);
        assertRun(run).hasPassed("keep-notice").isWaitingAt("approve-update");
        assertThat(input("keep-notice", NoteDocument.Input.class).text()).isEqualTo("told team web");
        completeAs("approver", run, APPROVED);
        goOn(run);
        assertEnded(run, "service-updated", EndState.COMPLETED);
    }

    /** The last: it looks at what all the others left in the history. */
    @Test
    @Order(Integer.MAX_VALUE)
    void everyFlowNodeOfBothDiagramsWasPassedByThese() {
        assertAllPassed(RUNBOOK);
        assertAllPassed("service-verification");
    }
}
