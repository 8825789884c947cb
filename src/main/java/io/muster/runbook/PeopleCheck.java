package io.muster.runbook;

import io.muster.step.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** User tasks: who may do them. */
final class PeopleCheck implements DiagramCheck {

    static final Set<String> GROUPS = Set.of("operators", "approvers", "authors", "auditors", "admins");

    @Override
    public void check(Diagram diagram, Findings findings) {
        diagram.nodes("userTask").forEach(task -> {
            groups(task, findings);
            if (task.id().startsWith("approve-")) {
                approval(task, findings);
            }
        });
    }

    private static List<String> candidates(XmlNode task) {
        return Arrays.stream(task.attribute("camunda:candidateGroups").split(","))
                .map(String::strip)
                .filter(group -> !group.isEmpty())
                .toList();
    }

    private static void groups(XmlNode task, Findings findings) {
        List<String> candidates = candidates(task);
        if (candidates.isEmpty()) {
            findings.add(
                    Rule.TASK_GROUPS,
                    task,
                    "Nobody is asked to do it: it has no candidate groups.",
                    "Set camunda:candidateGroups to one of "
                            + String.join(", ", GROUPS.stream().sorted().toList()) + ".");
        }
        candidates.stream()
                .filter(group -> !GROUPS.contains(group))
                .forEach(group -> findings.add(
                        Rule.TASK_GROUPS,
                        task,
                        Expressions.isExpression(group)
                                ? "Its candidate group is computed as '" + group
                                        + "', so that a variable says who may do it."
                                : "There is no group '" + group + "'.",
                        Expressions.isExpression(group)
                                ? "Name the group itself: "
                                        + String.join(
                                                ", ", GROUPS.stream().sorted().toList()) + "."
                                : Nearest.hint(group, GROUPS)));
    }

    private static void approval(XmlNode task, Findings findings) {
        List<String> candidates = candidates(task);
        if (!candidates.equals(List.of("approvers"))) {
            findings.add(
                    Rule.APPROVAL,
                    task,
                    "An approval is open to " + (candidates.isEmpty() ? "nobody" : String.join(", ", candidates)) + ".",
                    "Set camunda:candidateGroups=\"approvers\", and nothing else.");
        }
        task.children("humanPerformer", "potentialOwner", "performer")
                .forEach(owner -> findings.add(
                        Rule.APPROVAL,
                        task,
                        "An approval is given to somebody by the diagram (" + owner.name() + ").",
                        "Remove " + owner.name() + ": who approves claims the task."));
        for (String attribute : List.of("camunda:assignee", "camunda:candidateUsers")) {
            if (task.has(attribute)) {
                findings.add(
                        Rule.APPROVAL,
                        task,
                        "An approval is given to somebody by the diagram (" + attribute + "=\""
                                + task.attribute(attribute) + "\").",
                        "Remove " + attribute + ": who approves claims the task.");
            }
        }
    }
}
