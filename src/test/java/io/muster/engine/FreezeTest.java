package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.AuditChain;
import io.muster.journal.AuditEvent;
import io.muster.journal.StepJournal;
import io.muster.journal.StepRun;
import io.muster.safety.Freezes;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class FreezeTest extends HttpTest {

    @Autowired
    Freezes freezes;

    @Autowired
    AuditChain chain;

    @Autowired
    StepJournal stepJournal;

    @AfterEach
    void nothingIsFrozen() {
        freezes.all().keySet().forEach(name -> freezes.thaw(name, "approver", Optional.empty()));
    }

    private ProcessInstance startStep(String step, String environment) {
        String key = unique("freeze");
        deploy(RunLockTest.step(process(key).startEvent(), "say-it", step, key)
                .endEvent("done")
                .done());
        return start(key, Map.of("environment", environment));
    }

    private static String text(ProcessInstance run) {
        return run.getProcessDefinitionId().split(":")[0];
    }

    @Test
    void aChangingStepIsADecisionAtItsStartAndGoesOnAfterTheThaw() {
        freezes.freeze("prod", "approver", "audit until Friday");
        ProcessInstance run = startStep("sayOnce", "prod");
        failJob(run);
        assertThat(TestSteps.runs(text(run))).isZero();
        assertThat(incident(run).getIncidentMessage())
                .startsWith("EnvironmentFrozen: Environment 'prod' has been frozen by approver since ")
                .contains(
                        "audit until Friday", "Task 'say-it' changes something", "nothing was done", "retry the step");
        StepRun entry = steps(run).get(0);
        assertThat(entry.failure().orElseThrow())
                .matches(failure ->
                        failure.kind().equals("FATAL") && failure.reason().equals("EnvironmentFrozen"));
        assertThat(job(run).getRetries()).isZero();

        // A retry under the freeze ends as before.
        management.setJobRetries(job(run).getId(), 1);
        failJob(run);
        assertThat(TestSteps.runs(text(run))).isZero();

        assertThat(freezes.thaw("prod", "admin", Optional.of("audit over"))).isTrue();
        management.setJobRetries(job(run).getId(), 1);
        runJob(run);
        assertThat(ended(run)).isTrue();
        assertThat(TestSteps.runs(text(run))).isOne();
    }

    @Test
    void whatIsDoneIsAcknowledgedUnderAFreeze() {
        String key = unique("freeze");
        deploy(RunLockTest.step(process(key).startEvent(), "say-it", "sayOnce", key)
                .endEvent("done")
                .camundaExecutionListenerClass("start", StepDelegateTest.Breaking.class)
                .done());
        ProcessInstance run = start(key, Map.of("environment", "prod"));
        StepDelegateTest.Breaking.whileTheCommitFails(() -> failJob(run));
        freezes.freeze("prod", "approver", "audit until Friday");
        runJob(run);
        assertThat(ended(run)).isTrue();
        assertThat(TestSteps.runs(key)).isOne();
    }

    private StepRun diedWith(ProcessInstance run) {
        return stepJournal.open(new StepJournal.NewStepRun(
                run.getId(), run.getId(), job(run).getId(), "say-it", "Say it", "goOn", "there", "dead server", "{}"));
    }

    @Test
    void aStepThatHadBegunNothingWhenItsServerDiedDoesNotBeginUnderAFreeze() {
        ProcessInstance run = startStep("goOn", "prod");
        diedWith(run);
        freezes.freeze("prod", "approver", "audit");
        failJob(run);
        assertThat(incident(run).getIncidentMessage()).startsWith("EnvironmentFrozen: ");
        assertThat(TestSteps.runs(text(run))).isZero();
    }

    @Test
    void aStepThatHadBegunIsFollowedToItsEndUnderAFreeze() {
        ProcessInstance run = startStep("goOn", "prod");
        StepRun open = diedWith(run);
        stepJournal.effect(open.id(), open.epoch(), "say", "there");
        freezes.freeze("prod", "approver", "audit");
        runJob(run);
        assertThat(ended(run)).isTrue();
        assertThat(TestSteps.runs(text(run))).isOne();
    }

    @Test
    void readingStepsAndOtherEnvironmentsGoOn() {
        freezes.freeze("prod", "approver", "audit");
        ProcessInstance reading = startStep("sayAgain", "prod");
        ProcessInstance elsewhere = startStep("sayOnce", "lab");
        runJob(reading);
        runJob(elsewhere);
        assertThat(ended(reading)).isTrue();
        assertThat(ended(elsewhere)).isTrue();
    }

    @Test
    void freezingAgainKeepsSinceWhenAndEveryChangeIsInTheEnvironmentsChain() {
        long before = chain.events("environment/prod").size();
        freezes.freeze("prod", "approver", "audit");
        var since = freezes.all().get("prod").since();
        freezes.freeze("prod", "admin", "longer audit");
        assertThat(freezes.all().get("prod")).isEqualTo(new Freezes.Freeze("prod", "admin", since, "longer audit"));
        freezes.thaw("prod", "admin", Optional.empty());
        assertThat(freezes.thaw("prod", "admin", Optional.empty())).isFalse();
        assertThat(chain.events("environment/prod").stream().skip(before))
                .extracting(AuditEvent::kind, AuditEvent::actor)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("environment-frozen", "approver"),
                        org.assertj.core.groups.Tuple.tuple("environment-frozen", "admin"),
                        org.assertj.core.groups.Tuple.tuple("environment-thawed", "admin"));
        assertThat(chain.verify("environment/prod").problems()).isEmpty();
    }

    @Test
    void aSecretInTheReasonIsMasked() {
        freezes.freeze("prod", "approver", "the key is " + SECRET);
        assertThat(freezes.all().get("prod").reason()).isEqualTo("the key is ***");
    }
}
