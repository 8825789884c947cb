package io.muster.processes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.Deployment;
import org.camunda.bpm.model.bpmn.Bpmn;

/** Called runbooks that do nothing, in place of those there are, for as long as a test class runs. */
final class CalledStubs {

    private final RepositoryService repository;
    private final List<Deployment> deployments = new ArrayList<>();

    CalledStubs(RepositoryService repository) {
        this.repository = repository;
    }

    /** Ends at once. */
    void ending(String runbook, String endEvent) {
        deploy(
                runbook,
                Bpmn.createExecutableProcess(runbook)
                        .camundaHistoryTimeToLive(1)
                        .startEvent("stub-begins")
                        .endEvent(endEvent)
                        .done());
    }

    /** Gives its caller a value, and ends. */
    void giving(String runbook, String variable, String value, String endEvent) {
        giving(runbook, Map.of(variable, value), endEvent);
    }

    /** Gives its caller values, and ends. */
    void giving(String runbook, Map<String, String> values, String endEvent) {
        var event = Bpmn.createExecutableProcess(runbook)
                .camundaHistoryTimeToLive(1)
                .startEvent("stub-begins")
                .intermediateThrowEvent("stub-gives");
        values.forEach(event::camundaOutputParameter);
        deploy(runbook, event.endEvent(endEvent).done());
    }

    /** Ends with an error, for its caller. */
    void failing(String runbook, String error) {
        deploy(
                runbook,
                Bpmn.createExecutableProcess(runbook)
                        .camundaHistoryTimeToLive(1)
                        .startEvent("stub-begins")
                        .endEvent("stub-failed")
                        .error(error)
                        .done());
    }

    private void deploy(String runbook, org.camunda.bpm.model.bpmn.BpmnModelInstance model) {
        deployments.add(repository
                .createDeployment()
                .name("stub of " + runbook)
                .addModelInstance(runbook + ".bpmn", model)
                .deploy());
    }

    void remove() {
        deployments.forEach(deployment -> repository.deleteDeployment(deployment.getId(), true));
        deployments.clear();
    }
}
