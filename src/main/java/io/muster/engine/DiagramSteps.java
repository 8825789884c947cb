package io.muster.engine;

import java.util.List;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.springframework.stereotype.Component;

/** The steps that a deployed diagram has, so that those which were not run can be named. */
@Component
public class DiagramSteps {

    private final ProcessEngineConfigurationImpl engine;

    DiagramSteps(ProcessEngineConfigurationImpl engine) {
        this.engine = engine;
    }

    /** In the diagram's order; empty when that version was deleted. */
    public List<DiagramStep> of(String definitionId) {
        return engine.getCommandExecutorTxRequired()
                .execute(context -> context.runWithoutAuthorization(() -> read(definitionId)));
    }

    private List<DiagramStep> read(String definitionId) {
        RepositoryService repository = engine.getRepositoryService();
        if (repository
                        .createProcessDefinitionQuery()
                        .processDefinitionId(definitionId)
                        .count()
                == 0) {
            return List.of();
        }
        return repository.getBpmnModelInstance(definitionId).getModelElementsByType(ServiceTask.class).stream()
                .filter(task -> task.getCamundaDelegateExpression() != null)
                .map(task -> new DiagramStep(
                        task.getId(),
                        task.getName() == null ? task.getId() : task.getName(),
                        task.getCamundaDelegateExpression().replaceAll("[${}]", "")))
                .toList();
    }

    public record DiagramStep(String activity, String title, String step) {}
}
