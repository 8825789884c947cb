package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.muster.journal.AuditChain;
import io.muster.journal.StepRun;
import io.muster.safety.LockBoard;
import io.muster.safety.LockTarget;
import io.muster.safety.RunLocks;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.builder.AbstractFlowNodeBuilder;
import org.camunda.bpm.model.bpmn.instance.ExtensionElements;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperties;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Runs that lock, on the real engine; its jobs are run by hand. */
class RunLockTest extends HttpTest {

    private static final LockTarget NOTES = LockTarget.parse("service:prod/notes");
    private static final String SERVICE = "service:${environment}/${service}";

    @Autowired
    RunLocks locks;

    @Autowired
    LockBoard board;

    @Autowired
    AuditChain chain;

    @AfterEach
    void noRunIsLeft() {
        runtime.createProcessInstanceQuery().rootProcessInstances().list().forEach(run -> {
            if (runtime.createProcessInstanceQuery()
                            .processInstanceId(run.getId())
                            .count()
                    > 0) {
                runtime.deleteProcessInstance(run.getId(), "test over");
            }
        });
        await().until(() -> board.held().isEmpty());
    }

    static BpmnModelInstance locking(BpmnModelInstance model, String locks) {
        Process process = model.getModelElementsByType(Process.class).iterator().next();
        ExtensionElements extensions = model.newInstance(ExtensionElements.class);
        process.setExtensionElements(extensions);
        CamundaProperties properties = extensions.addExtensionElement(CamundaProperties.class);
        for (Map.Entry<String, String> entry :
                Map.of("locks", locks, "startVariables", "environment,service").entrySet()) {
            CamundaProperty property = model.newInstance(CamundaProperty.class);
            property.setCamundaName(entry.getKey());
            property.setCamundaValue(entry.getValue());
            properties.addChildElement(property);
        }
        return model;
    }

    /** Looks, waits for an approval, changes. */
    private String runbook(String locks) {
        String key = unique("lock");
        AbstractFlowNodeBuilder<?, ?> looked = step(process(key).startEvent(), "look", "sayAgain", key + "-look");
        step(looked.userTask("answer").name("Answer").camundaCandidateGroups("operators"), "change", "sayOnce", key)
                .endEvent("done");
        deploy(locking(looked.done(), locks));
        return key;
    }

    static AbstractFlowNodeBuilder<?, ?> step(
            AbstractFlowNodeBuilder<?, ?> before, String id, String step, String text) {
        return before.serviceTask(id)
                .camundaAsyncBefore()
                .camundaDelegateExpression("${" + step + "}")
                .camundaInputParameter("text", text);
    }

    private ProcessInstance startOn(String key, String service) {
        return as(
                "operator",
                () -> start(key, Map.of("environment", "prod", "service", service, "reason", "because " + service)));
    }

    private void finish(ProcessInstance run) {
        tasks.complete(task(run).getId());
        runJob(run);
        assertThat(ended(run)).isTrue();
    }

    @Test
    void theSecondRunWaitsSeesWhoHoldsItAndGoesOnAfterwards() {
        String key = runbook(SERVICE);
        ProcessInstance first = startOn(key, "notes");
        ProcessInstance second = startOn(key, "notes");
        runJob(first);
        int retries = job(second).getRetries();
        assertThat(failJob(second))
                .hasMessageContaining("service:prod/notes, held since")
                .hasMessageContaining("by run " + first.getId() + " (" + key + ", started by operator: because notes)");
        assertThat(job(second).getRetries()).isEqualTo(retries);
        assertThat(job(second).getDuedate()).isNotNull();
        assertThat(job(second).getExceptionMessage()).startsWith("WaitsForLock: Task 'look'");
        assertThat(incident(second)).isNull();
        assertThat(steps(second)).isEmpty();
        assertThat(board.waits(List.of(second.getId())).get(second.getId()))
                .singleElement()
                .matches(entry -> entry.rootRunId().equals(first.getId()));

        finish(first);
        await().until(() -> job(second).getDuedate() == null);
        runJob(second);
        finish(second);
        assertThat(chain.events(second.getId()))
                .filteredOn(event -> event.kind().equals("locks-taken"))
                .singleElement()
                .matches(event ->
                        event.body().contains("waitedSince") && event.body().contains("service:prod/notes"));
        assertThat(chain.verify(second.getId()).problems()).isEmpty();
    }

