package io.muster.runbook;

import io.muster.step.Nearest;
import io.muster.step.StepCatalogue;
import io.muster.step.StepDescriptor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The step that cleans up behind a cancelled run is found out to be none when a run was cancelled: too late. */
final class WhenCancelledCheck implements DiagramCheck {

    private static final String PROPERTY = "whenCancelled";
    /** What its clean-up is told of the run. */
    private static final List<String> NEEDED = List.of("environment", "service");

    private final StepCatalogue steps;

    WhenCancelledCheck(StepCatalogue steps) {
        this.steps = steps;
    }

    @Override
    public void check(Diagram diagram, Findings findings) {
        XmlNode process = diagram.process();
        List<XmlNode> given = properties(process, PROPERTY);
        if (given.size() > 1) {
            findings.add(
                    Rule.WHEN_CANCELLED,
                    given.get(1),
                    PROPERTY + " is given " + given.size() + " times, and one step cleans up.",
                    "Keep one of them.");
        }
        given.forEach(property -> named(diagram, property, findings));
        Set<String> start = names(process, "startVariables");
        Set<String> missing = new TreeSet<>(NEEDED);
        missing.removeAll(start);
        if (!given.isEmpty() && !missing.isEmpty()) {
            findings.add(
                    Rule.WHEN_CANCELLED,
                    given.get(0),
                    PROPERTY + " cleans up behind a run for a service, and runs may be started without "
                            + String.join(" and ", missing) + ".",
                    "Name " + (missing.size() == 1 ? "it" : "them") + " in startVariables.");
        }
    }

    private void named(Diagram diagram, XmlNode property, Findings findings) {
        String value = property.attribute("value").strip();
        Optional<StepDescriptor> step = steps.step(value);
        if (step.filter(StepDescriptor::cleansUp).isPresent()) {
            return;
        }
        findings.add(
                Rule.WHEN_CANCELLED,
                property,
                PROPERTY + " names " + (value.isEmpty() ? "no step" : "'" + value + "', which " + problem(step)) + ".",
                fix(diagram, value));
    }

    private static String problem(Optional<StepDescriptor> step) {
        return step.isPresent() ? "cleans up behind no cancelled run" : "is no step";
    }

    private String fix(Diagram diagram, String value) {
        Set<String> suited = suited();
        Optional<String> element = diagram.stepTasks().stream()
                .filter(task -> task.id().equals(value))
                .flatMap(task -> Diagram.stepName(task).stream())
                .findFirst()
                .filter(suited::contains);
        if (element.isPresent()) {
            return "That is an element of the diagram: name its step, '" + element.get() + "'.";
        }
        return Nearest.to(value, suited)
                .map(known -> "Did you mean '" + known + "'?")
                .orElse("Steps that can: " + String.join(", ", suited) + ".");
    }

    private Set<String> suited() {
        return steps.all().stream()
                .filter(StepDescriptor::cleansUp)
                .map(StepDescriptor::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(XmlNode process, String name) {
        return properties(process, name).stream()
                .flatMap(property -> Arrays.stream(property.attribute("value").split(",")))
                .map(String::strip)
                .collect(Collectors.toSet());
    }

    private static List<XmlNode> properties(XmlNode process, String name) {
        return process.extensions("camunda:properties")
                .flatMap(all -> all.children("camunda:property"))
                .filter(property -> property.attribute("name").equals(name))
                .toList();
    }
}
