package io.muster.runbook;

import static io.muster.runbook.DiagramPicture.text;

import io.muster.runbook.DiagramPicture.Box;

/** The forms of BPMN: circles, diamonds, boxes, with the marks that tell their kinds apart. */
final class DiagramShapes {

    private static final String LINE = " fill=\"none\" stroke=\"#333\" stroke-width=\"1.5\"/>";

    private DiagramShapes() {}

    static boolean holdsItsName(XmlNode element) {
        return task(element) || element.is("subProcess", "textAnnotation", "participant", "lane");
    }

    private static boolean task(XmlNode element) {
        return element.name().endsWith("Task") || element.is("task", "callActivity");
    }

    static void append(StringBuilder svg, XmlNode element, Box box) {
        if (element.name().endsWith("Event")) {
            event(svg, element, box);
        } else if (element.name().endsWith("Gateway")) {
            gateway(svg, element, box);
        } else if (task(element)) {
            task(svg, element, box);
        } else if (element.is("subProcess", "transaction")) {
            boolean event = "true".equals(element.attribute("triggeredByEvent"));
            rectangle(svg, box, 8, 1.5, event ? " stroke-dasharray=\"4 3\"" : "");
            DiagramText.centered(svg, element.attribute("name"), new Box(box.x(), box.y() + 5, box.width(), 14));
        } else if (element.is("textAnnotation")) {
            path(svg, "M" + at(box.x() + 12, box.y()) + "H" + text(box.x()) + "v" + text(box.height()) + "h12");
            DiagramText.inside(
                    svg,
                    element.child("text").map(XmlNode::text).orElse(""),
                    new Box(box.x() + 4, box.y(), box.width(), box.height()));
        } else {
            rectangle(svg, box, 2, 1, "");
        }
    }

    private static void event(StringBuilder svg, XmlNode element, Box box) {
        double radius = box.width() / 2;
        boolean end = element.is("endEvent");
        boolean between = element.is("boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent");
        boolean quiet = "false".equals(element.attribute("cancelActivity"))
                || "false".equals(element.attribute("isInterrupting"));
        circle(svg, box, radius, end ? 3 : 1.5, quiet ? " stroke-dasharray=\"4 3\"" : "");
        if (between) {
            circle(svg, box, radius - 3, 1.5, quiet ? " stroke-dasharray=\"4 3\"" : "");
        }
        double x = box.middle();
        double y = box.y() + box.height() / 2;
        element.children().stream()
                .map(XmlNode::name)
                .filter(name -> name.endsWith("EventDefinition"))
                .findFirst()
                .ifPresent(kind -> path(svg, mark(kind, x, y)));
    }

    private static String mark(String kind, double x, double y) {
        return switch (kind) {
            case "errorEventDefinition" -> "M" + at(x - 8, y + 7) + "l5-13 6 8 5-10-4 15-6-8z";
            case "timerEventDefinition" -> "M" + at(x, y - 8) + "a8 8 0 1 0 .1 0M" + at(x, y - 5) + "v5h4";
            case "messageEventDefinition" -> "M" + at(x - 8, y - 5) + "h16v10h-16zl8 6 8-6";
            case "escalationEventDefinition" -> "M" + at(x, y - 8) + "l6 14-6-6-6 6z";
            case "compensateEventDefinition" -> "M" + at(x, y - 5) + "v10l-8-5zm8 0v10l-8-5z";
            case "terminateEventDefinition" -> "M" + at(x, y - 7) + "a7 7 0 1 0 .1 0M" + at(x, y - 3)
                    + "a3 3 0 1 0 .1 0";
            case "conditionalEventDefinition" -> "M" + at(x - 6, y - 7) + "h12v14h-12zm2 4h8m-8 3h8m-8 3h8";
            default -> "M" + at(x, y - 7) + "l7 12h-14z";
        };
    }

    private static void gateway(StringBuilder svg, XmlNode element, Box box) {
        double x = box.middle();
        double y = box.y() + box.height() / 2;
        double r = box.width() / 2;
        svg.append("<path class=\"body\" d=\"M").append(at(x, y - r)).append("l");
        svg.append(at(r, r)).append(' ').append(at(-r, r)).append(' ').append(at(-r, -r));
        svg.append("z\" fill=\"#fff\" stroke=\"#333\" stroke-width=\"1.5\"/>");
        path(
                svg,
                switch (element.name()) {
                    case "parallelGateway" -> "M" + at(x, y - 11) + "v22m-11-11h22";
                    case "inclusiveGateway" -> "M" + at(x, y - 10) + "a10 10 0 1 0 .1 0";
                    default -> "M" + at(x - 8, y - 8) + "l16 16m0-16l-16 16";
                });
    }

    private static void task(StringBuilder svg, XmlNode element, Box box) {
        boolean call = element.is("callActivity");
        rectangle(svg, box, 10, call ? 3.5 : 1.5, "");
        DiagramText.inside(svg, element.attribute("name"), box);
        double x = box.x() + 8;
        double y = box.y() + 7;
        switch (element.name()) {
            case "userTask" -> path(
                    svg, "M" + at(x + 5, y) + "a3 3 0 1 0 .1 0M" + at(x - 1, y + 12) + "c0-8 12-8 12 0z");
            case "businessRuleTask" -> path(svg, "M" + at(x, y) + "h13v10h-13zm0 3h13m-9-3v10");
            case "serviceTask", "sendTask" -> path(
                    svg, "M" + at(x + 5, y) + "a5 5 0 1 0 .1 0m0 3a2 2 0 1 0 .1 0m0-5v2m0 10v2m-7-7h2m10 0h2");
            default -> {
                // Its border says enough.
            }
        }
        element.children("multiInstanceLoopCharacteristics")
                .findFirst()
                .ifPresent(loop ->
                        path(svg, "M" + at(box.middle() - 5, box.y() + box.height() - 14) + "v10m5-10v10m5-10v10"));
    }

    private static void rectangle(StringBuilder svg, Box box, double radius, double line, String more) {
        svg.append("<rect class=\"body\" x=\"")
                .append(text(box.x()))
                .append("\" y=\"")
                .append(text(box.y()))
                .append("\" width=\"")
                .append(text(box.width()))
                .append("\" height=\"")
                .append(text(box.height()))
                .append("\" rx=\"")
                .append(text(radius))
                .append("\" fill=\"#fff\" stroke=\"#333\" stroke-width=\"")
                .append(text(line))
                .append('"')
                .append(more)
                .append("/>");
    }

    private static void circle(StringBuilder svg, Box box, double radius, double line, String more) {
        svg.append("<circle class=\"body\" cx=\"")
                .append(text(box.middle()))
                .append("\" cy=\"")
                .append(text(box.y() + box.height() / 2))
                .append("\" r=\"")
                .append(text(radius))
                .append("\" fill=\"#fff\" stroke=\"#333\" stroke-width=\"")
                .append(text(line))
                .append('"')
                .append(more)
                .append("/>");
    }

    private static void path(StringBuilder svg, String path) {
        svg.append("<path d=\"").append(path).append('"').append(LINE);
    }

    private static String at(double x, double y) {
        return text(x) + " " + text(y);
    }
}
