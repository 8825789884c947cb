package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.Decision;
import io.muster.journal.Decision.Choice;
import io.muster.journal.RunJournal.EndState;
import io.muster.journal.StepRun;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.Test;

/** A step that failed for good is a task in which somebody decides. */
class FailedStepTest extends DecidingTest {

    @Test
    void aTaskAsksOnceAndARetryRunsTheStepAgain() {
        String key = unique("decided");
        ProcessInstance run = failed(failing(key, 1), key);

        Task task = task(run);
        assertThat(task.getTaskDefinitionKey()).isEqualTo("decide-failed-step");
        assertThat(task.getName()).isEqualTo("Decide: Say it failed");
        assertThat(task.getDescription()).isEqualTo(key + " did not work. Look at it.");
        assertThat(task.getId()).isEqualTo(incident(run).getId());
        assertThat(tasks.createTaskQuery()
                        .taskId(task.getId())
                        .initializeFormKeys()
                        .singleResult()
                        .getFormKey())
                .isEqualTo("embedded:/forms/decision/decide-failed-step.html");
        Decision open = decision(run);
        assertThat(open.reason()).isEqualTo("CheckFailed");
        assertThat(open.target()).isEqualTo("target of " + key);
        assertThat(open.open()).isTrue();

        decide(run, "operator", Map.of("decision", "retry"));
        assertThat(task(run)).isNull();
        assertThat(incident(run)).isNull();
        runJob(run);

        assertThat(ended(run)).isTrue();
        assertThat(steps(run))
                .extracting(StepRun::state)
                .containsExactly(StepRun.State.FAILED, StepRun.State.SUCCEEDED);
        assertThat(decision(run).taken().orElseThrow().choice()).isEqualTo(Choice.RETRY);
        assertThat(decision(run).taken().orElseThrow().by()).contains("operator");
        assertThat(history.createHistoricTaskInstanceQuery()
                        .taskId(task.getId())
                        .singleResult()
                        .getDeleteReason())
                .isEqualTo("completed");
        isAsRecorded(run);
    }

    @Test
    void aRetryThatFailsAsksAgain() {
        String key = unique("again");
        ProcessInstance run = failed(failing(key, 2), key);
        decide(run, "operator", Map.of("decision", "retry"));
        failJob(run);
        assertThat(tasks.createTaskQuery().processInstanceId(run.getId()).count())
                .isOne();
        assertThat(journal.decisions(run.getId())).hasSize(2);
        isAsRecorded(run);
    }

    @Test
    void aRetryFromCockpitTakesTheTaskAway() {
        String key = unique("cockpit");
        ProcessInstance run = failed(failing(key, 1), key);
        as("operator", () -> management.setJobRetries(job(run).getId(), 1));
        assertThat(task(run)).isNull();
        assertThat(decision(run).taken().orElseThrow().choice()).isEqualTo(Choice.RETRIED);
        assertThat(decision(run).taken().orElseThrow().by()).contains("operator");
        runJob(run);
        assertThat(ended(run)).isTrue();
        isAsRecorded(run);
    }

    @Test
    void aJobExecutedByHandTakesTheTaskAwayAndAsksAnewWhenItFails() {
        String key = unique("by-hand");
        ProcessInstance run = failed(failing(key, 2), key);
        String first = task(run).getId();
        failJob(run);
        assertThat(task(run).getId())
                .isNotEqualTo(first)
                .isEqualTo(incident(run).getId());
        runJob(run);
        assertThat(ended(run)).isTrue();
        assertThat(journal.decisions(run.getId()))
                .extracting(decision -> decision.taken().orElseThrow().choice())
                .containsExactly(Choice.RETRIED, Choice.RETRIED);
        isAsRecorded(run);
    }

