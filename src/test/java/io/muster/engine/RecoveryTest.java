package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.AuditChain;
import io.muster.journal.AuditEvent;
import org.camunda.bpm.engine.runtime.ProcessInstance;
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

    @Test
    void withoutUnfinishedRunsItIsOverAtOnce() {
        recovery.enter("this server");
        assertThat(recovery.state()).isEmpty();
        assertThatThrownBy(() -> recovery.decide("any", Recovery.Kind.ABORTED, "operator", "sure"))
                .isInstanceOf(RecoveryRefused.class)
                .hasMessageContaining("not in recovery mode");
    }
}
