package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.journal.RunJournal.EndState;
import io.muster.journal.StepRun;
import io.muster.step.StepFailure;
import io.muster.steps.docker.DockerPull;
import io.muster.steps.docker.DockerRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What follows when a step fails, and that what changes something comes after the approval. */
class ServiceDeploymentFailuresTest extends ServiceDeployment {

    @Test
    void nothingIsChangedBeforeTheApprovalAndThenInOrder() {
        ProcessInstance run = started();
        assertThat(changed()).isEmpty();
        completeAs("approver", run, APPROVED);
        assertThat(changed()).isEmpty();
        goOn(run);
        assertThat(changed())
                .containsExactly(
                        "start-container", "pull-image", "run-service", "register-metrics-target", "remove-previous");
    }

    @ParameterizedTest
    @FieldSource("io.muster.processes.ServiceDeployment#ROLL_OUT")
    void aFailureAfterTheApprovalIsAnIncidentAndNoLaterStepRuns(String activity) {
        steps.fail(activity, ServiceDeployment::fatal);
        ProcessInstance run = approved();
        goOnToFailure(run);

        assertThat(incident(run).getActivityId()).isEqualTo(activity);
        assertThat(incident(run).getIncidentMessage()).isEqualTo("TaskFailed: It broke. Mend it.");
        List<String> expected = new ArrayList<>(PREPARATION);
        expected.addAll(ROLL_OUT.subList(0, ROLL_OUT.indexOf(activity) + 1));
        assertThat(called()).isEqualTo(expected);
        assertRun(run).isNotEnded().isWaitingAt(activity);
    }

    @ParameterizedTest
    @ValueSource(strings = {"check-container", "check-endpoint", "check-metrics", "check-dependencies"})
    void aFailedValidationLeavesTheReplacedContainerWhereItIs(String activity) {
        steps.fail(activity, () -> rejected("CheckFailed"));
        ProcessInstance run = approved();
        goOnToFailure(run);

        assertThat(incident(run).getIncidentMessage()).startsWith("CheckFailed: ");
        assertThat(called()).endsWith(activity).doesNotContain("remove-previous", "document-deployment");
    }

    @ParameterizedTest
    @ValueSource(strings = {"look-at-container", "plan-metrics", "plan-container"})
    void aFailureBeforeTheApprovalIsADecisionAndNobodyIsAskedToApproveYet(String activity) {
        steps.fail(activity, () -> rejected("Conflict"));
        ProcessInstance run = stoppedEarly();

        assertThat(incident(run).getActivityId()).isEqualTo(activity);
        assertThat(task(run).getTaskDefinitionKey()).isEqualTo("decide-failed-step");
        assertThat(changed()).isEmpty();
    }

    private ProcessInstance stoppedEarly() {
        ProcessInstance run = startAs("operator", RUNBOOK, ASKED);
        goOnToFailure(run);
        return run;
    }

    @Test
    void aRetryAfterAnIncidentRunsThatStepAgainAndGoesOnAndRepeatsNoOther() {
        steps.fail("run-service", ServiceDeployment::fatal);
        ProcessInstance run = approved();
        goOnToFailure(run);

        steps.answer("run-service", new DockerRun.Output(true, "c0ffee", "notes was replaced."));
        management.setJobRetries(jobs(run).get(0).getId(), 1);
        assertThat(incident(run)).isNull();
        goOn(run);

        assertEnded(run, "service-deployed", EndState.COMPLETED);
        Map<String, Long> times =
                called().stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(times).containsEntry("run-service", 2L);
        assertThat(times)
                .allSatisfy((activity, count) -> assertThat(count).isEqualTo(activity.equals("run-service") ? 2 : 1));
        assertThat(journal.steps(run.getId()).stream()
                        .filter(step -> step.activityId().equals("run-service")))
                .extracting(StepRun::attempt, StepRun::state)
                .containsExactly(tuple(1, StepRun.State.FAILED), tuple(2, StepRun.State.SUCCEEDED));
    }

    @Test
    void aFailureThatMayPassIsTriedAgainLaterWithoutAnIncident() {
        steps.fail("pull-image", () -> new StepFailure.Transient("HostUnreachable", "No answer."));
        ProcessInstance run = approved();
        goOnToFailure(run);

        assertThat(incident(run)).isNull();
        assertThat(jobs(run)).singleElement().satisfies(job -> {
            assertThat(job.getRetries()).isPositive();
            assertThat(job.getDuedate()).isAfter(Date.from(Instant.now()));
        });
        steps.answer("pull-image", new DockerPull.Output(true, "sha256:image"));
        goOn(run);
        assertEnded(run, "service-deployed", EndState.COMPLETED);
    }
}
