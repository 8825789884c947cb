package io.muster.runbook;

import io.muster.step.FieldDescriptor;
import io.muster.step.InputBinder;
import io.muster.step.InputProblem;
import io.muster.step.Nearest;
import io.muster.step.StepCatalogue;
import io.muster.step.StepDescriptor;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What goes into a step, as far as the diagram alone tells, and what is taken out of it. */
final class ParameterCheck implements DiagramCheck {

    private static final Map<InputProblem.Kind, Rule> RULES = Map.of(
            InputProblem.Kind.MISSING, Rule.INPUT_MISSING,
            InputProblem.Kind.UNKNOWN, Rule.INPUT_UNKNOWN,
            InputProblem.Kind.INVALID, Rule.INPUT_VALUE,
            InputProblem.Kind.SECRET, Rule.SECRET_LITERAL);

    private final StepCatalogue steps;
    private final InputBinder binder;

    ParameterCheck(StepCatalogue steps, InputBinder binder) {
        this.steps = steps;
        this.binder = binder;
    }

    @Override
    public void check(Diagram diagram, Findings findings) {
        for (XmlNode task : diagram.stepTasks()) {
            Diagram.stepName(task).flatMap(steps::step).ifPresent(step -> {
                Map<String, XmlNode> inputs = inputs(task, findings);
                inputs(task, step, inputs, findings);
                outputs(task, step, inputs.keySet(), findings);
            });
        }
    }

    private static Stream<XmlNode> parameters(XmlNode task, String name) {
        return task.extensions("camunda:inputOutput").flatMap(mapping -> mapping.children(name));
    }

    private static Map<String, XmlNode> inputs(XmlNode task, Findings findings) {
        Map<String, XmlNode> inputs = new LinkedHashMap<>();
        parameters(task, "camunda:inputParameter").forEach(parameter -> {
            String name = parameter.attribute("name");
            if (inputs.putIfAbsent(name, parameter) != null) {
                findings.add(
                        Rule.INPUT_VALUE,
                        parameter,
                        "Input '" + name + "' is given twice, and the engine takes the last.",
                        "Remove one.");
            }
        });
        return inputs;
    }

    private void inputs(XmlNode task, StepDescriptor step, Map<String, XmlNode> inputs, Findings findings) {
        Map<String, Object> literals = new LinkedHashMap<>();
        Set<String> computed = new LinkedHashSet<>();
        inputs.forEach((name, parameter) -> {
            if (computed(parameter)) {
                computed.add(name);
            } else {
                literals.put(name, literal(parameter));
            }
        });
        for (InputProblem problem : binder.check(step, literals, computed)) {
            XmlNode place = inputs.getOrDefault(problem.parameter(), task);
            findings.add(RULES.get(problem.kind()), place, problem.sentence(), problem.fix());
        }
    }

    private static boolean computed(XmlNode parameter) {
        return parameter
                .tree()
                .anyMatch(node -> node.is("camunda:script")
                        || Expressions.isExpression(node.text())
                        || Expressions.isExpression(node.attribute("key")));
    }

    private static Object literal(XmlNode parameter) {
        return parameter
                .child("camunda:list")
                .<Object>map(list ->
                        list.children().stream().map(ParameterCheck::text).toList())
                .or(() -> parameter.child("camunda:map").map(ParameterCheck::map))
                .orElseGet(() -> text(parameter));
    }

    private static Map<String, String> map(XmlNode map) {
        return map.children("camunda:entry")
                .collect(Collectors.toMap(
                        entry -> entry.attribute("key"),
                        ParameterCheck::text,
                        (first, second) -> second,
                        LinkedHashMap::new));
    }

    private static String text(XmlNode node) {
        return node.text().strip().replace("\\${", "${").replace("\\#{", "#{");
    }

    private static void outputs(XmlNode task, StepDescriptor step, Set<String> inputs, Findings findings) {
        List<String> outputs =
                step.outputs().stream().map(FieldDescriptor::name).toList();
        Set<String> known = new TreeSet<>(outputs);
        known.addAll(inputs);
        // Whether the step was skipped.
        known.add("skipped");
        parameters(task, "camunda:outputParameter")
                .filter(parameter -> parameter.attribute("name").isBlank())
                .forEach(parameter -> findings.add(
                        Rule.OUTPUT_UNKNOWN,
                        parameter,
                        "The output '" + parameter.text().strip() + "' is to be kept in a variable without a name.",
                        "Name the variable, or switch the output off."));
        parameters(task, "camunda:outputParameter").forEach(parameter -> parameter
                .tree()
                .flatMap(node -> Expressions.variables(node.text()).stream())
                .distinct()
                .filter(variable -> !known.contains(variable))
                .forEach(variable -> findings.add(
                        Rule.OUTPUT_UNKNOWN,
                        parameter,
                        "Output '" + parameter.attribute("name") + "' is taken from '" + variable + "', and the step '"
                                + step.name() + "' has no such output.",
                        outputs.isEmpty()
                                ? "The step has no output at all: remove the output parameter."
                                : Nearest.hint(variable, outputs))));
    }
}
