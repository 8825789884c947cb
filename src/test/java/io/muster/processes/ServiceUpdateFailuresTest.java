package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.RunJournal.EndState;
import io.muster.steps.docker.CheckContainer;
import java.util.Collections;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What follows when a step fails after the approval: a person is told how to go back, and nothing is rolled back. */
class ServiceUpdateFailuresTest extends ServiceUpdate {

    private static final String WAY_BACK = "To go back: cancel this run, then start `service-deployment` of notes with"
            + " version 1.1.0. The container before is kept, stopped, as notes--previous";

    @ParameterizedTest
    @ValueSource(strings = {"run-service", "check-state"})
    @FieldSource("io.muster.processes.ServiceUpdate#VERIFICATION")
    void aFailureOfTheNewVersionSaysHowToGoBackAndKeepsTheContainerBefore(String activity) {
        ProcessInstance run = started();
        steps.fail(activity, () -> rejected("CheckFailed"));
        completeAs("approver", run, APPROVED);
        goOnToFailure(run);

        assertThat(problem(run).getActivityId()).isEqualTo(activity);
        assertThat(problem(run).getIncidentMessage())
                .startsWith("CheckFailed: CheckFailed is why. Mend it.")
                .contains(WAY_BACK);
        assertThat(called()).endsWith(activity).doesNotContain("remove-previous", "document-update");
        assertThat(Collections.frequency(called(), "run-service")).isOne();
        assertRun(run).isNotEnded();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop-service", "record-state"})
    void aFailureWhileTheServiceIsDownSaysHowToStartItAgain(String activity) {
        steps.fail(activity, () -> rejected("TaskFailed"));
        ProcessInstance run = approved();
        goOnToFailure(run);
        assertThat(problem(run).getIncidentMessage()).contains("`docker start notes` on apps-01", "version 1.1.0");
        assertThat(called()).doesNotContain("run-service");
    }

    @Test
    void anImageThatCannotBePulledLeavesTheServiceRunning() {
        steps.fail("pull-image", ServiceDeployment::fatal);
        ProcessInstance run = approved();
        goOnToFailure(run);
        assertThat(problem(run).getIncidentMessage()).contains("Nothing was changed: notes 1.1.0 runs as before.");
        assertThat(called()).doesNotContain("stop-service");
    }

    @Test
    void aRetryOfTheFailedCheckGoesOnAndRepeatsNothingElse() {
        ProcessInstance run = started();
        steps.fail("check-container", () -> rejected("CheckFailed"));
        completeAs("approver", run, APPROVED);
        goOnToFailure(run);

        steps.answer("check-container", new CheckContainer.Output("healthy", 0));
        management.setJobRetries(jobs(run).get(0).getId(), 1);
        goOn(run);
        assertEnded(run, "service-updated", EndState.COMPLETED);
        assertThat(Collections.frequency(called(), "run-service")).isOne();
        assertThat(Collections.frequency(called(), "check-container")).isEqualTo(3);
    }
}