    @Test
    void runsOnDifferentServicesOfOneHostDoNotWaitButTheHostDoes() {
        String service = runbook(SERVICE);
        String host = runbook("host:${environment}/apps-01");
        ProcessInstance notes = startOn(service, "notes");
        ProcessInstance wiki = startOn(service, "wiki");
        runJob(notes);
        runJob(wiki);
        ProcessInstance whole = startOn(host, "notes");
        assertThat(failJob(whole)).hasMessageContaining("host:prod/apps-01");
        // Who comes after the host's run waits for it, so that it is served at last.
        finish(notes);
        ProcessInstance late = startOn(service, "notes");
        assertThat(failJob(late)).hasMessageContaining("host:prod/apps-01, wanted earlier by run " + whole.getId());
        finish(wiki);
        runJob(whole);
        assertThat(failJob(late)).hasMessageContaining("host:prod/apps-01, held since");
    }

    @Test
    void aServiceHoldsTheHostThatItIsPromotedToAsWellWithItsOthers() {
        String service = runbook(SERVICE);
        ProcessInstance trial = startOn(service, "trial");
        ProcessInstance notes = startOn(service, "notes");
        runJob(trial);
        runJob(notes);
        assertThat(board.held())
                .filteredOn(held -> held.holder().rootRunId().equals(trial.getId()))
                .extracting(
                        held -> held.holder().target(), held -> held.holder().shared())
                .containsExactlyInAnyOrder(
                        tuple("service:prod/trial", false),
                        tuple("host:prod/trial-01", true),
                        tuple("host:prod/apps-01", true));
        finish(notes);

        ProcessInstance there = startOn(runbook("host:${environment}/apps-01"), "notes");
        assertThat(failJob(there))
                .hasMessageContaining("host:prod/apps-01, held since")
                .hasMessageContaining("by run " + trial.getId());
        finish(trial);
        runJob(there);
    }

    @Test
    void aCancelledRunFreesItsLockAndAWaitingOneItsPlace() {
        String key = runbook(SERVICE);
        ProcessInstance first = startOn(key, "notes");
        ProcessInstance second = startOn(key, "notes");
        ProcessInstance third = startOn(key, "notes");
        runJob(first);
        failJob(second);
        failJob(third);
        runtime.deleteProcessInstance(second.getId(), "not needed");
        runtime.deleteProcessInstance(first.getId(), "not needed either");
        await().until(() ->
                board.held().stream().anyMatch(held -> held.holder().rootRunId().equals(third.getId())));
        runJob(third);
    }

    @Test
    void aCalledRunbookSharesTheLocksOfItsRoot() {
        String called = unique("called");
        deploy(locking(
                step(process(called).startEvent(), "change", "sayOnce", called)
                        .endEvent("done")
                        .done(),
                SERVICE));
        String caller = unique("caller");
        deploy(locking(
                step(process(caller).startEvent(), "look", "sayAgain", caller)
                        .callActivity("call")
                        .calledElement(called)
                        .camundaIn("environment", "environment")
                        .camundaIn("service", "service")
                        .endEvent("done")
                        .done(),
                SERVICE));
        ProcessInstance run = startOn(caller, "notes");
        runJob(run);
        String child = runtime.createProcessInstanceQuery()
                .superProcessInstanceId(run.getId())
                .singleResult()
                .getId();
        management.executeJob(management
                .createJobQuery()
                .processInstanceId(child)
                .singleResult()
                .getId());
        assertThat(ended(run)).isTrue();
        assertThat(TestSteps.runs(called)).isOne();
        assertThat(board.held()).isEmpty();
    }

