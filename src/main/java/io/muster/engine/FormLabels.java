package io.muster.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What a task's form calls its variables, in the form's order: of the version that the run was started with. */
@Component
class FormLabels {

    private static final String EMBEDDED = "embedded:deployment:";

    /** A label for a field, one around a box, or the legend of a choice, which begins with a radio button. */
    private static final Pattern NAMED = Pattern.compile(
            "<label[^>]*\\bfor=\"answer-(?<field>\\w+)\"[^>]*>(?<of>.*?)</label>"
                    + "|<label[^>]*>\\s*<input[^>]*type=\"checkbox\"[^>]*ng-model=\"answer\\.(?<box>\\w+)\"[^>]*>(?<said>.*?)</label>"
                    + "|<legend[^>]*>(?<legend>(?:(?!</legend>).)*)</legend>(?:(?!</fieldset>|<input|<select|<textarea).)*"
                    + "<input(?=[^>]*type=\"radio\")[^>]*ng-model=\"answer\\.(?<choice>\\w+)\"",
            Pattern.DOTALL);

    /** Looked up when it is needed: the engine is made of the steps that ask here. */
    private final ObjectProvider<ProcessEngineConfigurationImpl> engines;

    FormLabels(ObjectProvider<ProcessEngineConfigurationImpl> engines) {
        this.engines = engines;
    }

    /** By variable; empty where the run, or a form with labels of its own, is not there. */
    Map<String, String> of(String runId, String task) {
        ProcessEngineConfigurationImpl engine = engines.getObject();
        return engine.getCommandExecutorTxRequired()
                .execute(context -> context.runWithoutAuthorization(
                        () -> form(engine, runId, task).map(FormLabels::read).orElse(Map.of())));
    }

    private static Optional<String> form(ProcessEngineConfigurationImpl engine, String runId, String task) {
        HistoricProcessInstance run = engine.getHistoryService()
                .createHistoricProcessInstanceQuery()
                .processInstanceId(runId)
                .singleResult();
        if (run == null) {
            return Optional.empty();
        }
        RepositoryService repository = engine.getRepositoryService();
        String deployment =
                repository.getProcessDefinition(run.getProcessDefinitionId()).getDeploymentId();
        return Optional.ofNullable(repository
                        .getBpmnModelInstance(run.getProcessDefinitionId())
                        .<UserTask>getModelElementById(task))
                .map(UserTask::getCamundaFormKey)
                .filter(key -> key.startsWith(EMBEDDED))
                .map(key -> key.substring(EMBEDDED.length()))
                .filter(name ->
                        repository.getDeploymentResourceNames(deployment).contains(name))
                .map(name -> text(repository.getResourceAsStream(deployment, name)));
    }

    private static String text(InputStream resource) {
        try (resource) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Map<String, String> read(String form) {
        Map<String, String> labels = new LinkedHashMap<>();
        Matcher named = NAMED.matcher(form);
        while (named.find()) {
            if (named.group("field") != null) {
                put(labels, named.group("field"), named.group("of"));
            } else if (named.group("box") != null) {
                put(labels, named.group("box"), named.group("said"));
            } else {
                put(labels, named.group("choice"), named.group("legend"));
            }
        }
        return labels;
    }

    /** What a label takes from the run, `{{…}}`, cannot be told here: the variable's name does then. */
    private static void put(Map<String, String> labels, String variable, String html) {
        String label = html.replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ").strip();
        if (!label.isEmpty() && !label.contains("{{")) {
            labels.putIfAbsent(variable, label);
        }
    }
}
