package io.muster.runbook;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Nothing in a diagram is code: logic is in steps, decision tables and conditions that a person can read. */
final class CodeCheck implements DiagramCheck {

    private static final Set<String> LISTENERS =
            Set.of("camunda:executionListener", "camunda:taskListener", "camunda:formHandlerClass");

    private final Set<String> steps;

    CodeCheck(Set<String> steps) {
        this.steps = steps;
    }

    @Override
    public void check(Diagram diagram, Findings findings) {
        // Messages, errors and signals stand beside the process and hold expressions too.
        diagram.root()
                .tree()
                .filter(node -> !node.name().startsWith("di:") && !node.name().startsWith("{") && !inAnnotation(node))
                .forEach(node -> {
                    script(node, findings);
                    listener(node, findings);
                    expressions(node, findings);
                });
    }

    // Only a note: the engine does not read it.
    private static boolean inAnnotation(XmlNode node) {
        return node.is("text")
                && node.parent().filter(parent -> parent.is("textAnnotation")).isPresent();
    }

    private static void script(XmlNode node, Findings findings) {
        boolean condition = node.is("conditionExpression", "condition");
        if (node.is("scriptTask")) {
            findings.add(
                    Rule.SCRIPT,
                    node,
                    "It is a script task.",
                    "Use a step (docs/steps.md), or a decision table for a choice by values.");
        } else if (node.is("camunda:script")) {
            findings.add(
                    Rule.SCRIPT,
                    node,
                    "It holds a script in " + node.parent().map(XmlNode::name).orElse("") + ".",
                    "Replace it by a value or an expression such as ${name}, or let a step do the work.");
        } else if (condition && (node.has("language") || node.has("camunda:resource"))) {
            findings.add(
                    Rule.SCRIPT,
                    node,
                    "Its condition is a script.",
                    "Replace it by an expression such as ${approved}.");
        }
    }

    private static void listener(XmlNode node, Findings findings) {
        boolean validator =
                node.is("camunda:constraint") && node.attribute("name").equals("validator");
        if (LISTENERS.contains(node.name()) || node.has("camunda:formHandlerClass") || validator) {
            findings.add(
                    Rule.LISTENER,
                    node,
                    "It has " + (validator ? "a form validator" : "a listener")
                            + ", which runs code that the diagram does not show.",
                    "Remove it. What must happen belongs in a step of its own.");
        }
    }

    private void expressions(XmlNode node, Findings findings) {
        Stream<Map.Entry<String, String>> attributes = node.attributes().entrySet().stream()
                .filter(attribute -> !attribute.getKey().equals("camunda:delegateExpression"));
        Stream.concat(attributes, Stream.of(Map.entry("", node.text())))
                .forEach(found -> Expressions.problem(found.getValue(), steps)
                        .ifPresent(problem -> findings.add(
                                Rule.EXPRESSION,
                                node,
                                "The expression '" + shortened(found.getValue()) + "' " + problem + ".",
                                "Keep to ${name}, ${a.b}, comparisons, 'and', 'or', 'not', 'empty' and literals; let a step or"
                                        + " a decision table work out the rest. In a shell script write $NAME, or"
                                        + " \\${NAME}.")));
    }

    private static String shortened(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= 120 ? line : line.substring(0, 120) + "…";
    }
}
