package io.muster.runbook;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.xml.sax.SAXParseException;

/**
 * A diagram as an SVG picture, from the layout in its file. Each element is a group with its id as {@code data-element},
 * so that a page can mark the way a run took. The same diagram gives the same bytes: no font is measured.
 */
public final class DiagramPicture {

    private static final double MARGIN = 20;

    private final Map<String, XmlNode> elements = new HashMap<>();
    private final StringBuilder edges = new StringBuilder();
    private final StringBuilder shapes = new StringBuilder();
    private double left = Double.MAX_VALUE;
    private double top = Double.MAX_VALUE;
    private double right = -Double.MAX_VALUE;
    private double bottom = -Double.MAX_VALUE;

    private DiagramPicture() {}

    record Box(double x, double y, double width, double height) {
        static Box of(XmlNode bounds) {
            return new Box(number(bounds, "x"), number(bounds, "y"), number(bounds, "width"), number(bounds, "height"));
        }

        double middle() {
            return x + width / 2;
        }
    }

    /** @throws IllegalArgumentException when it is not well-formed XML */
    public static String svg(byte[] bpmn) {
        try {
            return new DiagramPicture().draw(XmlReader.read(bpmn));
        } catch (SAXParseException e) {
            throw new IllegalArgumentException("Not XML: " + e.getMessage(), e);
        }
    }

    private String draw(XmlNode definitions) {
        definitions.tree().filter(node -> node.has("id")).forEach(node -> elements.put(node.id(), node));
        definitions.tree().filter(node -> node.is("di:BPMNEdge")).forEach(this::edge);
        definitions.tree().filter(node -> node.is("di:BPMNShape")).forEach(this::shape);
        String title =
                definitions.child("process").map(it -> it.attribute("name")).orElse("");
        if (left > right) {
            left = top = right = bottom = 0;
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\""
                + join(left - MARGIN, top - MARGIN, right - left + 2 * MARGIN, bottom - top + 2 * MARGIN)
                + "\" width=\"" + text(right - left + 2 * MARGIN) + "\" height=\"" + text(bottom - top + 2 * MARGIN)
                + "\" role=\"img\" font-family=\"Arial, sans-serif\" font-size=\"12\">\n"
                + "<title>" + DiagramText.escaped(title) + "</title>\n"
                + "<defs><marker id=\"arrow\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"10\" markerHeight=\"10\" markerUnits=\"userSpaceOnUse\""
                + " orient=\"auto-start-reverse\"><path d=\"M0 0L10 5L0 10z\" fill=\"#333\"/></marker></defs>\n"
                + "<rect class=\"paper\" x=\"" + text(left - MARGIN) + "\" y=\"" + text(top - MARGIN)
                + "\" width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
                + edges + shapes + "</svg>\n";
    }

    private Optional<XmlNode> element(XmlNode layout) {
        return Optional.ofNullable(elements.get(layout.attribute("bpmnElement")));
    }

    private void edge(XmlNode edge) {
        List<String> points = new ArrayList<>();
        edge.children("di:waypoint").forEach(point -> {
            double x = number(point, "x");
            double y = number(point, "y");
            grow(x, y, x, y);
            points.add(text(x) + "," + text(y));
        });
        boolean flow = element(edge).filter(it -> it.is("sequenceFlow")).isPresent();
        open(edges, edge, "flow");
        edges.setLength(edges.length() - 1);
        ends(edge);
        edges.append("<polyline points=\"").append(String.join(" ", points)).append("\" fill=\"none\" stroke=\"#333\"");
        edges.append(flow ? " stroke-width=\"1.5\" marker-end=\"url(#arrow)\"/>" : " stroke-dasharray=\"3 4\"/>");
        label(edge).ifPresent(box -> element(edge)
                .ifPresent(it -> DiagramText.centered(edges, it.attribute("name"), box)));
        edges.append("</g>\n");
    }

    /** Where a flow comes from and goes to, and the end of its group's tag. */
    private void ends(XmlNode edge) {
        element(edge).ifPresent(flow -> edges.append(" data-source=\"")
                .append(DiagramText.escaped(flow.attribute("sourceRef")))
                .append("\" data-target=\"")
                .append(DiagramText.escaped(flow.attribute("targetRef")))
                .append('"'));
        edges.append('>');
    }

    private void shape(XmlNode shape) {
        Optional<XmlNode> element = element(shape);
        Optional<Box> bounds = shape.child("di:Bounds").map(Box::of);
        if (element.isEmpty() || bounds.isEmpty()) {
            return;
        }
        Box box = bounds.get();
        grow(box.x(), box.y(), box.x() + box.width(), box.y() + box.height());
        open(shapes, shape, element.get().name());
        DiagramShapes.append(shapes, element.get(), box);
        label(shape)
                .or(() -> Optional.of(new Box(box.middle() - 50, box.y() + box.height() + 3, 100, 14)))
                .filter(place -> !DiagramShapes.holdsItsName(element.get()))
                .ifPresent(place -> DiagramText.centered(shapes, element.get().attribute("name"), place));
        shapes.append("</g>\n");
    }

    private Optional<Box> label(XmlNode layout) {
        Optional<Box> label = layout.child("di:BPMNLabel")
                .flatMap(it -> it.child("di:Bounds"))
                .map(Box::of);
        label.ifPresent(box -> grow(box.x(), box.y(), box.x() + box.width(), box.y() + box.height()));
        return label;
    }

    private static void open(StringBuilder svg, XmlNode layout, String kind) {
        svg.append("<g class=\"")
                .append(DiagramText.escaped(kind))
                .append("\" data-element=\"")
                .append(DiagramText.escaped(layout.attribute("bpmnElement")))
                .append("\">");
    }

    private void grow(double x1, double y1, double x2, double y2) {
        left = Math.min(left, x1);
        top = Math.min(top, y1);
        right = Math.max(right, x2);
        bottom = Math.max(bottom, y2);
    }

    static double number(XmlNode node, String attribute) {
        try {
            return Double.parseDouble(node.attribute(attribute));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String join(double... numbers) {
        List<String> texts = new ArrayList<>();
        for (double number : numbers) {
            texts.add(text(number));
        }
        return String.join(" ", texts);
    }

    /** At most one decimal, the same in every locale. */
    static String text(double number) {
        String text = String.format(Locale.ROOT, "%.1f", number);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
