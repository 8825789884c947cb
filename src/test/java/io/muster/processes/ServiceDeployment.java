package io.muster.processes;

import io.muster.steps.check.CheckHttp;
import io.muster.steps.check.CheckPrometheusTarget;
import io.muster.steps.docker.CheckContainer;
import io.muster.steps.docker.DockerLogs;
import io.muster.steps.docker.DockerPlan;
import io.muster.steps.docker.DockerPull;
import io.muster.steps.docker.DockerRemove;
import io.muster.steps.docker.DockerRun;
import io.muster.steps.docker.ImageResolve;
import io.muster.steps.metrics.MetricsTargetPlan;
import io.muster.steps.metrics.MetricsTargetRegister;
import io.muster.steps.proxmox.LxcStart;
import io.muster.steps.proxmox.LxcStatus;
import io.muster.steps.report.AdrDocument;
import io.muster.steps.report.RunDocument;
import io.muster.steps.service.CheckDependencies;
import io.muster.steps.service.ServicePrepare;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of this runbook share: what all its steps answer where all is well. */
abstract class ServiceDeployment extends RunbookTest {

    static final String RUNBOOK = "service-deployment";
    static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);
    static final String IMAGE = "registry.test:5000/notes@" + DIGEST;
    static final Map<String, Object> ASKED =
            Map.of("environment", "prod", "service", "notes", "version", "1.2.0", "reason", "a new release");
    static final Map<String, Object> APPROVED = Map.of("approved", true, "comment", "go");
    static final Map<String, Object> ADR = Map.of(
            "deviationAccepted", true,
            "adrTitle", "Notes in an experimental container",
            "adrContext", "core-01 is being rebuilt",
            "adrDecision", "Until Friday, the platform team sees to it");

    static final List<String> PREPARATION =
            List.of("prepare-service", "resolve-image", "look-at-container", "plan-metrics", "plan-container");
    static final List<String> ROLL_OUT = List.of(
            "start-container",
            "pull-image",
            "run-service",
            "register-metrics-target",
            "check-container",
            "check-endpoint",
            "check-metrics",
            "read-log",
            "check-dependencies",
            "remove-previous",
            "document-deployment");

    /** All is well, and both the container and the metrics target differ from what is asked. */
    @BeforeEach
    void everythingGoesWell() {
        steps.answer("prepare-service", prepared("core", "core", true));
        steps.answer("resolve-image", new ImageResolve.Output(IMAGE, DIGEST));
        steps.answer("keep-adr", new AdrDocument.Output("adr.md"));
        steps.answer(
                "look-at-container",
                new LxcStatus.Output("running", true, "", 60, 101, "proxima", true, "apps-01 is running."));
        plans(true, true);
        steps.answer("check-unchanged", new CheckContainer.Output("healthy", 0));
        steps.answer("document-no-change", new RunDocument.Output("deployment.md"));
        steps.answer("start-container", new LxcStart.Output(true));
        steps.answer("pull-image", new DockerPull.Output(true, "sha256:image"));
        steps.answer("run-service", new DockerRun.Output(true, "c0ffee", "notes was replaced."));
        steps.answer("register-metrics-target", new MetricsTargetRegister.Output(true, "monitoring-01:/notes.json"));
        steps.answer("check-container", new CheckContainer.Output("healthy", 0));
        steps.answer("check-endpoint", new CheckHttp.Output(200, 3, "UP"));
        steps.answer(
                "check-metrics", new CheckPrometheusTarget.Output("http://apps-01:8080/m", "2026-01-01T00:00:00Z"));
        steps.answer("read-log", new DockerLogs.Output(120));
        steps.answer("check-dependencies", new CheckDependencies.Output(List.of()));
        steps.answer("remove-previous", new DockerRemove.Output(true));
        steps.answer("document-deployment", new RunDocument.Output("deployment.md"));
    }

    void plans(boolean container, boolean metrics) {
        steps.answer("plan-container", new DockerPlan.Output(container, "- image changes", IMAGE + "-old", "1.1.0"));
        steps.answer("plan-metrics", new MetricsTargetPlan.Output(metrics, "Metrics target will be registered."));
    }

    static ServicePrepare.Output prepared(String service, String container, boolean persistent) {
        return prepared(service, container, persistent, "apps-01");
    }

    static ServicePrepare.Output prepared(String service, String container, boolean persistent, String host) {
        return new ServicePrepare.Output(
                "registry.test:5000/notes",
                service,
                host,
                container,
                persistent,
                persistent ? "" : "/tmp/notes",
                List.of("/srv/persistent/notes:/data", "/etc/notes:/config:ro"),
                List.of("8080:8080"),
                Map.of("NOTES_TITLE", "Our = notes"),
                Map.of("NOTES_TOKEN", "secret:notes-token"),
                Map.of("team", "platform"),
                268_435_456L,
                0.5,
                "on-failure:3",
                List.of("CMD-SHELL", "test -f /ready && echo up"),
                "PT2S",
                "PT4S",
                "PT6S",
                7,
                "http://127.0.0.3:8080/health",
                204,
                "$.status",
                "UP",
                "127.0.0.3:8080",
                "/m",
                "https");
    }

    ProcessInstance started() {
        ProcessInstance run = startAs("operator", RUNBOOK, ASKED);
        goOn(run);
        return run;
    }

    ProcessInstance approved() {
        ProcessInstance run = started();
        completeAs("approver", run, APPROVED);
        return run;
    }
}
