package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.RunJournal.EndState;
import io.muster.step.ByteSize;
import io.muster.steps.check.CheckHttp;
import io.muster.steps.check.CheckPrometheusTarget;
import io.muster.steps.docker.CheckContainer;
import io.muster.steps.docker.ContainerInput;
import io.muster.steps.docker.DockerPull;
import io.muster.steps.docker.DockerRemove;
import io.muster.steps.docker.ImageResolve;
import io.muster.steps.metrics.TargetInput;
import io.muster.steps.proxmox.LxcRef;
import io.muster.steps.report.RunDocument;
import io.muster.steps.service.CheckDependencies;
import io.muster.steps.service.ServicePrepare;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;

/** What the steps are given, and what people are shown. */
class ServiceDeploymentInputsTest extends ServiceDeployment {

    @Test
    void whatIsPulledAndRunIsTheVeryDigestThatWasApproved() {
        ProcessInstance run = started();
        assertThat(tasks.getVariable(task(run).getId(), "imageReference")).isEqualTo(IMAGE);
        // The tag moves while somebody thinks about it.
        steps.answer("resolve-image", new ImageResolve.Output(IMAGE.replace("0123", "9999"), "sha256:other"));
        completeAs("approver", run, APPROVED);
        goOn(run);

        assertThat(called()).containsOnlyOnce("resolve-image");
        assertThat(input("pull-image", DockerPull.Input.class)).isEqualTo(new DockerPull.Input("apps-01", IMAGE));
        assertThat(input("run-service", ContainerInput.class).image()).isEqualTo(IMAGE);
        assertThat(input("document-deployment", RunDocument.Input.class).introduction())
                .contains(IMAGE)
                .contains("notes was replaced.");
    }

    @Test
    void whatWasComparedIsWhatIsDone() {
        goOn(approved());
        assertThat(input("run-service", ContainerInput.class)).isEqualTo(input("plan-container", ContainerInput.class));
        assertThat(input("register-metrics-target", TargetInput.class))
                .isEqualTo(input("plan-metrics", TargetInput.class));
    }

    @Test
    void theContainerIsAskedForAsTheServiceWasPrepared() {
        goOn(approved());
        assertThat(input("resolve-image", ImageResolve.Input.class))
                .isEqualTo(new ImageResolve.Input("registry.test:5000/notes", "1.2.0"));
        assertThat(input("run-service", ContainerInput.class))
                .isEqualTo(new ContainerInput(
                        "apps-01",
                        "notes",
                        IMAGE,
                        "1.2.0",
                        List.of("/srv/persistent/notes:/data", "/etc/notes:/config:ro"),
                        List.of("8080:8080"),
                        Map.of("NOTES_TITLE", "Our = notes"),
                        Map.of("NOTES_TOKEN", "secret:notes-token"),
                        Map.of("team", "platform"),
                        new ByteSize(268_435_456L),
                        0.5,
                        "on-failure:3",
                        List.of("CMD-SHELL", "test -f /ready && echo up"),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(6),
                        7));
        assertThat(input("register-metrics-target", TargetInput.class))
                .isEqualTo(new TargetInput("notes", "127.0.0.3:8080", "/m", "https", Map.of()));
        assertThat(input("start-container", LxcRef.class)).isEqualTo(new LxcRef("apps-01", null, null));
    }

    @Test
    void theServiceIsValidatedAgainstWhatTheInventorySays() {
        goOn(approved());
        assertThat(input("check-container", CheckContainer.Input.class))
                .isEqualTo(new CheckContainer.Input("apps-01", "notes", Duration.ofMinutes(2), Duration.ofSeconds(8)));
        CheckHttp.Input endpoint = input("check-endpoint", CheckHttp.Input.class);
        assertThat(endpoint.url()).isEqualTo("http://127.0.0.3:8080/health");
        assertThat(endpoint.status()).isEqualTo(204);
        assertThat(endpoint.jsonPath()).isEqualTo("$.status");
        assertThat(endpoint.jsonValue()).isEqualTo("UP");
        assertThat(input("check-metrics", CheckPrometheusTarget.Input.class))
                .isEqualTo(new CheckPrometheusTarget.Input("notes", "127.0.0.3:8080", Duration.ofMinutes(2)));
        assertThat(input("check-dependencies", CheckDependencies.Input.class).allowed())
                .isEqualTo(Map.of(
                        "core", "core",
                        "monitoring", "core,monitoring",
                        "experimental", "core,monitoring,experimental"));
        assertThat(input("remove-previous", DockerRemove.Input.class))
                .isEqualTo(new DockerRemove.Input("apps-01", "notes--previous", false, "notes"));
    }

    @Test
    void aServiceWithoutLimitsOrAHealthCheckOfItsOwnIsDeployedToo() {
        ServicePrepare.Output full = prepared("core", "core", true);
        steps.answer(
                "prepare-service",
                new ServicePrepare.Output(
                        full.image(),
                        full.serviceClass(),
                        full.container(),
                        full.containerClass(),
                        true,
                        "",
                        List.of(),
                        List.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        null,
                        null,
                        "unless-stopped",
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        full.healthUrl(),
                        200,
                        null,
                        null,
                        full.metricsTarget(),
                        full.metricsPath(),
                        full.metricsScheme()));
        ProcessInstance run = approved();
        goOn(run);

        assertEnded(run, "service-deployed", EndState.COMPLETED);
        ContainerInput container = input("run-service", ContainerInput.class);
        assertThat(container.memory()).isNull();
        assertThat(container.cpus()).isNull();
        assertThat(container.volumes()).isEmpty();
        assertThat(container.healthTest()).isEmpty();
        assertThat(container.healthInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(input("check-endpoint", CheckHttp.Input.class).jsonPath()).isNull();
    }

    @Test
    void theApproverIsShownEverythingThatWouldChange() {
        String task = task(started()).getId();
        List<String> shown = List.of(
                "containerPlan",
                "metricsPlan",
                "runningImage",
                "runningVersion",
                "containerState",
                "containerClass",
                "serviceClass",
                "version",
                "reason");
        assertThat(tasks.getVariables(task, shown))
                .containsEntry("containerPlan", "- image changes")
                .containsEntry("metricsPlan", "Metrics target will be registered.")
                .containsEntry("runningImage", IMAGE + "-old")
                .containsEntry("runningVersion", "1.1.0")
                .containsEntry("containerState", "apps-01 is running.")
                .containsEntry("containerClass", "core")
                .containsEntry("serviceClass", "core")
                .containsEntry("version", "1.2.0")
                .containsEntry("reason", "a new release");
    }
}
