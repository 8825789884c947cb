package io.muster.runbook;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A diagram that people can look at: every node and flow is drawn, and no node hides another. */
final class LayoutCheck implements DiagramCheck {

    private static final String DRAW = "Open the diagram in Modeler and place it.";

    @Override
    public void check(Diagram diagram, Findings findings) {
        Map<String, XmlNode> drawn = new HashMap<>();
        diagram.root()
                .tree()
                .filter(node -> node.is("di:BPMNShape", "di:BPMNEdge"))
                .forEach(node -> drawn.putIfAbsent(node.attribute("bpmnElement"), node));
        if (drawn.isEmpty()) {
            findings.add(
                    Rule.LAYOUT,
                    diagram.process(),
                    "The file has no layout: nothing of it would be seen in Modeler or Cockpit.",
                    "Draw the process in Modeler.");
            return;
        }
        Map<String, Box> boxes = new HashMap<>();
        for (XmlNode node : diagram.nodes()) {
            shape(node, drawn.get(node.id()), boxes, findings);
        }
        diagram.flows().forEach(flow -> edge(flow, drawn.get(flow.id()), findings));
        overlaps(diagram.nodes(), boxes, findings);
    }

    private static void shape(XmlNode node, XmlNode shape, Map<String, Box> boxes, Findings findings) {
        if (shape == null) {
            findings.add(Rule.LAYOUT, node, "It is not drawn: it has no shape.", DRAW);
            return;
        }
        Optional<Box> box = shape.child("di:Bounds").flatMap(Box::of);
        if (box.filter(found -> found.width() > 0 && found.height() > 0).isEmpty()) {
            findings.add(Rule.LAYOUT, node, "Its shape has no size.", DRAW);
            return;
        }
        boxes.put(node.id(), box.get());
    }

    private static void edge(XmlNode flow, XmlNode edge, Findings findings) {
        String which = "The flow from '" + flow.attribute("sourceRef") + "' to '" + flow.attribute("targetRef") + "' ";
        if (edge == null) {
            findings.add(Rule.LAYOUT, flow, which + "is not drawn: it has no edge.", DRAW);
        } else if (edge.children("di:waypoint").count() < 2) {
            findings.add(Rule.LAYOUT, flow, which + "has fewer than two waypoints.", DRAW);
        }
    }

    private static void overlaps(List<XmlNode> nodes, Map<String, Box> boxes, Findings findings) {
        // Boundary events sit on their task, and what is in a subprocess sits in it.
        List<XmlNode> placed = nodes.stream()
                .filter(node -> !node.is("boundaryEvent") && boxes.containsKey(node.id()))
                .toList();
        for (int i = 0; i < placed.size(); i++) {
            for (int j = i + 1; j < placed.size(); j++) {
                XmlNode one = placed.get(i);
                XmlNode other = placed.get(j);
                boolean siblings = one.parent().equals(other.parent());
                if (siblings && boxes.get(one.id()).overlaps(boxes.get(other.id()))) {
                    findings.add(
                            Rule.LAYOUT, other, "It is drawn over '" + one.id() + "'.", "Move one of them in Modeler.");
                }
            }
        }
    }

    private record Box(double x, double y, double width, double height) {
        static Optional<Box> of(XmlNode bounds) {
            try {
                return Optional.of(new Box(
                        Double.parseDouble(bounds.attribute("x")),
                        Double.parseDouble(bounds.attribute("y")),
                        Double.parseDouble(bounds.attribute("width")),
                        Double.parseDouble(bounds.attribute("height"))));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        boolean overlaps(Box other) {
            return x < other.x + other.width
                    && other.x < x + width
                    && y < other.y + other.height
                    && other.y < y + height;
        }
    }
}