    @Test
    void runsThatWouldWaitForEachOtherForEverAreTold() {
        String[] keys = {unique("circle"), unique("circle")};
        String[] services = {"notes", "wiki"};
        ProcessInstance[] runs = new ProcessInstance[2];
        String[] children = new String[2];
        for (int i = 0; i < 2; i++) {
            String called = unique("inner");
            deploy(locking(
                    step(process(called).startEvent(), "change", "sayOnce", called)
                            .endEvent("done")
                            .done(),
                    "service:${environment}/" + services[1 - i]));
            deploy(locking(
                    step(process(keys[i]).startEvent(), "look", "sayAgain", keys[i])
                            .callActivity("call")
                            .calledElement(called)
                            .camundaIn("environment", "environment")
                            .camundaIn("service", "service")
                            .endEvent("done")
                            .done(),
                    SERVICE));
            runs[i] = startOn(keys[i], services[i]);
        }
        for (int i = 0; i < 2; i++) {
            runJob(runs[i]);
            children[i] = runtime.createProcessInstanceQuery()
                    .superProcessInstanceId(runs[i].getId())
                    .singleResult()
                    .getId();
        }
        assertThatThrownBy(() -> runOf(children[0])).hasMessageContaining("WaitsForLock");
        assertThatThrownBy(() -> runOf(children[1])).hasMessageContaining("LocksDeadlock");
        assertThat(journal.steps(children[1]))
                .singleElement()
                .matches(step -> step.failure().orElseThrow().reason().equals("LocksDeadlock"));
        runtime.deleteProcessInstance(runs[1].getId(), "gives way");
        runOf(children[0]);
        assertThat(ended(runs[0])).isTrue();
    }

    /** Changes the host of all services, after a step of its own. */
    private String needingTheHost(boolean withOtherBranch) {
        String inner = unique("whole");
        deploy(locking(
                step(process(inner).startEvent(), "make", "sayOnce", inner)
                        .endEvent("made")
                        .done(),
                "host:${environment}/apps-01"));
        String key = unique("needs");
        AbstractFlowNodeBuilder<?, ?> looked = step(process(key).startEvent(), "look", "sayAgain", key + "-look");
        if (withOtherBranch) {
            looked = step(looked.parallelGateway("both"), "other", "sayAgain", key + "-other")
                    .endEvent("other-done")
                    .moveToNode("both");
        }
        deploy(locking(
                step(
                                looked.callActivity("call")
                                        .calledElement(inner)
                                        .camundaIn("environment", "environment")
                                        .camundaIn("service", "service"),
                                "change",
                                "sayOnce",
                                key)
                        .endEvent("done")
                        .done(),
                SERVICE));
        return key;
    }

    private String called(ProcessInstance run) {
        return runtime.createProcessInstanceQuery()
                .superProcessInstanceId(run.getId())
                .singleResult()
                .getId();
    }

    private Job jobOf(String instance) {
        return management.createJobQuery().processInstanceId(instance).singleResult();
    }

    @Test
    void runsThatBothWantTheHostOfTheirServicesGetItOneAfterTheOther() {
        String key = needingTheHost(false);
        ProcessInstance first = startOn(key, "notes");
        ProcessInstance second = startOn(key, "wiki");
        runJob(first);
        runJob(second);
        String one = called(first);
        String other = called(second);
        assertThatThrownBy(() -> runOf(one))
                .hasMessageContaining("WaitsForLock")
                .hasMessageContaining(second.getId());
        assertThatThrownBy(() -> runOf(other))
                .hasMessageContaining("WaitsForLock")
                .hasMessageContaining(first.getId());
        assertThat(board.waits(List.of(first.getId()))).isEmpty();
        await().until(() -> jobOf(one).getDuedate() == null);

        runOf(one);
        assertThatThrownBy(() -> runOf(other)).hasMessageContaining("host:prod/apps-01, held since");
        ProcessInstance third = startOn(runbook("host:${environment}/apps-01"), "notes");
        assertThat(failJob(third)).hasMessageContaining("WaitsForLock");
        runJob(first);
        assertThat(ended(first)).isTrue();
        await().until(() -> jobOf(other).getDuedate() == null);
        runOf(other);
        assertThat(failJob(third)).hasMessageContaining("held since");
        runJob(second);
        assertThat(ended(second)).isTrue();
        await().until(() -> job(third).getDuedate() == null);
        runJob(third);
        for (ProcessInstance run : List.of(first, second)) {
            assertThat(chain.verify(run.getId()).problems()).isEmpty();
        }
    }

    @Test
    void whoHoldsAShareComesBeforeWhoWaitsForItAnyway() {
        ProcessInstance service = startOn(needingTheHost(false), "notes");
        runJob(service);
        ProcessInstance whole = startOn(runbook("host:${environment}/apps-01"), "notes");
        assertThat(failJob(whole)).hasMessageContaining("WaitsForLock");
        ProcessInstance later = startOn(runbook(SERVICE), "wiki");
        assertThat(failJob(later)).hasMessageContaining("wanted earlier by run " + whole.getId());

        runOf(called(service));
        assertThat(failJob(whole)).hasMessageContaining(service.getId());
        runtime.deleteProcessInstance(whole.getId(), "not needed");
        assertThat(failJob(later)).hasMessageContaining("host:prod/apps-01, held since");
        runJob(service);
        assertThat(ended(service)).isTrue();
        await().until(() -> job(later).getDuedate() == null);
        runJob(later);
    }