    @Test
    void aCancelledRunAsksNothingMore() {
        String key = unique("cancelled");
        ProcessInstance run = failed(failing(key, 9), key);
        String id = task(run).getId();
        as("operator", () -> runtime.deleteProcessInstance(run.getId(), "not needed"));
        assertThat(tasks.createTaskQuery().taskId(id).count()).isZero();
        assertThat(decision(run).taken().orElseThrow().choice()).isEqualTo(Choice.CANCELLED);
        isAsRecorded(run);
    }

    @Test
    void anAbortEndsTheRun() {
        String key = unique("aborted");
        ProcessInstance run = failed(failing(key, 9), key);
        decide(run, "operator", Map.of("decision", "abort", "reason", "the disk is gone"));
        assertThat(ended(run)).isTrue();
        assertThat(journal.run(run.getId()).orElseThrow().endState()).contains(EndState.ABORTED);
        assertThat(decision(run).taken().orElseThrow().choice()).isEqualTo(Choice.ABORT);
        assertThat(decision(run).taken().orElseThrow().why()).contains("the disk is gone");
        isAsRecorded(run);
    }

    @Test
    void anAbortTakesTheCleanUpPathWhereThereIsOne() {
        String key = unique("cleaned");
        deploy(failing(key, 9)
                .boundaryEvent("aborted")
                .error("Aborted")
                .serviceTask("clean-up")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${sayAgain}")
                .camundaInputParameter("text", key + "-clean")
                .endEvent("cleaned-up")
                .moveToActivity("say-it")
                .endEvent("said")
                .done());
        ProcessInstance run = start(key);
        failJob(run);
        decide(run, "operator", Map.of("decision", "abort", "reason", "never mind"));
        runJob(run);
        runJob(run);
        assertThat(TestSteps.runs(key + "-clean")).isOne();
        assertThat(TestSteps.runs(key)).isOne();
        assertThat(journal.run(run.getId()).orElseThrow().outcome()).contains("cleaned-up");
        assertThat(journal.run(run.getId()).orElseThrow().endState()).contains(EndState.ABORTED);
        isAsRecorded(run);
    }

    @Test
    void whatCatchesEveryErrorIsNoCleanUp() {
        String key = unique("catch-all");
        deploy(failing(key, 9)
                .boundaryEvent("any-error")
                .error()
                .userTask("look")
                .endEvent()
                .moveToActivity("say-it")
                .endEvent("said")
                .done());
        ProcessInstance run = start(key);
        failJob(run);
        decide(run, "operator", Map.of("decision", "abort", "reason", "never mind"));
        assertThat(ended(run)).isTrue();
    }

    @Test
    void aWrongAnswerIsRefusedAndChangesNothing() {
        String key = unique("wrong");
        ProcessInstance run = failed(failing(key, 9), key);
        assertThatThrownBy(() -> decide(run, "operator", Map.of())).hasMessageContaining("'retry', 'skip' or 'abort'");
        assertThatThrownBy(() -> decide(run, "operator", Map.of("decision", "abort")))
                .hasMessageContaining("'reason' is missing");
        assertThatThrownBy(() -> decide(run, "operator", Map.of("decision", "skip", "reason", "why not")))
                .hasMessageContaining("does not let 'say-it' be skipped");
        assertThatThrownBy(() -> decide(run, "approver", Map.of("decision", "retry")))
                .hasMessageContaining("for the group 'operators' to decide");
        assertThatThrownBy(() -> tasks.complete(task(run).getId(), Map.of("decision", "retry")))
                .hasMessageContaining("Nobody is authenticated");
        assertThatThrownBy(() ->
                        as("operator", () -> tasks.handleBpmnError(task(run).getId(), "Aborted")))
                .hasMessageContaining("decided by completing it");
        assertThat(decision(run).open()).isTrue();
        assertThat(incident(run)).isNotNull();
    }

