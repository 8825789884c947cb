package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.Decision;
import io.muster.journal.StepRun;
import java.util.Map;
import java.util.function.BiConsumer;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.builder.AbstractFlowNodeBuilder;
import org.camunda.bpm.model.bpmn.builder.ServiceTaskBuilder;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What was approved is what is done, and looked at: who gives a step other input afterwards could have approved it. */
class ChangedAfterApprovalTest extends HttpTest {

    private static final Map<String, Object> APPROVED = Map.of("approved", true, "comment", "fine");
    private static final Map<String, Object> CHANGED =
            Map.of("decision", "retry", "reason", "try this", "input", "{\"ending\":\"done\"}");

    @Autowired
    private DecisionOffers offers;

    private static AbstractFlowNodeBuilder<?, ?> approval(AbstractFlowNodeBuilder<?, ?> flow) {
        return flow.userTask("approve-change").camundaCandidateGroups("approvers");
    }

    private static ServiceTaskBuilder failing(AbstractFlowNodeBuilder<?, ?> flow, String step, String text) {
        return flow.serviceTask("change-it")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${" + step + "}")
                .camundaInputParameter("text", text)
                .camundaInputParameter("ending", "fatal");
    }

    /** Started by the operator, approved where there is an approval, failed. */
    private ProcessInstance failed(String step, boolean approved, String environment) {
        String key = unique("approved");
        AbstractFlowNodeBuilder<?, ?> flow = process(key).startEvent();
        deploy(failing(approved ? approval(flow) : flow, step, key).endEvent().done());
        ProcessInstance run = as("operator", () -> start(key, Map.of("environment", environment)));
        if (approved) {
            clock.turn(java.time.Duration.ofHours(2));
            as("approver", () -> tasks.complete(task(run).getId(), APPROVED));
        }
        failJob(run);
        return run;
    }

    private void decide(ProcessInstance run, String user) {
        as(user, () -> tasks.complete(task(run).getId(), CHANGED));
    }

    private void isStillAsked(ProcessInstance run) {
        assertThat(journal.decisions(run.getId())).singleElement().matches(Decision::open);
        assertThat(incident(run)).isNotNull();
        assertThat(job(run).getRetries()).isZero();
    }