    @Test
    void aRunThatIsStillAtWorkOnItsShareLetsNobodyPast() {
        String key = needingTheHost(true);
        ProcessInstance first = startOn(key, "notes");
        ProcessInstance second = startOn(key, "wiki");
        runJob(first);
        runJob(second);
        String one = called(first);
        String other = called(second);
        assertThatThrownBy(() -> runOf(one)).hasMessageContaining("WaitsForLock");
        // Its other branch may change something on the host at any moment.
        assertThatThrownBy(() -> runOf(other)).hasMessageContaining("LocksDeadlock");
        runtime.deleteProcessInstance(second.getId(), "gives way");
        runOf(one);
    }

    private void runOf(String instance) {
        management.executeJob(management
                .createJobQuery()
                .processInstanceId(instance)
                .singleResult()
                .getId());
    }

    @Test
    void aLockIsBrokenOnlyWhereTheHolderCannotBeAtWorkAndItChangesNothingAfterwards() {
        String key = runbook(SERVICE);
        ProcessInstance holder = startOn(key, "notes");
        runJob(holder);
        assertThat(locks.breakLock(NOTES, holder.getId(), "admin", "urgent")).isEqualTo(RunLocks.Broken.ACTIVE);
        runtime.suspendProcessInstanceById(holder.getId());
        ProcessInstance next = startOn(key, "notes");
        failJob(next);
        assertThat(locks.breakLock(NOTES, next.getId(), "admin", "urgent")).isEqualTo(RunLocks.Broken.WAITS);
        assertThat(locks.breakLock(NOTES, holder.getId(), "admin", "urgent")).isEqualTo(RunLocks.Broken.BROKEN);
        assertThat(locks.breakLock(NOTES, holder.getId(), "admin", "urgent")).isEqualTo(RunLocks.Broken.NOT_HELD);
        runJob(next);

        runtime.activateProcessInstanceById(holder.getId());
        tasks.complete(task(holder).getId());
        failJob(holder);
        assertThat(TestSteps.runs(key)).isZero();
        StepRun refused = steps(holder).get(1);
        assertThat(refused.failure().orElseThrow().reason()).isEqualTo("LockBroken");
        assertThat(refused.failure().orElseThrow().message())
                .contains("service:prod/notes was broken by admin", "urgent");
        assertThat(incident(holder).getIncidentMessage()).startsWith("LockBroken: ");
        assertThat(chain.events(holder.getId()))
                .anyMatch(event ->
                        event.kind().equals("lock-broken") && event.actor().equals("admin"));
    }

    @Test
    void whatIsDoneIsAcknowledgedWithoutWaitingForALock() {
        String key = unique("done");
        deploy(locking(
                process(key)
                        .startEvent()
                        .serviceTask("change")
                        .camundaAsyncBefore()
                        .camundaDelegateExpression("${sayOnce}")
                        .camundaInputParameter("text", key)
                        .camundaExecutionListenerClass("end", StepDelegateTest.Breaking.class)
                        .endEvent("done")
                        .done(),
                SERVICE));
        ProcessInstance run = startOn(key, "notes");
        StepDelegateTest.Breaking.whileTheCommitFails(() -> failJob(run));
        assertThat(steps(run)).singleElement().matches(entry -> !entry.acknowledged());

        ProcessInstance other = startOn(runbook(SERVICE), "wiki");
        runJob(other);
        // What the run would lock now is another's.
        runtime.setVariable(run.getId(), "service", "wiki");
        runJob(run);
        assertThat(ended(run)).isTrue();
        assertThat(TestSteps.runs(key)).isOne();
        assertThat(board.waits(List.of(run.getId()))).isEmpty();
    }

    @Test
    void aRunbookWithoutLocksNeverWaits() {
        String key = unique("free");
        deploy(step(process(key).startEvent(), "look", "sayAgain", key)
                .endEvent("done")
                .done());
        startOn(runbook(SERVICE), "notes");
        ProcessInstance run = startOn(key, "notes");
        runJob(run);
        assertThat(ended(run)).isTrue();
    }
}
