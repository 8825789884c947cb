package io.muster.runbook;

import io.muster.step.FieldDescriptor;
import io.muster.step.Nearest;
import io.muster.step.StepCatalogue;
import io.muster.step.StepDescriptor;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What people may decide when a step fails: extension properties of the process and of its tasks. */
final class FailureCheck implements DiagramCheck {

    private static final String SKIPPABLE = "skippable";
    private static final String SKIP_OUTPUT = "skipOutput.";

    private final StepCatalogue steps;

    FailureCheck(StepCatalogue steps) {
        this.steps = steps;
    }

    @Override
    public void check(Diagram diagram, Findings findings) {
        properties(diagram.process())
                .filter(property -> property.attribute("name").equals("ownerGroup"))
                .filter(property ->
                        !PeopleCheck.GROUPS.contains(property.attribute("value").strip()))
                .forEach(property -> findings.add(
                        Rule.FAILED_STEP,
                        property,
                        "Nobody is asked when a step fails: there is no group '" + property.attribute("value") + "'.",
                        Nearest.hint(property.attribute("value"), PeopleCheck.GROUPS)));
        List<XmlNode> tasks = diagram.stepTasks();
        tasks.forEach(task -> task(task, findings));
        diagram.process()
                .tree()
                .filter(node -> !tasks.contains(node) && node != diagram.process())
                .forEach(node -> elsewhere(node, findings));
    }

    private void task(XmlNode task, Findings findings) {
        boolean skippable = properties(task)
                .anyMatch(property -> property.attribute("name").equals(SKIPPABLE)
                        && property.attribute("value").strip().equals("true"));
        properties(task).forEach(property -> {
            String name = property.attribute("name");
            String value = property.attribute("value").strip();
            if (name.equals(SKIPPABLE) && !List.of("true", "false").contains(value)) {
                findings.add(
                        Rule.FAILED_STEP,
                        task,
                        "'skippable' is '" + value + "'.",
                        "Give 'true' or 'false', or remove the property.");
            } else if (name.startsWith(SKIP_OUTPUT)) {
                output(task, name, skippable, findings);
            }
        });
    }

    private void output(XmlNode task, String property, boolean skippable, Findings findings) {
        String output = property.substring(SKIP_OUTPUT.length());
        if (!skippable) {
            findings.add(
                    Rule.FAILED_STEP,
                    task,
                    "'" + property + "' has no effect: the task cannot be skipped.",
                    "Set the property 'skippable' to 'true', or remove this one.");
        }
        Optional<StepDescriptor> step = Diagram.stepName(task).flatMap(steps::step);
        if (step.isPresent() && step.get().output(output).isEmpty()) {
            List<String> known =
                    step.get().outputs().stream().map(FieldDescriptor::name).toList();
            findings.add(
                    Rule.FAILED_STEP,
                    task,
                    "The step '" + step.get().name() + "' has no output '" + output + "'.",
                    known.isEmpty() ? "Remove the property '" + property + "'." : Nearest.hint(output, known));
        }
    }

    private static void elsewhere(XmlNode node, Findings findings) {
        properties(node)
                .map(property -> property.attribute("name"))
                .filter(name -> name.equals(SKIPPABLE) || name.startsWith(SKIP_OUTPUT))
                .forEach(name -> findings.add(
                        Rule.FAILED_STEP,
                        node,
                        "'" + name
                                + "' stands on what is no step: only a failed step can be skipped, an approval never.",
                        "Remove the property."));
    }

    private static Stream<XmlNode> properties(XmlNode node) {
        return node.extensions("camunda:properties").flatMap(all -> all.children("camunda:property"));
    }
}
