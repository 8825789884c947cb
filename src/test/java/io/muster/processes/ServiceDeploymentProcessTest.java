package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.journal.RunJournal.Approval;
import io.muster.journal.RunJournal.EndState;
import io.muster.journal.StepRun;
import io.muster.steps.docker.ContainerInput;
import io.muster.steps.proxmox.LxcStatus;
import io.muster.steps.report.AdrDocument;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.history.HistoricActivityInstance;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way through the diagram. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServiceDeploymentProcessTest extends ServiceDeployment {

    // End events

    @Test
    void anApprovedDeploymentIsRolledOutValidatedAndDocumented() {
        ProcessInstance run = started();
        assertRun(run).isWaitingAt("approve-deployment").task().hasCandidateGroup("approvers");
        assertThat(called()).isEqualTo(PREPARATION);

        completeAs("approver", run, APPROVED);
        goOn(run);

        assertEnded(run, "service-deployed", EndState.COMPLETED);
        assertRun(run)
                .hasPassed("apply-placement-rules", "deviation-from-rules")
                .hasNotPassed("record-deviation");
        assertThat(called())
                .isEqualTo(
                        Stream.concat(PREPARATION.stream(), ROLL_OUT.stream()).toList());
        assertThat(journal.steps(run.getId()))
                .hasSize(16)
                .allMatch(StepRun::acknowledged)
                .allMatch(step -> step.state() == StepRun.State.SUCCEEDED);
    }

    @Test
    void aRejectedDeploymentTouchesNothing() {
        ProcessInstance run = started();
        completeAs("approver", run, Map.of("approved", false, "comment", "not on a Friday"));
        goOn(run);

        assertEnded(run, "deployment-rejected", EndState.REJECTED);
        assertThat(called()).isEqualTo(PREPARATION);
        assertThat(changed()).isEmpty();
        assertThat(journal.approvals(run.getId()))
                .extracting(Approval::by, Approval::approved, Approval::comment)
                .containsExactly(tuple("approver", false, "not on a Friday"));
    }

    @Test
    void aDeploymentThatWouldChangeNothingIsCheckedAndDocumentedAndNobodyIsAsked() {
        plans(false, false);
        ProcessInstance run = started();

        assertEnded(run, "nothing-to-change", EndState.COMPLETED);
        assertRun(run).hasNotPassed("approve-deployment");
        assertThat(called()).endsWith("plan-container", "check-unchanged", "document-no-change");
        assertThat(changed()).isEmpty();
        assertThat(journal.approvals(run.getId())).isEmpty();
    }

    @Test
    void aWithdrawnDeploymentTouchesNothing() {
        steps.answer("prepare-service", prepared("core", "experimental", true));
        ProcessInstance run = started();
        assertRun(run).isWaitingAt("record-deviation");
        completeAs("operator", run, Map.of("deviationAccepted", false));
        goOn(run);

        assertEnded(run, "deployment-withdrawn", EndState.REJECTED);
        assertThat(called()).containsExactly("prepare-service", "resolve-image");
    }

    // Boundary events

    @ParameterizedTest
    @ValueSource(strings = {"NotObservable", "NotInInventory", "SomethingElse"})
    void aServiceThatCannotBePreparedIsRefused(String reason) {
        steps.fail("prepare-service", () -> rejected(reason));
        ProcessInstance run = started();

        assertEnded(run, "deployment-refused", EndState.REJECTED);
        assertRun(run).hasPassed("preparation-refused").hasNotPassed("image-refused");
        assertThat(called()).containsExactly("prepare-service");
        assertThat(variable(run, "refusalReason")).isEqualTo(reason);
        assertThat(variable(run, "refusal")).isEqualTo(reason + " is why. Mend it.");
        assertThat(journal.steps(run.getId())).singleElement().matches(StepRun::acknowledged);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NotFound", "TagMoved", "NotInInventory"})
    void anImageThatIsNotThereOrIsNoLongerWhatItWasIsRefused(String reason) {
        steps.fail("resolve-image", () -> rejected(reason));
        ProcessInstance run = started();

        assertEnded(run, "deployment-refused", EndState.REJECTED);
        assertRun(run).hasPassed("image-refused").hasNotPassed("preparation-refused", "apply-placement-rules");
        assertThat(called()).containsExactly("prepare-service", "resolve-image");
        assertThat(variable(run, "refusalReason")).isEqualTo(reason);
        assertThat(variable(run, "refusal")).isEqualTo(reason + " is why. Mend it.");
    }

    @Test
    void anIncompleteAdrIsAskedForAgainWithWhatIsMissing() {
        steps.answer("prepare-service", prepared("core", "experimental", true));
        ProcessInstance run = started();
        completeAs(
                "operator",
                run,
                Map.of("deviationAccepted", true, "adrTitle", "In experimental", "adrContext", " ", "adrDecision", ""));
        goOn(run);

        assertRun(run).hasPassed("adr-incomplete").isWaitingAt("record-deviation");
        assertThat(variable(run, "adrProblem").toString())
                .contains("'context'", "'decision'")
                .doesNotContain("'title'");
        assertThat(called()).doesNotContain("keep-adr", "look-at-container");

        completeAs("operator", run, ADR);
        goOn(run);
        assertRun(run).isWaitingAt("approve-deployment");
        assertThat(input("keep-adr", AdrDocument.Input.class).context()).isEqualTo("core-01 is being rebuilt");
    }

    // Gateways

    @Test
    void aDeviationGoesOnWithAnAdrThatHoldsWhatWasEntered() {
        steps.answer("prepare-service", prepared("experimental", "core", true));
        ProcessInstance run = started();
        assertRun(run).isWaitingAt("record-deviation").task().hasCandidateGroup("operators");

        completeAs("operator", run, ADR);
        goOn(run);

        assertRun(run)
                .hasPassed("go-on-with-deviation", "keep-adr", "look-at-container")
                .isWaitingAt("approve-deployment");
        AdrDocument.Input adr = input("keep-adr", AdrDocument.Input.class);
        assertThat(adr)
                .isEqualTo(new AdrDocument.Input(
                        "Notes in an experimental container",
                        "core-01 is being rebuilt",
                        "Until Friday, the platform team sees to it",
                        adr.deviations()));
        assertThat(adr.deviations()).singleElement().asString().contains("validate in an experimental container first");
        assertThat(changed()).isEmpty();

        completeAs("approver", run, APPROVED);
        goOn(run);
        assertEnded(run, "service-deployed", EndState.COMPLETED);
    }

    @Test
    void twoDeviationsAreBothShownAndBothKept() {
        steps.answer("prepare-service", prepared("core", "experimental", false));
        ProcessInstance run = started();
        String shown = tasks.getVariable(task(run).getId(), "deviations").toString();
        assertThat(shown).contains("No core service runs in an experimental container.", "Persistent data stays");
        assertThat(tasks.getVariable(task(run).getId(), "strayVolumes")).isEqualTo("/tmp/notes");

        completeAs("operator", run, ADR);
        goOn(run);
        assertThat(input("keep-adr", AdrDocument.Input.class).deviations())
                .containsExactly(
                        "No core service runs in an experimental container.",
                        "Persistent data stays on the persistent storage of its container.");
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "true, true"})
    void anyDifferenceHasToBeApproved(boolean container, boolean metrics) {
        plans(container, metrics);
        ProcessInstance run = started();
        assertRun(run).hasPassed("anything-to-change").isWaitingAt("approve-deployment");
        assertThat(changed()).isEmpty();
    }

    @Test
    void aDeviationTaskThatDoesNotSayHowToGoOnStays() {
        steps.answer("prepare-service", prepared("core", "experimental", true));
        ProcessInstance run = started();
        assertThatThrownBy(() -> completeAs("operator", run, Map.of("adrTitle", "In experimental")))
                .hasMessageContaining("deviationAccepted");
        assertRun(run).isWaitingAt("record-deviation");
    }

    @Test
    void whoStartedItCannotApproveIt() {
        ProcessInstance run = started();
        assertThatThrownBy(() -> completeAs("operator", run, APPROVED)).isInstanceOf(RuntimeException.class);
        assertRun(run).isWaitingAt("approve-deployment");
        assertThat(changed()).isEmpty();
        assertThat(journal.approvals(run.getId())).isEmpty();
    }

    @Test
    void aStartWithAnUnknownServiceCreatesNothing() {
        long before = runtime.createProcessInstanceQuery().count();
        assertThatThrownBy(() -> startAs(
                        "operator",
                        RUNBOOK,
                        Map.of("environment", "prod", "service", "nots", "version", "1", "reason", "because")))
                .hasMessageContaining("'service' is 'nots'");
        assertThat(runtime.createProcessInstanceQuery().count()).isEqualTo(before);
        assertThat(called()).isEmpty();
    }

    // A container that is not there

    @Test
    void aMissingContainerIsProvisionedWithAnApprovalOfItsOwnAndThenDeployedInto() {
        ProcessInstance run = missing();
        ProcessInstance provision = called(run);
        assertRun(provision).isWaitingAt("approve-provision");
        assertThat(variable(provision, "reason").toString()).isEqualTo("For notes 1.2.0: a new release");
        completeAs("approver", provision, APPROVED);
        steps.answer(
                "look-at-container",
                new LxcStatus.Output("running", true, "", 1, 201, "proxima", true, "new-01 is running."));
        goOn(run);
        assertEnded(provision, "container-provisioned", EndState.COMPLETED);
        assertRun(run).isWaitingAt("approve-deployment");
        completeAs("approver", run, APPROVED);
        goOn(run);
        assertEnded(run, "service-deployed", EndState.COMPLETED);
        assertThat(input("run-service", ContainerInput.class).host()).isEqualTo("new-01");
    }

    @Test
    void aContainerWhoseProvisioningIsRejectedIsNotDeployedInto() {
        ProcessInstance run = missing();
        completeAs("approver", called(run), Map.of("approved", false, "comment", "no room"));
        goOn(run);
        assertEnded(run, "deployment-refused", EndState.REJECTED);
        assertThat(changed()).isEmpty();
    }

    @Test
    void whyProvisioningWasRefusedIsWhyTheDeploymentIs() {
        ProcessInstance run = missing();
        steps.fail("create-container", () -> rejected("Conflict"));
        completeAs("approver", called(run), APPROVED);
        goOn(run);
        assertEnded(run, "deployment-refused", EndState.REJECTED);
        assertThat(variable(run, "refusal").toString()).startsWith("Conflict is why.");
    }

    @Test
    void aMissingContainerThatNothingSpecifiesIsRefusedWithAdvice() {
        steps.fail("look-at-container", () -> rejected("NotFound"));
        steps.fail("read-container-specification", () -> rejected("NotInInventory"));
        ProcessInstance run = started();
        assertEnded(run, "deployment-refused", EndState.REJECTED);
        assertRun(run).hasPassed("container-unspecified");
        assertThat(variable(run, "refusal").toString()).contains("container-provision", "notes");
        assertThat(changed()).isEmpty();
    }

    private ProcessInstance missing() {
        ContainerProvisionProcessTest.script(steps);
        steps.answer("prepare-service", prepared("core", "core", true, "new-01"));
        steps.fail("look-at-container", () -> rejected("NotFound"));
        steps.answer("read-container-specification", ContainerProvisionProcessTest.SPECIFICATION);
        return started();
    }

    /** The last: it looks at what all the others left in the history. */
    @Test
    @Order(Integer.MAX_VALUE)
    void everyFlowNodeOfTheDiagramWasPassedByThese() {
        String definition = repository
                .createProcessDefinitionQuery()
                .processDefinitionKey(RUNBOOK)
                .latestVersion()
                .singleResult()
                .getId();
        Set<String> nodes = repository.getBpmnModelInstance(definition).getModelElementsByType(FlowNode.class).stream()
                .map(FlowNode::getId)
                .collect(Collectors.toSet());
        Set<String> passed =
                history.createHistoricActivityInstanceQuery().processDefinitionId(definition).finished().list().stream()
                        .map(HistoricActivityInstance::getActivityId)
                        .collect(Collectors.toSet());
        assertThat(passed).containsAll(nodes);
        assertThat(nodes).hasSizeGreaterThan(30);
    }
}
