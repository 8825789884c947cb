package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.RunJournal.EndState;
import io.muster.steps.check.CheckHttp;
import io.muster.steps.check.CheckPrometheusTarget;
import io.muster.steps.docker.CheckContainer;
import io.muster.steps.docker.ContainerInput;
import io.muster.steps.docker.DockerLogs;
import io.muster.steps.docker.DockerPlan;
import io.muster.steps.docker.DockerPull;
import io.muster.steps.docker.DockerRemove;
import io.muster.steps.docker.DockerRun;
import io.muster.steps.docker.DockerStop;
import io.muster.steps.metrics.MetricsTargetRegister;
import io.muster.steps.report.RunDocument;
import io.muster.steps.service.CheckDependencies;
import io.muster.steps.service.ServicePrepare;
import io.muster.steps.service.ServicePromote;
import io.muster.steps.service.ValidationFacts;
import io.muster.steps.volume.VolumeCopy;
import io.muster.steps.volume.VolumeDiscard;
import io.muster.steps.volume.VolumeMovePlan;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way through the diagram. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServicePromotionProcessTest extends RunbookTest {

    private static final String RUNBOOK = "service-promotion";
    private static final Map<String, Object> APPROVED = Map.of("approved", true, "comment", "go");
    private static final Map<String, String> DIGESTS = Map.of("/srv/persistent/notes", "5ha");
    static final List<String> UNTIL_VERIFIED = List.of(
            "stop-service", "copy-data", "run-service", "register-metrics-target", "check-container", "check-endpoint");
    static final List<String> REMOVAL = List.of("record-promotion", "remove-old-container", "remove-old-data");

    @BeforeEach
    void everythingGoesWell() {
        steps.answer("prepare-service", ServiceDeployment.prepared("experimental", "experimental", true));
        promotedTo("core", "core", true);
        steps.answer("check-container", new CheckContainer.Output("healthy", 0));
        steps.answer("check-endpoint", new CheckHttp.Output(200, 3, "UP"));
        steps.answer("check-metrics", new CheckPrometheusTarget.Output("http://a:8080/m", "2026-01-01T00:00:00Z"));
        steps.answer("read-log", new DockerLogs.Output(120));
        steps.answer("check-dependencies", new CheckDependencies.Output(List.of()));
        steps.answer("check-new-dependencies", new CheckDependencies.Output(List.of()));
        validated(true, true, false, true);
        steps.answer("plan-copy", new VolumeMovePlan.Output(99, "99 bytes will be copied."));
        steps.answer("plan-container", new DockerPlan.Output(true, "- will be created", "", ""));
        steps.answer("pull-image", new DockerPull.Output(true, "sha256:image"));
        steps.answer("stop-service", new DockerStop.Output(true, 0));
        steps.answer("copy-data", new VolumeCopy.Output(3, 99, DIGESTS, "3 files are the same."));
        steps.answer("run-service", new DockerRun.Output(true, "c0ffee", "Created."));
        steps.answer("register-metrics-target", new MetricsTargetRegister.Output(true, "m:/notes.json"));
        steps.answer("record-promotion", new ServicePromote.Output("Change `container`."));
        steps.answer("remove-old-container", new DockerRemove.Output(true));
        steps.answer("remove-old-data", new VolumeDiscard.Output(List.of("/srv/persistent/notes")));
        steps.answer("document-promotion", new RunDocument.Output("promotion.md"));
    }

    /** The production container is core-01, and what differs there. */
    private void promotedTo(String service, String container, boolean persistent) {
        ServicePrepare.Output now = ServiceDeployment.prepared(service, container, persistent);
        steps.answer(
                "prepare-promotion",
                new ServicePrepare.Output(
                        now.image(),
                        service,
                        "core-01",
                        container,
                        persistent,
                        now.strayVolumes(),
                        List.of("/srv/persistent/production:/data", "/etc/notes:/config:ro"),
                        List.of("8090:8080"),
                        now.env(),
                        now.secretEnv(),
                        now.labels(),
                        1_073_741_824L,
                        2.0,
                        now.restart(),
                        now.healthTest(),
                        now.healthInterval(),
                        now.healthTimeout(),
                        now.healthStartPeriod(),
                        now.healthRetries(),
                        "http://127.0.0.1:8090/health",
                        204,
                        "$.status",
                        "UP",
                        "127.0.0.1:8090",
                        "/m",
                        "https"));
    }

    private void validated(boolean healthy, boolean byRun, boolean deviated, boolean longEnough) {
        steps.answer(
                "collect-validation",
                new ValidationFacts.Output(
                        healthy, byRun, deviated, longEnough, ServiceDeployment.IMAGE, "1.2.0", "It ran well."));
    }

    private ProcessInstance started() {
        ProcessInstance run = startAs(
                "operator", RUNBOOK, Map.of("environment", "prod", "service", "notes", "reason", "it is proven"));
        goOn(run);
        return run;
    }

    private ProcessInstance approved() {
        ProcessInstance run = started();
        completeAs("approver", run, APPROVED);
        return run;
    }

    // End events

    @Test
    void anApprovedPromotionCopiesVerifiesAndOnlyThenRemovesTheOldOne() {
        ProcessInstance run = started();
        assertRun(run).isWaitingAt("approve-promotion").task().hasCandidateGroup("approvers");
        assertThat(changed()).isEmpty();
        assertThat(input("check-container", CheckContainer.Input.class).host()).isEqualTo("apps-01");
        completeAs("approver", run, APPROVED);
        goOn(run);

        assertEnded(run, "service-promoted", EndState.COMPLETED);
        assertThat(called())
                .containsSubsequence(
                        "pull-image",
                        "stop-service",
                        "copy-data",
                        "run-service",
                        "register-metrics-target",
                        "check-container",
                        "check-endpoint",
                        "check-metrics",
                        "record-promotion",
                        "remove-old-container",
                        "remove-old-data",
                        "document-promotion");
        ContainerInput container = input("run-service", ContainerInput.class);
        assertThat(container.host()).isEqualTo("core-01");
        assertThat(container.image()).isEqualTo(ServiceDeployment.IMAGE);
        assertThat(container.memory().bytes()).isEqualTo(1_073_741_824L);
        assertThat(container.cpus()).isEqualTo(2.0);
        assertThat(container.ports()).containsExactly("8090:8080");
        assertThat(input("check-container", CheckContainer.Input.class).host()).isEqualTo("core-01");
        assertThat(input("check-endpoint", CheckHttp.Input.class).url()).isEqualTo("http://127.0.0.1:8090/health");
        assertThat(input("remove-old-container", DockerRemove.Input.class).host())
                .isEqualTo("apps-01");
        assertThat(input("remove-old-data", VolumeDiscard.Input.class))
                .isEqualTo(new VolumeDiscard.Input("apps-01", "notes", DIGESTS));
    }

    @Test
    void aRejectedPromotionTouchesNothing() {
        ProcessInstance run = started();
        completeAs("approver", run, Map.of("approved", false, "comment", "not yet"));
        goOn(run);
        assertEnded(run, "promotion-rejected", EndState.REJECTED);
        assertThat(changed()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "false, true, false, true, healthy now",
        "true, false, false, true, completed run",
        "true, true, true, true, deviation",
        "true, true, false, false, promotion.after"
    })
    void whatWasNotValidatedIsRefusedWithTheRule(
            boolean healthy, boolean byRun, boolean deviated, boolean longEnough, String rule) {
        validated(healthy, byRun, deviated, longEnough);
        ProcessInstance run = started();
        assertEnded(run, "promotion-refused", EndState.REJECTED);
        assertThat(variable(run, "departures").toString()).contains(rule);
        assertThat(called()).doesNotContain("plan-copy");
    }

    @ParameterizedTest
    @CsvSource({
        "core, monitoring, true, belongs in a core container",
        "monitoring, core, true, No monitoring service",
        "core, core, false, Persistent data stays",
        "experimental, core, true, of a production class",
        "core, experimental, true, goes to a production class"
    })
    void aDestinationThatIsNotOfItsClassOrNotPersistentIsRefused(
            String service, String container, boolean persistent, String rule) {
        promotedTo(service, container, persistent);
        ProcessInstance run = started();
        assertEnded(run, "promotion-refused", EndState.REJECTED);
        assertThat(variable(run, "departures").toString()).contains(rule);
    }

    @Test
    void onlyWhatIsInAnExperimentalContainerIsPromoted() {
        steps.answer("prepare-service", ServiceDeployment.prepared("core", "core", true));
        ProcessInstance run = started();
        assertEnded(run, "promotion-refused", EndState.REJECTED);
        assertThat(variable(run, "departures").toString()).contains("promoted from experimental containers");
    }

    // Boundary events

    @ParameterizedTest
    @CsvSource({
        "prepare-service, NotInInventory, preparation-refused",
        "prepare-promotion, NotInInventory, promotion-not-prepared",
        "check-container, CheckFailed, verification-refused",
        "check-new-dependencies, CheckFailed, dependencies-refused",
        "collect-validation, NotFound, not-validated",
        "plan-copy, Conflict, copy-refused",
        "plan-copy, NoSpace, copy-refused"
    })
    void whatIsRejectedBeforeTheApprovalRefusesThePromotion(String activity, String reason, String event) {
        steps.fail(activity, () -> rejected(reason));
        ProcessInstance run = started();
        assertEnded(run, "promotion-refused", EndState.REJECTED);
        assertRun(run).hasPassed(event);
        assertThat(variable(run, "refusalReason")).isEqualTo(reason);
        assertThat(changed()).isEmpty();
    }

    // Failures

    @ParameterizedTest
    @FieldSource("UNTIL_VERIFIED")
    void aFailureBeforeItIsVerifiedSaysHowToGoBackAndRemovesNothing(String activity) {
        ProcessInstance run = started();
        steps.fail(activity, () -> rejected("CheckFailed"));
        completeAs("approver", run, APPROVED);
        goOnToFailure(run);
        assertThat(problem(run).getActivityId()).isEqualTo(activity);
        assertThat(problem(run).getIncidentMessage())
                .contains("To go back: cancel this run", "`docker start notes` on apps-01", "version 1.2.0");
        assertThat(called()).doesNotContainAnyElementsOf(REMOVAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"record-promotion", "remove-old-container", "remove-old-data"})
    void aFailureAfterwardsSaysThatItRunsAndWhatIsLeft(String activity) {
        steps.fail(activity, () -> rejected("Conflict"));
        ProcessInstance run = approved();
        goOnToFailure(run);
        assertThat(problem(run).getIncidentMessage()).contains("notes runs on core-01 and was verified");
        assertThat(called()).endsWith(activity);
    }

    @Test
    void whoStartedItCannotApproveIt() {
        ProcessInstance run = started();
        assertThatThrownBy(() -> completeAs("operator", run, APPROVED)).isInstanceOf(RuntimeException.class);
        assertThat(changed()).isEmpty();
    }

    /** The last: it looks at what all the others left in the history. */
    @Test
    @Order(Integer.MAX_VALUE)
    void everyFlowNodeOfTheDiagramWasPassedByThese() {
        assertAllPassed(RUNBOOK);
    }
}
