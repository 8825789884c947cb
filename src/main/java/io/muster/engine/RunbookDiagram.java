package io.muster.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.CallActivity;
import org.camunda.bpm.model.bpmn.instance.Documentation;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaInputOutput;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperties;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperty;

/**
 * What a diagram says to somebody who is about to start it.
 *
 * @param choices by start variable, where the extension property {@code choices.VARIABLE} lists its values
 * @param groups by approval task: who may decide it, as the diagram writes it
 * @param drills the kinds of drill that its steps {@code drillStart} begin, as the diagram writes them
 * @param destroys what cannot be had back after it, in words, from the extension property {@code destroys}; else empty
 */
public record RunbookDiagram(
        String documentation,
        List<String> start,
        List<String> optional,
        Map<String, List<String>> choices,
        Map<Task, List<String>> groups,
        List<DiagramSteps.DiagramStep> steps,
        List<Call> calls,
        List<String> drills,
        String destroys) {

    static final String CHOICES = "choices.";
    private static final String DESTROYS = "destroys";
    private static final String BEGIN_DRILL = "${drillStart}";
    private static final String DRILL_KIND = "kind";

    public record Task(String id, String title) {}

    public record Call(String activity, String title, String runbook) {}

    static RunbookDiagram of(BpmnModelInstance model) {
        Process process = model.getModelElementsByType(Process.class).iterator().next();
        Map<String, String> properties = properties(process);
        Map<String, List<String>> choices = new LinkedHashMap<>();
        properties.forEach((name, value) -> {
            if (name.startsWith(CHOICES)) {
                choices.put(name.substring(CHOICES.length()), names(value));
            }
        });
        return new RunbookDiagram(
                process.getDocumentations().stream()
                        .findFirst()
                        .map(Documentation::getTextContent)
                        .orElse(""),
                names(properties.getOrDefault("startVariables", "")),
                names(properties.getOrDefault("optionalStartVariables", "")),
                choices,
                approvals(model),
                steps(model),
                calls(model),
                drills(model),
                properties.getOrDefault(DESTROYS, ""));
    }

    static List<Call> calls(BpmnModelInstance model) {
        return model.getModelElementsByType(CallActivity.class).stream()
                .filter(call -> call.getCalledElement() != null)
                .map(call -> new Call(call.getId(), title(call), call.getCalledElement()))
                .toList();
    }

    static List<DiagramSteps.DiagramStep> steps(BpmnModelInstance model) {
        return model.getModelElementsByType(ServiceTask.class).stream()
                .filter(task -> task.getCamundaDelegateExpression() != null)
                .map(task -> new DiagramSteps.DiagramStep(
                        task.getId(),
                        title(task),
                        task.getCamundaDelegateExpression().replaceAll("[${}]", "")))
                .toList();
    }

    private static List<String> drills(BpmnModelInstance model) {
        return model.getModelElementsByType(ServiceTask.class).stream()
                .filter(task -> BEGIN_DRILL.equals(task.getCamundaDelegateExpression()))
                .filter(task -> task.getExtensionElements() != null)
                .flatMap(
                        task -> task
                                .getExtensionElements()
                                .getElementsQuery()
                                .filterByType(CamundaInputOutput.class)
                                .list()
                                .stream())
                .flatMap(inputs -> inputs.getCamundaInputParameters().stream())
                .filter(input -> DRILL_KIND.equals(input.getCamundaName()))
                .map(input -> input.getTextContent().strip())
                .distinct()
                .toList();
    }

    private static Map<Task, List<String>> approvals(BpmnModelInstance model) {
        Map<Task, List<String>> approvals = new LinkedHashMap<>();
        model.getModelElementsByType(UserTask.class).stream()
                .filter(task -> Approvals.isApproval(task.getId()))
                .forEach(task -> {
                    List<String> groups = names(Optional.ofNullable(task.getCamundaCandidateGroups())
                            .orElse(""));
                    approvals.put(
                            new Task(task.getId(), title(task)), groups.isEmpty() ? List.of(Roles.APPROVERS) : groups);
                });
        return approvals;
    }

    private static Map<String, String> properties(Process process) {
        Map<String, String> values = new LinkedHashMap<>();
        if (process.getExtensionElements() != null) {
            process.getExtensionElements().getElementsQuery().filterByType(CamundaProperties.class).list().stream()
                    .flatMap(properties -> properties.getCamundaProperties().stream())
                    .filter(property -> property.getCamundaValue() != null)
                    .forEach((CamundaProperty property) ->
                            values.put(property.getCamundaName(), property.getCamundaValue()));
        }
        return values;
    }

    private static String title(FlowNode node) {
        return node.getName() == null || node.getName().isBlank()
                ? node.getId()
                : node.getName().replaceAll("\\s+", " ");
    }

    private static List<String> names(String list) {
        return new ArrayList<>(Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList());
    }
}
