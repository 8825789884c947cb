package io.muster.processes;

import io.muster.steps.check.CheckHttp;
import io.muster.steps.check.CheckPrometheusTarget;
import io.muster.steps.docker.CheckContainer;
import io.muster.steps.docker.DockerLogs;
import io.muster.steps.docker.DockerPlan;
import io.muster.steps.docker.DockerPull;
import io.muster.steps.docker.DockerRemove;
import io.muster.steps.docker.DockerRun;
import io.muster.steps.docker.DockerStop;
import io.muster.steps.docker.ImageResolve;
import io.muster.steps.report.AdrDocument;
import io.muster.steps.report.NoteDocument;
import io.muster.steps.report.RunDocument;
import io.muster.steps.service.CheckDependencies;
import io.muster.steps.service.ServiceDependents;
import io.muster.steps.service.VersionCompare;
import io.muster.steps.volume.VolumeCheck;
import io.muster.steps.volume.VolumeRecord;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of this runbook share: what all its steps answer where all is well. */
abstract class ServiceUpdate extends RunbookTest {

    static final String RUNBOOK = "service-update";
    static final Map<String, Object> ASKED =
            Map.of("environment", "prod", "service", "notes", "version", "1.2.0", "reason", "a new release");
    static final Map<String, Object> APPROVED = Map.of("approved", true, "comment", "go");
    static final List<String> VERIFICATION =
            List.of("check-container", "check-endpoint", "check-metrics", "read-log", "check-dependencies");
    static final List<String> REPLACEMENT = List.of("pull-image", "stop-service", "record-state", "run-service");

    @BeforeEach
    void everythingGoesWell() {
        steps.answer("prepare-service", ServiceDeployment.prepared("core", "core", true));
        steps.answer("resolve-image", new ImageResolve.Output(ServiceDeployment.IMAGE, ServiceDeployment.DIGEST));
        steps.answer("check-container", new CheckContainer.Output("healthy", 0));
        steps.answer("check-endpoint", new CheckHttp.Output(200, 3, "UP"));
        steps.answer("check-metrics", new CheckPrometheusTarget.Output("http://a:8080/m", "2026-01-01T00:00:00Z"));
        steps.answer("read-log", new DockerLogs.Output(120));
        steps.answer("check-dependencies", new CheckDependencies.Output(List.of()));
        steps.answer("plan-container", new DockerPlan.Output(true, "- image changes", "notes@sha256:old", "1.1.0"));
        compared("minor", 0, false);
        steps.answer("keep-adr", new AdrDocument.Output("adr.md"));
        steps.answer("find-dependents", new ServiceDependents.Output(List.of(), 0));
        steps.answer("keep-notice", new NoteDocument.Output("notice.md"));
        steps.answer("document-no-change", new RunDocument.Output("update.md"));
        steps.answer("pull-image", new DockerPull.Output(true, "sha256:image"));
        steps.answer("stop-service", new DockerStop.Output(true, 0));
        steps.answer("record-state", new VolumeRecord.Output(3, 99, "d1gest", "3 files, 99 bytes."));
        steps.answer("run-service", new DockerRun.Output(true, "c0ffee", "notes was replaced."));
        steps.answer("check-state", new VolumeCheck.Output(2, 1, 1, 0, "2 files unchanged, 1 changed."));
        steps.answer("remove-previous", new DockerRemove.Output(true));
        steps.answer("document-update", new RunDocument.Output("update.md"));
    }

    void compared(String step, int majorsApart, boolean preRelease) {
        steps.answer("compare-versions", new VersionCompare.Output(step, majorsApart, preRelease, "From 1.1.0."));
    }

    void dependents(String... names) {
        steps.answer("find-dependents", new ServiceDependents.Output(List.of(names), names.length));
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
