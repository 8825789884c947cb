package io.muster.runbook;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Where a token can go, and where it would stay for ever. */
final class FlowCheck implements DiagramCheck {

    @Override
    public void check(Diagram diagram, Findings findings) {
        if (diagram.process().child("startEvent").isEmpty()) {
            findings.add(Rule.UNREACHABLE, diagram.process(), "The process has no start event.", "Add one.");
            return;
        }
        Set<String> reached = reached(diagram);
        for (XmlNode node : diagram.nodes()) {
            if (!reached.contains(node.id())) {
                findings.add(
                        Rule.UNREACHABLE, node, "No flow leads here from a start event.", "Connect it, or remove it.");
            }
            if (isDeadEnd(diagram, node)) {
                findings.add(
                        Rule.DEAD_END,
                        node,
                        "Nothing follows it, and it is not an end event.",
                        "Lead it to an end event that says the outcome.");
            }
        }
    }

    private static Set<String> reached(Diagram diagram) {
        Set<String> reached = new HashSet<>();
        Deque<XmlNode> open = new ArrayDeque<>();
        diagram.nodes().stream().filter(FlowCheck::isRoot).forEach(open::add);
        while (!open.isEmpty()) {
            XmlNode node = open.pop();
            if (reached.add(node.id())) {
                diagram.outgoing(node).forEach(flow -> diagram.byId(flow.attribute("targetRef"))
                        .ifPresent(open::push));
                boundaryEvents(diagram, node).forEach(open::push);
            }
        }
        return reached;
    }

    private static List<XmlNode> boundaryEvents(Diagram diagram, XmlNode node) {
        return diagram.nodes("boundaryEvent")
                .filter(boundary -> boundary.attribute("attachedToRef").equals(node.id()))
                .toList();
    }

    private static boolean isRoot(XmlNode node) {
        return node.is("startEvent")
                || isBeside(node)
                || node.is("intermediateCatchEvent")
                        && node.child("linkEventDefinition").isPresent();
    }

    /** What is entered by an event or by compensation, not by a flow. */
    private static boolean isBeside(XmlNode node) {
        return Diagram.isTrue(node, "triggeredByEvent") || Diagram.isTrue(node, "isForCompensation");
    }

    private static boolean isDeadEnd(Diagram diagram, XmlNode node) {
        boolean ends = node.is("endEvent")
                || isBeside(node)
                || node.is("intermediateThrowEvent")
                        && node.child("linkEventDefinition").isPresent()
                || node.is("boundaryEvent")
                        && node.child("compensateEventDefinition").isPresent();
        return !ends && diagram.outgoing(node).isEmpty();
    }
}
