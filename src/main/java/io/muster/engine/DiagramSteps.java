package io.muster.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.springframework.stereotype.Component;

/** The steps that a deployed diagram has, so that those which were not run can be named. */
@Component
public class DiagramSteps {

    private final ProcessEngineConfigurationImpl engine;

    DiagramSteps(ProcessEngineConfigurationImpl engine) {
        this.engine = engine;
    }

    /** In the diagram's order, then its calls of runbooks; empty when that version was deleted. */
    public List<DiagramStep> withCalls(String definitionId) {
        return read(definitionId, repository -> {
                    BpmnModelInstance model = repository.getBpmnModelInstance(definitionId);
                    return Stream.concat(
                                    RunbookDiagram.steps(model).stream(),
                                    RunbookDiagram.calls(model).stream()
                                            .map(call ->
                                                    new DiagramStep(call.activity(), call.title(), call.runbook())))
                            .toList();
                })
                .orElse(List.of());
    }

    /** The diagram as it was deployed, BPMN 2.0 XML; empty when that version was deleted. */
    public Optional<byte[]> xml(String definitionId) {
        return read(definitionId, repository -> bytes(repository.getProcessModel(definitionId)));
    }

    /** Everything of its deployment, by path: the diagram with its tables and forms; empty when that version was deleted. */
    public SortedMap<String, byte[]> files(String definitionId) {
        return read(definitionId, repository -> {
                    SortedMap<String, byte[]> files = new TreeMap<>();
                    String deployment =
                            repository.getProcessDefinition(definitionId).getDeploymentId();
                    repository
                            .getDeploymentResources(deployment)
                            .forEach(file -> files.put(
                                    file.getName(),
                                    bytes(repository.getResourceAsStreamById(deployment, file.getId()))));
                    return files;
                })
                .orElseGet(TreeMap::new);
    }

    private static byte[] bytes(InputStream content) {
        try (content) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> Optional<T> read(String definitionId, Function<RepositoryService, T> read) {
        return engine.getCommandExecutorTxRequired()
                .execute(context -> context.runWithoutAuthorization(() -> {
                    RepositoryService repository = engine.getRepositoryService();
                    boolean known = repository
                                    .createProcessDefinitionQuery()
                                    .processDefinitionId(definitionId)
                                    .count()
                            > 0;
                    return known ? Optional.of(read.apply(repository)) : Optional.empty();
                }));
    }

    /** @param step its name in the catalogue, or the id of the runbook that is called */
    public record DiagramStep(String activity, String title, String step) {}
}