    @Test
    void theStarterMayNotAnotherPersonMay() {
        ProcessInstance run = failed("sayOnce", true, "prod");
        assertThatThrownBy(() -> decide(run, "operator"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("operator started this run")
                .hasMessageContaining("another person");
        isStillAsked(run);

        decide(run, "approver");
        runJob(run);
        assertThat(ended(run)).isTrue();
        assertThat(steps(run))
                .extracting(StepRun::state)
                .containsExactly(StepRun.State.FAILED, StepRun.State.SUCCEEDED);
        Decision.Taken taken = journal.decisions(run.getId()).get(0).taken().orElseThrow();
        assertThat(taken.by()).contains("approver");
        assertThat(taken.why()).contains("try this");
    }

    @Test
    void aColleagueWhoIsNoApproverMayNot() {
        ProcessInstance run = failed("sayOnce", true, "prod");
        assertThatThrownBy(() -> decide(run, "operator2"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("operator2 is not a member of approvers");
        isStillAsked(run);
    }

    @Test
    void anApproverGivesOtherInputAndDecidesNothingElse() {
        ProcessInstance run = failed("sayOnce", true, "prod");
        String task = task(run).getId();
        assertThatThrownBy(() -> as("approver", () -> tasks.complete(task, Map.of("decision", "retry"))))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("is for the group 'operators' to decide");
        isStillAsked(run);
        ProcessInstance notApproved = failed("sayOnce", false, "prod");
        assertThatThrownBy(() -> decide(notApproved, "approver"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("is for the group 'operators' to decide");
        isStillAsked(notApproved);
    }

    @Test
    void aCheckThatFailedAfterTheApprovalIsNotPassedByItsStarterWithOtherInput() {
        ProcessInstance run = failed("sayAgain", true, "prod");
        assertThatThrownBy(() -> decide(run, "operator"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("operator started this run");
        isStillAsked(run);
        decide(run, "approver");
        runJob(run);
        assertThat(ended(run)).isTrue();
    }

    /** What is offered is what is taken. */
    @Test
    void whatIsOfferedSaysWhoMayDoWhatAndWhyNotTheRest() {
        ProcessInstance approved = failed("sayOnce", true, "prod");
        assertThat(offer(approved, "operator").notDecides()).isEmpty();
        assertThat(offer(approved, "operator").notChanges().orElseThrow())
                .contains("operator started this run", "Who gives other input approves nothing of this run any more");
        assertThat(offer(approved, "operator2").notDecides()).isEmpty();
        assertThat(offer(approved, "operator2").notChanges().orElseThrow())
                .contains("operator2 is not a member of approvers");
        assertThat(offer(approved, "approver").notDecides().orElseThrow())
                .contains("is for the group 'operators' to decide; approver is in approvers");
        assertThat(offer(approved, "approver").notChanges()).isEmpty();
        assertThat(offer(approved, "auditor").notDecides()).isPresent();
        assertThat(offer(approved, "auditor").notChanges().orElseThrow()).contains("auditor is in auditors");

        ProcessInstance other = failed("sayOnce", false, "prod");
        assertThat(offer(other, "operator").notChanges()).isEmpty();
        assertThat(offer(other, "approver").notChanges().orElseThrow())
                .contains("is for the group 'operators' to decide");
        Decision decision = journal.decisions(other.getId()).get(0);
        decide(other, "operator");
        assertThat(offers.of(decision, "operator")).isEmpty();
    }

    private DecisionOffers.Offer offer(ProcessInstance run, String user) {
        return offers.of(journal.decisions(run.getId()).get(0), user).orElseThrow();
    }

    @Test
    void theSameHoldsOverRest() {
        ProcessInstance run = failed("sayOnce", true, "prod");
        String path = "/engine-rest/task/" + task(run).getId() + "/complete";
        Map<String, Object> body = Map.of(
                "variables",
                Map.of(
                        "decision", variable("retry"),
                        "reason", variable("try this"),
                        "input", variable("{\"ending\":\"done\"}")));
        Answer refused = post("operator", path, body);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.message()).contains("operator started this run");
        isStillAsked(run);

        assertThat(post("approver", path, body).status()).isEqualTo(204);
        runJob(run);
        assertThat(ended(run)).isTrue();
    }

    @Test
    void theStarterMayRetryItAsItIs() {
        ProcessInstance run = failed("sayOnce", true, "prod");
        as("operator", () -> tasks.complete(task(run).getId(), Map.of("decision", "retry")));
        assertThat(journal.decisions(run.getId()).get(0).open()).isFalse();
    }

    @Test
    void theStarterMayWhereNothingWasApproved() {
        ProcessInstance run = failed("sayOnce", false, "prod");
        decide(run, "operator");
        runJob(run);
        assertThat(ended(run)).isTrue();
    }

    @Test
    void theStarterMayWhereTheEnvironmentLetsOnePersonDecide() {
        ProcessInstance run = failed("sayOnce", true, "lab");
        decide(run, "operator");
        runJob(run);
        assertThat(ended(run)).isTrue();
    }

    @Test
    void anApprovalAnywhereInTheRunCounts() {
        String called = unique("approving");
        deploy(approval(process(called).startEvent()).endEvent().done());
        String key = unique("calls-approval");
        deploy(failing(
                        process(key)
                                .startEvent()
                                .callActivity("ask")
                                .calledElement(called)
                                .camundaIn("environment", "environment"),
                        "sayOnce",
                        key)
                .endEvent()
                .done());
        ProcessInstance run = as("operator", () -> start(key, Map.of("environment", "prod")));
        String approval = tasks.createTaskQuery().taskDefinitionKey("approve-change").list().stream()
                .filter(task -> runtime.createProcessInstanceQuery()
                        .superProcessInstanceId(run.getId())
                        .singleResult()
                        .getId()
                        .equals(task.getProcessInstanceId()))
                .findFirst()
                .orElseThrow()
                .getId();
        as("approver", () -> tasks.complete(approval, APPROVED));
        failJob(run);
        assertThatThrownBy(() -> decide(run, "operator")).isInstanceOf(Refused.class);
        isStillAsked(run);
    }

    @Test
    void whoStartedTheCallingRunIsAStarterInWhatItCalls() {
        String called = unique("changing");
        deploy(failing(process(called).startEvent(), "sayOnce", called)
                .endEvent()
                .done());
        String key = unique("approved-call");
        deploy(approval(process(key).startEvent())
                .callActivity("call")
                .calledElement(called)
                .camundaIn("environment", "environment")
                .endEvent()
                .done());
        ProcessInstance run = as("operator", () -> start(key, Map.of("environment", "prod")));
        as("approver", () -> tasks.complete(task(run).getId(), APPROVED));
        ProcessInstance child = runtime.createProcessInstanceQuery()
                .superProcessInstanceId(run.getId())
                .singleResult();
        failJob(child);
        assertThatThrownBy(() -> decide(child, "operator")).hasMessageContaining("operator started this run");
        decide(child, "approver");
        runJob(child);
        assertThat(ended(run)).isTrue();
    }

    /** What an approval leads to is started by who started it all: the approver has the second pair of eyes there, too. */
    @Test
    void whoApprovedBeforeACallIsNoStarterOfTheCalledRun() {
        String called = unique("approved-again");
        deploy(approval(process(called).startEvent()).endEvent().done());
        String key = unique("approves-and-calls");
        deploy(approval(process(key).startEvent())
                .callActivity("call")
                .calledElement(called)
                .camundaIn("environment", "environment")
                .endEvent()
                .done());
        ProcessInstance run = as("operator", () -> start(key, Map.of("environment", "prod")));
        as("approver", () -> tasks.complete(task(run).getId(), APPROVED));
        ProcessInstance child = called(run);
        assertThat(journal.run(child.getId()).orElseThrow().run().startedBy()).contains("operator");
        String task = task(child).getId();
        assertThatThrownBy(() -> as("operator", () -> tasks.complete(task, APPROVED)))
                .isInstanceOf(Refused.class);
        as("approver", () -> tasks.complete(task, APPROVED));
        assertThat(ended(run)).isTrue();
    }

    /** An answer is no approval: what was answered is what the called run is about. */
    @Test
    void whoAnsweredATaskBeforeACallStaysAStarterOfTheCalledRun() {
        String called = unique("answered-approved");
        deploy(approval(process(called).startEvent()).endEvent().done());
        String key = unique("answers-and-calls");
        deploy(approval(process(key).startEvent())
                .userTask("choose")
                .camundaCandidateGroups("approvers")
                .callActivity("call")
                .calledElement(called)
                .camundaIn("environment", "environment")
                .endEvent()
                .done());
        ProcessInstance run = as("operator", () -> start(key, Map.of("environment", "prod")));
        as("approver", () -> tasks.complete(task(run).getId(), APPROVED));
        as("approver", () -> tasks.complete(task(run).getId(), Map.of("chosen", "this one")));
        String task = task(called(run)).getId();
        assertThatThrownBy(() -> as("approver", () -> tasks.complete(task, APPROVED)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("approver answered a task of this run, and nobody approves their own change");
    }

    /** To leave a task by an error or an escalation, with or without variables, is an answer. */
    @Test
    void whoLeftATaskInAnotherWayBeforeACallStaysAStarterOfTheCalledRun() {
        String called = unique("left-approved");
        deploy(approval(process(called).startEvent()).endEvent().done());
        String key = unique("leaves-and-calls");
        deploy(approval(process(key).startEvent())
                .userTask("choose")
                .camundaCandidateGroups("approvers")
                .endEvent()
                .moveToActivity("choose")
                .boundaryEvent("wrong")
                .error("Wrong")
                .exclusiveGateway("join")
                .callActivity("call")
                .calledElement(called)
                .camundaIn("environment", "environment")
                .endEvent()
                .moveToActivity("choose")
                .boundaryEvent("escalated")
                .escalation("Higher")
                .connectTo("join")
                .done());
        Map<String, BiConsumer<String, Map<String, Object>>> ways = Map.of(
                "error", (task, chosen) -> tasks.handleBpmnError(task, "Wrong", "it is", chosen),
                "escalation", (task, chosen) -> tasks.handleEscalation(task, "Higher", chosen));
        ways.forEach((how, way) -> {
            ProcessInstance run = as("operator", () -> start(key, Map.of("environment", "prod")));
            as("approver", () -> tasks.complete(task(run).getId(), APPROVED));
            as("approver", () -> way.accept(task(run).getId(), Map.of("chosen", how)));
            assertThat(journal.answers(run.getId())).singleElement().satisfies(answer -> {
                assertThat(answer.by()).isEqualTo("approver");
                assertThat(answer.values()).isEqualTo(Map.of("chosen", how));
            });
            String task = task(called(run)).getId();
            assertThatThrownBy(() -> as("approver", () -> tasks.complete(task, APPROVED)))
                    .as(how)
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("approver answered a task of this run");
        });
    }

    /** Whoever sets a delegated task's variables has answered, too, whoever completes it. */
    @Test
    void whoResolvedATaskWithVariablesHasAnswered() {
        String key = unique("resolves");
        deploy(process(key)
                .startEvent()
                .userTask("choose")
                .camundaCandidateGroups("operators")
                .endEvent()
                .done());
        ProcessInstance run = as("operator", () -> start(key));
        String task = task(run).getId();
        tasks.setOwner(task, "operator");
        tasks.delegateTask(task, "operator2");
        as("operator2", () -> tasks.resolveTask(task, Map.of("chosen", "this one")));
        as("operator", () -> tasks.complete(task));
        assertThat(journal.answers(run.getId()))
                .extracting(answer -> answer.by() + answer.values())
                .containsExactly("operator2{chosen=this one}", "operator{}");
    }

    @Test
    void whoGaveAStepOtherInputApprovesNothingOfTheRunAnyMore() {
        String key = unique("changed-approved");
        deploy(failing(approval(process(key).startEvent()), "sayOnce", key)
                .userTask("approve-result")
                .camundaCandidateGroups("approvers")
                .endEvent()
                .done());
        ProcessInstance run = as("operator", () -> start(key, Map.of("environment", "prod")));
        as("approver", () -> tasks.complete(task(run).getId(), APPROVED));
        failJob(run);
        decide(run, "approver");
        runJob(run);
        String task = task(run).getId();
        assertThatThrownBy(() -> as("approver", () -> tasks.complete(task, APPROVED)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(
                        "approver gave a step of this run other input, and nobody approves their own change");
        assertThatThrownBy(() -> as("approver", () -> tasks.claim(task, "approver")))
                .isInstanceOf(Refused.class);
    }

    private ProcessInstance called(ProcessInstance run) {
        return runtime.createProcessInstanceQuery()
                .superProcessInstanceId(run.getId())
                .singleResult();
    }
}