    /** A night is too short to be told one thing after the other. */
    @Test
    void everythingThatIsWrongWithAnAnswerIsSaidAtOnce() {
        String key = unique("wrong-thrice");
        ProcessInstance run = failed(failing(key, 1), key);
        assertThatThrownBy(() -> decide(
                        run, "operator", Map.of("decision", "skip", "input", "{\"nope\":1,\"failures\":\"many\"}")))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.getStatus().getStatusCode())
                                .isEqualTo(403))
                .hasMessageStartingWith("Nothing was decided:")
                .hasMessageContaining("'reason' is missing")
                .hasMessageContaining("'input' goes with 'retry' only")
                .hasMessageContaining("does not let 'say-it' be skipped")
                .hasMessageContaining("'nope'")
                .hasMessageContaining("'failures'");
        assertThatThrownBy(() -> decide(run, "operator", Map.of("decision", "retry", "input", "{\"nope\":1}")))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.getStatus().getStatusCode())
                                .isEqualTo(400))
                .hasMessageContaining("'reason' is missing")
                .hasMessageContaining("'nope'");
        assertThatThrownBy(() ->
                        decide(run, "operator", Map.of("decision", "ignore", "reason", "x", "input", "no object")))
                .hasMessageContaining("Give 'retry', 'skip' or 'abort'")
                .hasMessageContaining("'reason' has 1 characters")
                .hasMessageContaining("'input' is not a JSON object");
        assertThatThrownBy(() -> decide(run, "operator", Map.of("decision", "retry", "input", "no object")))
                .hasMessageContaining("'input' is not a JSON object")
                .hasMessageContaining("'reason' is missing");
        assertThat(decision(run).open()).isTrue();
    }

    @Test
    void aSkippedStepIsSeenByTheNext() {
        String key = unique("skipped");
        deploy(with(
                Map.of("skippable", "true", "skipOutput.said", "nothing", "skipOutput.count", "7"),
                failing(key, 9)
                        .camundaOutputParameter("a", "${said}")
                        .camundaOutputParameter("b", "${count}")
                        .camundaOutputParameter("c", "${key}")
                        .camundaOutputParameter("d", "${skipped}")
                        .userTask("look")
                        .endEvent("said")
                        .done()));
        ProcessInstance run = start(key);
        failJob(run);
        decide(run, "operator", Map.of("decision", "skip", "reason", "said elsewhere"));
        runJob(run);
        assertThat(runtime.getVariables(run.getId()))
                .containsEntry("a", "nothing")
                .containsEntry("b", 7)
                .containsEntry("c", null)
                .containsEntry("d", true);
        assertThat(steps(run)).extracting(StepRun::state).containsExactly(StepRun.State.FAILED, StepRun.State.SKIPPED);
        assertThat(steps(run).get(1).acknowledged()).isTrue();
        assertThat(TestSteps.runs(key)).isOne();
        isAsRecorded(run);
    }

    @Test
    void aChangedInputIsCheckedByTheStepAndHoldsFromThenOn() {
        String key = unique("changed");
        ProcessInstance run = failed(failing(key, 9), key);
        assertThatThrownBy(() -> decide(run, "operator", changed("{\"nope\":1,\"failures\":\"many\",\"text\":\"\"}")))
                .hasMessageContaining("'nope'")
                .hasMessageContaining("'failures'")
                .hasMessageContaining("'text'");
        assertThatThrownBy(() -> decide(run, "operator", changed("{\"text\":\"x " + SECRET + "\"}")))
                .hasMessageContaining("holds a secret in clear")
                .hasMessageNotContaining(SECRET);
        decide(run, "operator", changed("{\"reason\":\"StillBad\"}"));
        failJob(run);
        assertThat(decision(run).reason()).isEqualTo("StillBad");
        decide(run, "operator", changed("{\"ending\":\"done\"}"));
        runJob(run);
        assertThat(ended(run)).isTrue();
        assertThat(steps(run).get(2).input()).contains("\"ending\": \"done\"", "StillBad");
        assertThat(decision(run).taken().orElseThrow().input().orElseThrow()).contains("StillBad", "done");
        isAsRecorded(run);
    }

    private static Map<String, Object> changed(String input) {
        return Map.of("decision", "retry", "reason", "try this", "input", input);
    }
}
