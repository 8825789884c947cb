package io.muster.runbook;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Two approvals that wait at the same time in one run: both write {@code approved}, so the last answer would count for
 * both. One after the other, or in a called runbook each, every answer stands for itself.
 */
final class ParallelApprovalCheck implements DiagramCheck {

    private static final String FIX = "Let one follow the other, or put each into a runbook of its own that is called.";

    @Override
    public void check(Diagram diagram, Findings findings) {
        diagram.nodes().stream()
                .filter(ParallelApprovalCheck::isApproval)
                .filter(approval -> isRepeated(diagram, approval))
                .forEach(approval -> findings.add(
                        Rule.APPROVAL,
                        approval,
                        "Several instances of this approval would write one variable 'approved'.",
                        "Take the multi-instance marker away, or put the approval into a runbook that is called."));
        diagram.nodes().stream()
                .filter(node -> diagram.outgoing(node).size() > 1)
                .filter(node -> !node.is("exclusiveGateway", "eventBasedGateway"))
                .forEach(fork -> fork(diagram, fork, findings));
    }

    private static boolean isApproval(XmlNode node) {
        return node.is("userTask") && node.id().startsWith("approve-");
    }

    private static boolean isRepeated(Diagram diagram, XmlNode approval) {
        return diagram.nodes().stream()
                .filter(node -> Diagram.multiInstance(node).isPresent())
                .anyMatch(node -> node.tree().anyMatch(inner -> inner.id().equals(approval.id())));
    }

    private static void fork(Diagram diagram, XmlNode fork, Findings findings) {
        Set<String> before = new HashSet<>();
        Set<String> together = new TreeSet<>();
        for (XmlNode flow : diagram.outgoing(fork)) {
            Set<String> here = approvals(diagram, flow);
            if (!before.isEmpty() && !here.isEmpty()) {
                together.addAll(before);
                together.addAll(here);
            }
            before.addAll(here);
        }
        if (!together.isEmpty()) {
            findings.add(
                    Rule.APPROVAL,
                    fork,
                    "From here on, approvals wait at the same time (" + String.join(", ", together)
                            + "), and the last answer would count for all.",
                    FIX);
        }
    }

    /** Those that a token on this flow reaches before it is joined with others. */
    private static Set<String> approvals(Diagram diagram, XmlNode flow) {
        Set<String> found = new TreeSet<>();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(flow.attribute("targetRef")));
        while (!open.isEmpty()) {
            String id = open.pop();
            diagram.byId(id)
                    .filter(node -> seen.add(id) && !joins(diagram, node))
                    .ifPresent(node -> {
                        node.tree().filter(ParallelApprovalCheck::isApproval).forEach(task -> found.add(task.id()));
                        diagram.outgoing(node).forEach(next -> open.push(next.attribute("targetRef")));
                        diagram.nodes("boundaryEvent")
                                .filter(event ->
                                        event.attribute("attachedToRef").equals(id))
                                .forEach(event -> open.push(event.id()));
                    });
        }
        return found;
    }

    private static boolean joins(Diagram diagram, XmlNode node) {
        return node.is("parallelGateway", "inclusiveGateway", "complexGateway")
                && diagram.incoming(node).size() > 1;
    }
}
