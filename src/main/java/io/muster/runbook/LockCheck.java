package io.muster.runbook;

import io.muster.step.StepCatalogue;
import io.muster.step.StepDescriptor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A runbook that changes a host or service holds a lock on it. */
final class LockCheck implements DiagramCheck {

    private static final Set<String> SUBJECTS = Set.of("host", "service", "container", "node");
    private static final String NAME = "(?:[A-Za-z0-9._-]|\\$\\{\\s*[A-Za-z_][A-Za-z0-9_]*\\s*})+";
    private static final Pattern LOCK = Pattern.compile("(?:service|host):" + NAME + "/" + NAME);
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*}");

    private final StepCatalogue steps;

    LockCheck(StepCatalogue steps) {
        this.steps = steps;
    }

    @Override
    public void check(Diagram diagram, Findings findings) {
        XmlNode process = diagram.process();
        List<String> locks = property(process, "locks");
        List<String> start = property(process, "startVariables");
        locks.forEach(lock -> form(process, lock, start, findings));
        if (locks.isEmpty()) {
            unlocked(diagram, findings);
        }
    }

    private void unlocked(Diagram diagram, Findings findings) {
        List<XmlNode> changing = diagram.stepTasks().stream()
                .filter(task -> Diagram.stepName(task)
                        .flatMap(steps::step)
                        .filter(LockCheck::changesSubject)
                        .isPresent())
                .toList();
        if (!changing.isEmpty()) {
            findings.add(
                    Rule.LOCK,
                    diagram.process(),
                    "It changes hosts or services ("
                            + changing.stream().map(XmlNode::id).collect(Collectors.joining(", "))
                            + ") and locks none of them, so that two runs could do so at the same moment.",
                    "Give the process the extension property locks, for example service:${environment}/${service} or"
                            + " host:${environment}/${host}, several with commas.");
        }
    }

    private static boolean changesSubject(StepDescriptor step) {
        return step.changes() && step.inputs().stream().anyMatch(field -> SUBJECTS.contains(field.name()));
    }

    private static void form(XmlNode process, String lock, List<String> start, Findings findings) {
        if (!LOCK.matcher(lock).matches()) {
            findings.add(
                    Rule.LOCK,
                    process,
                    "The lock '" + lock + "' names nothing that can be locked.",
                    "Write service:${environment}/${service} or host:${environment}/${host}.");
            return;
        }
        Matcher variables = VARIABLE.matcher(lock);
        while (variables.find()) {
            if (!start.contains(variables.group(1))) {
                findings.add(
                        Rule.LOCK,
                        process,
                        "The lock '" + lock + "' needs the variable '" + variables.group(1)
                                + "', which the run may not have when it takes its locks.",
                        "Name it in the extension property startVariables: then no run starts without it.");
            }
        }
    }

    private static List<String> property(XmlNode process, String name) {
        return process.extensions("camunda:properties")
                .flatMap(properties -> properties.children("camunda:property"))
                .filter(property -> property.attribute("name").equals(name))
                .flatMap(property -> Arrays.stream(property.attribute("value").split(",")))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .toList();
    }
}
