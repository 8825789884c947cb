package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.AuditChain;
import io.muster.journal.AuditEvent;
import java.util.Map;
import org.camunda.bpm.engine.FormService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.IdentityLink;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** On a database of its own: recovery mode is about all runs of one. */
@TestPropertySource(properties = "spring.application.name=recovery-test")
class RecoveryTest extends EngineTest {

    @Autowired
    Recovery recovery;

    @Autowired
    AuditChain chain;

    @Autowired
    FormService forms;

    @Test
    void runsWithWhatTheyCalledAndTimersStandStillUntilAPersonHasDecided() {
        String child = unique("child");
        deploy(process(child)
                .startEvent()
                .serviceTask("say-it")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${sayAgain}")
                .camundaInputParameter("text", child)
                .endEvent("done")
                .done());
        String parent = unique("parent");
        deploy(process(parent)
                .startEvent()
                .callActivity("call-child")
                .calledElement(child)
                .endEvent("done")
                .done());
        deploy(process(unique("nightly"))
                .startEvent()
                .timerWithCycle("R/PT1H")
                .userTask("look")
                .endEvent("done")
                .done());
        ProcessInstance run = as("operator", () -> start(parent));

        recovery.enter("this server");
        assertThat(management.createJobQuery().active().count()).isZero();
        assertThat(management.createJobQuery().suspended().count()).isGreaterThanOrEqualTo(2);
        assertThatThrownBy(() -> as("operator", () -> start(child))).hasMessageContaining("Muster is in recovery mode");
        String job = management
                .createJobQuery()
                .processDefinitionKey(child)
                .singleResult()
                .getId();
        assertThatThrownBy(() -> as("admin", () -> management.executeJob(job)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("recovery mode");
        assertThatThrownBy(() -> as("admin", () -> runtime.activateProcessInstanceById(run.getId())))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("recovery mode");
        assertThat(recovery.state().orElseThrow().runs())
                .singleElement()
                .satisfies(waiting -> assertThat(waiting.activities()).containsExactly("say-it"));

        String called = runtime.createProcessInstanceQuery()
                .superProcessInstanceId(run.getId())
                .singleResult()
                .getId();
        assertThatThrownBy(() -> recovery.decide(called, Recovery.Kind.RESUMED, "operator", "sure"))
                .isInstanceOf(RecoveryRefused.class)
                .hasMessageContaining("decided with the one that called it");
        recovery.decide(run.getId(), Recovery.Kind.RESUMED, "operator", "sure");

        assertThat(recovery.state()).isEmpty();
        assertThat(management.createJobQuery().suspended().count()).isZero();
        management.executeJob(job);
        assertThat(ended(run)).isTrue();
        assertThat(TestSteps.runs(child)).isOne();
        assertThat(chain.events(run.getId()))
                .extracting(AuditEvent::kind)
                .containsSubsequence("run-started", "recovery-entered", "recovery-decided", "run-ended");
        assertThat(chain.verify(run.getId()).problems()).isEmpty();
    }

    private ProcessInstance waiting() {
        String key = unique("waiting");
        deploy(process(key)
                .startEvent()
                .userTask("look")
                .camundaCandidateGroups("operators")
                .endEvent("done")
                .done());
        return as("operator", () -> start(key));
    }

    private Task question(ProcessInstance run) {
        return tasks.createTaskQuery()
                .processInstanceId(run.getId())
                .taskDefinitionKey("decide-after-restore")
                .singleResult();
    }

    private void answer(String user, ProcessInstance run, Map<String, Object> answer) {
        String task = question(run).getId();
        as(user, () -> tasks.complete(task, answer));
    }

    @Test
    void eachRunIsATaskOnceAndIsDecidedThere() {
        ProcessInstance goesOn = waiting();
        ProcessInstance ends = waiting();
        recovery.enter("this server");
        recovery.ask();
        Task question = question(goesOn);
        assertThat(question.getName()).startsWith("Decide after restore: waiting");
        assertThat(forms.getTaskFormData(question.getId()).getFormKey())
                .isEqualTo("embedded:/forms/decision/decide-after-restore.html");
        assertThat(tasks.getIdentityLinksForTask(question.getId()))
                .extracting(IdentityLink::getGroupId)
                .containsExactlyInAnyOrder("operators", "admins");

        assertThatThrownBy(() -> answer("approver", goesOn, Map.of("decision", "resume", "reason", "sure")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("for operators or admins to decide");
        assertThatThrownBy(() -> answer("operator", goesOn, Map.of("decision", "retry")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("'decision' is 'retry'. Give 'resume' or 'abort'.")
                .hasMessageContaining("'reason' is missing");
        assertThatThrownBy(() -> as("operator", () -> tasks.handleBpmnError(question.getId(), "any")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("is decided by completing it");
        assertThat(recovery.state().orElseThrow().undecided()).isEqualTo(2);

        answer("operator", goesOn, Map.of("decision", "resume", "reason", "nothing was done since"));
        assertThat(question(goesOn)).isNull();
        assertThat(recovery.state().orElseThrow().undecided()).isOne();
        answer("operator", ends, Map.of("decision", "abort", "reason", "done by hand since"));
        assertThat(recovery.state()).isEmpty();
        assertThat(ended(ends)).isTrue();
        as("operator", () -> tasks.complete(task(goesOn).getId()));
        assertThat(ended(goesOn)).isTrue();
        assertThat(chain.events(ends.getId()))
                .anyMatch(event -> event.kind().equals("recovery-decided")
                        && event.actor().equals("operator")
                        && event.body().contains("done by hand since"));
    }

    @Test
    void whatIsDecidedElsewhereIsAskedNoLonger() {
        ProcessInstance run = waiting();
        recovery.enter("this server");
        assertThat(question(run)).isNotNull();
        recovery.decide(run.getId(), Recovery.Kind.RESUMED, "admin", "compared");
        assertThat(question(run)).isNull();
        as("operator", () -> tasks.complete(task(run).getId()));
        assertThat(ended(run)).isTrue();

        ProcessInstance cancelled = waiting();
        recovery.enter("this server");
        runtime.deleteProcessInstance(cancelled.getId(), "not needed");
        assertThat(recovery.state()).isEmpty();
    }

    @Test
    void withoutUnfinishedRunsItIsOverAtOnce() {
        recovery.enter("this server");
        assertThat(recovery.state()).isEmpty();
        assertThatThrownBy(() -> recovery.decide("any", Recovery.Kind.ABORTED, "operator", "sure"))
                .isInstanceOf(RecoveryRefused.class)
                .hasMessageContaining("not in recovery mode");
    }
}
