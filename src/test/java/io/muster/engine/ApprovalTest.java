package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.RunJournal.Approval;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.FormService;
import org.camunda.bpm.engine.impl.cmd.CompleteTaskCmd;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class ApprovalTest extends EngineTest {

    private static final String BOTH = "operator-and-approver";

    @Autowired
    FormService forms;

    @Autowired
    CommandExecutor commands;

    private String key;

    @BeforeEach
    void aRunbookWithAnApproval() {
        if (identity.createUserQuery().userId(BOTH).count() == 0) {
            var user = identity.newUser(BOTH);
            user.setPassword("Long-enough-1-2-3");
            identity.saveUser(user);
            identity.createMembership(BOTH, Roles.OPERATORS);
            identity.createMembership(BOTH, Roles.APPROVERS);
        }
        key = unique("approval");
        deploy(RunTest.withStartVariables(
                process(key)
                        .startEvent()
                        .userTask("approve-deployment")
                        .name("Approve the deployment")
                        .camundaCandidateGroups("approvers")
                        .exclusiveGateway("approved-question")
                        .condition("yes", "${approved}")
                        .endEvent("deployed")
                        .moveToLastGateway()
                        .condition("no", "${!approved}")
                        .endEvent("deployment-rejected")
                        .done(),
                "environment"));
    }

    private ProcessInstance startAs(String user) {
        return as(user, () -> start(key, Map.of("environment", "prod")));
    }

    private static Map<String, Object> yes() {
        return new HashMap<>(Map.of("approved", true, "comment", " looks good "));
    }

    private String outcome(ProcessInstance run) {
        return journal.run(run.getId()).orElseThrow().outcome().orElse("none");
    }

    @Test
    void anotherApproverApprovesAndItIsRecorded() {
        ProcessInstance run = startAs("operator");
        Task task = task(run);
        as("approver", () -> tasks.complete(task.getId(), yes()));
        assertThat(outcome(run)).isEqualTo("deployed");
        assertThat(journal.approvals(run.getId())).singleElement().satisfies(approval -> {
            assertThat(approval.by()).isEqualTo("approver");
            assertThat(approval.task()).isEqualTo("approve-deployment");
            assertThat(approval.taskId()).isEqualTo(task.getId());
            assertThat(approval.title()).isEqualTo("Approve the deployment");
            assertThat(approval.comment()).isEqualTo("looks good");
            assertThat(approval.approved()).isTrue();
            assertThat(approval.self()).isFalse();
        });
        assertThat(history.createHistoricVariableInstanceQuery()
                        .processInstanceId(run.getId())
                        .variableName("comment")
                        .singleResult()
                        .getValue())
                .isEqualTo("looks good");
    }

    @Test
    void aRejectionWithAReasonEndsTheRunAsRejected() {
        ProcessInstance run = startAs("operator");
        String id = task(run).getId();
        assertThatThrownBy(() -> as("approver", () -> tasks.complete(id, new HashMap<>(Map.of("approved", false)))))
                .hasMessageContaining("must say why");
        as(
                "approver",
                () -> forms.submitTaskForm(id, new HashMap<>(Map.of("approved", false, "comment", "not today"))));
        assertThat(outcome(run)).isEqualTo("deployment-rejected");
        assertThat(journal.approvals(run.getId()))
                .extracting(Approval::approved)
                .containsExactly(false);
    }

    @Test
    void theStarterCannotApproveThroughAnyDoor() {
        ProcessInstance run = startAs(BOTH);
        String id = task(run).getId();
        List<Runnable> doors = List.of(
                () -> tasks.complete(id, yes()),
                () -> tasks.completeWithVariablesInReturn(id, yes(), false),
                () -> forms.submitTaskForm(id, yes()),
                () -> forms.submitTaskFormWithVariablesInReturn(id, yes(), false),
                () -> tasks.claim(id, BOTH),
                () -> commands.execute(new CompleteTaskCmd(id, yes())),
                () -> tasks.resolveTask(id, yes()),
                () -> tasks.handleBpmnError(id, "x", "y", yes()),
                () -> tasks.handleEscalation(id, "x", yes()));
        for (Runnable door : doors) {
            assertThatThrownBy(() -> as(BOTH, door)).isInstanceOf(Refused.class);
        }
        assertThatThrownBy(() -> as(BOTH, () -> tasks.complete(id, yes())))
                .hasMessage(
                        BOTH + " started this run, and nobody approves their own change. Another member of approvers "
                                + "can decide 'approve-deployment'.");
        assertThat(task(run)).isNotNull();
        assertThat(task(run).getAssignee()).isNull();
        assertThat(journal.approvals(run.getId())).isEmpty();
    }

    @Test
    void theStarterCannotBeAssignedOrOwnOrBeDelegatedByAnyone() {
        ProcessInstance run = startAs(BOTH);
        String id = task(run).getId();
        // Not even by the server's own code, which no authorization holds back.
        assertThatThrownBy(() -> tasks.setAssignee(id, BOTH)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> tasks.setOwner(id, BOTH)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> tasks.delegateTask(id, BOTH)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> tasks.delegateTask(id, "approver"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("cannot be delegated");
        assertThatThrownBy(() -> {
                    Task changed = task(run);
                    changed.setAssignee(BOTH);
                    tasks.saveTask(changed);
                })
                .isInstanceOf(Refused.class);
        as("approver", () -> tasks.claim(id, "approver"));
        assertThat(task(run).getAssignee()).isEqualTo("approver");
        as("approver", () -> tasks.claim(id, null));
        as("approver", () -> tasks.complete(id, yes()));
        assertThat(outcome(run)).isEqualTo("deployed");
    }

    @Test
    void nobodyAndOutsidersCannotApprove() {
        ProcessInstance run = startAs("operator");
        String id = task(run).getId();
        assertThatThrownBy(() -> tasks.complete(id, yes())).hasMessageContaining("Nobody is authenticated");
        assertThatThrownBy(() -> as("operator2", () -> tasks.complete(id, yes())))
                .hasMessageContaining("operator2 is not a member of approvers");
        // A group that somebody added to the task is not one of the diagram's.
        tasks.addCandidateGroup(id, "operators");
        assertThatThrownBy(() -> as("operator2", () -> tasks.complete(id, yes())))
                .hasMessageContaining("operator2 is not a member of approvers");
    }

    @Test
    void theAnswerMustComeWithTheCompletion() {
        ProcessInstance run = startAs("operator");
        String id = task(run).getId();
        runtime.setVariable(run.getId(), "approved", true);
        tasks.setVariableLocal(id, "approved", true);
        assertThatThrownBy(() -> as("approver", () -> tasks.complete(id)))
                .hasMessageContaining("'approved' must be given with the completion");
        assertThatThrownBy(() -> as("approver", () -> tasks.complete(id, new HashMap<>(Map.of("approved", "true")))))
                .hasMessageContaining("Boolean");
        assertThatThrownBy(() -> as(
                        "approver",
                        () -> tasks.complete(
                                id,
                                new HashMap<>(Map.of(
                                        "approved",
                                        org.camunda.bpm.engine.variable.Variables.serializedObjectValue("true")
                                                .objectTypeName("java.lang.Boolean")
                                                .serializationDataFormat("application/json")
                                                .create())))))
                .hasMessageContaining("Boolean");
        as("approver", () -> tasks.complete(id, new HashMap<>(Map.of("approved", false, "comment", "no"))));
        assertThat(outcome(run)).isEqualTo("deployment-rejected");
    }

    @Test
    void anAnswerOfBeforeTheQuestionIsCleared() {
        String second = unique("twice");
        deploy(process(second)
                .startEvent()
                .userTask("approve-first")
                .userTask("approve-second")
                .endEvent()
                .done());
        ProcessInstance run = as("operator", () -> start(second));
        as("approver", () -> tasks.complete(task(run).getId(), yes()));
        assertThat(task(run).getTaskDefinitionKey()).isEqualTo("approve-second");
        assertThat(runtime.getVariables(run.getId())).doesNotContainKeys("approved", "comment");
    }

    @Test
    void anApprovalChangesNothingElse() {
        ProcessInstance run = startAs("operator");
        String id = task(run).getId();
        Map<String, Object> more = yes();
        more.put("environment", "lab");
        more.put("force", true);
        assertThatThrownBy(() -> as("approver", () -> tasks.complete(id, more)))
                .hasMessageContaining("environment, force");
        // Forms send back what they show.
        Map<String, Object> same = yes();
        same.put("environment", "prod");
        as("approver", () -> forms.submitTaskForm(id, same));
        assertThat(outcome(run)).isEqualTo("deployed");
    }

    @Test
    void anOtherTaskMayNotAnswerNorChangeWhatTheRunWasStartedWith() {
        String ordinary = unique("ordinary");
        deploy(RunTest.withStartVariables(
                process(ordinary)
                        .startEvent()
                        .userTask("record-deviation")
                        .camundaCandidateGroups("operators")
                        .camundaOutputParameter("adrTitle", "${adrTitle}")
                        .endEvent()
                        .done(),
                "environment"));
        ProcessInstance run = as("operator", () -> start(ordinary, Map.of("environment", "prod")));
        String id = task(run).getId();
        assertThatThrownBy(() -> as(
                        "operator",
                        () -> tasks.complete(id, new HashMap<>(Map.of("approved", true, "environment", "lab")))))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("approved, environment");
        as(
                "operator",
                () -> tasks.complete(
                        id,
                        new HashMap<>(Map.of("environment", "prod", "adrTitle", "A deviation", "comment", "mine"))));
        assertThat(ended(run)).isTrue();
    }

    @Test
    void whereTheEnvironmentAllowsItTheStarterApprovesAloneAfterTheDelayAndTheRecordSaysSo() {
        ProcessInstance run = as(BOTH, () -> start(key, Map.of("environment", "lab")));
        String id = task(run).getId();
        as(BOTH, () -> tasks.claim(id, BOTH));
        assertThatThrownBy(() -> as(BOTH, () -> tasks.complete(id, yes()))).hasMessageContaining("only from");
        clock.turn(Duration.ofMinutes(61));
        as(BOTH, () -> tasks.complete(id, yes()));
        assertThat(journal.approvals(run.getId())).extracting(Approval::self).containsExactly(true);
    }

    @Test
    void whoStartedTheRootCannotApproveInARunbookThatItCalls() {
        String calling = unique("calling");
        deploy(process(calling)
                .startEvent()
                .callActivity("call")
                .calledElement(key)
                .camundaIn("environment", "environment")
                .endEvent()
                .done());
        ProcessInstance run = as(BOTH, () -> start(calling, Map.of("environment", "prod")));
        ProcessInstance child = runtime.createProcessInstanceQuery()
                .superProcessInstanceId(run.getId())
                .singleResult();
        String id = task(child).getId();
        assertThatThrownBy(() -> as(BOTH, () -> tasks.complete(id, yes()))).hasMessageContaining("started this run");
        as("approver", () -> tasks.complete(id, yes()));
        assertThat(ended(run)).isTrue();
    }

    @Test
    void anErrorBoundaryDoesNotCatchARefusal() {
        String caught = unique("catchall");
        deploy(process(caught)
                .startEvent()
                .subProcess("around")
                .embeddedSubProcess()
                .startEvent()
                .userTask("approve-it")
                .endEvent()
                .subProcessDone()
                .endEvent()
                .moveToActivity("around")
                .boundaryEvent("anything")
                .error()
                .endEvent("around-it")
                .done());
        ProcessInstance run = as(BOTH, () -> start(caught));
        String id = task(run).getId();
        assertThatThrownBy(() -> as(BOTH, () -> tasks.claim(id, BOTH))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> commands.execute(new CompleteTaskCmd(id, yes())))
                .isInstanceOf(Refused.class);
        assertThat(task(run)).isNotNull();
    }
}
