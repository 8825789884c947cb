package io.muster.runbook;

import java.util.Set;
import org.camunda.feel.FeelEngine;
import org.camunda.feel.FeelEngine$;
import org.xml.sax.SAXParseException;

/** A DMN file: decision tables in FEEL that say how they choose. */
final class DecisionFileCheck {

    private static final Set<String> FEEL = Set.of("", "feel", "https://www.omg.org/spec/DMN/20191111/FEEL/");
    private static final FeelEngine ENGINE = new FeelEngine(
            FeelEngine$.MODULE$.defaultFunctionProvider(),
            FeelEngine$.MODULE$.defaultValueMapper(),
            FeelEngine$.MODULE$.defaultConfiguration(),
            FeelEngine$.MODULE$.defaultClock());

    void check(byte[] content, Findings findings) {
        XmlNode root;
        try {
            root = XmlReader.read(content);
        } catch (SAXParseException e) {
            findings.add(Rule.WELL_FORMED, e.getLineNumber(), Schemas.notWellFormed(e), Schemas.FIX);
            return;
        }
        if (!root.is("definitions") || root.children("decision").findAny().isEmpty()) {
            findings.add(
                    Rule.SCHEMA,
                    root.line(),
                    "It is not a DMN 1.3 file with a decision.",
                    "Save it with Camunda Modeler as a Camunda 7 decision.");
            return;
        }
        Schemas.dmn(content, findings);
        root.children("decision").forEach(decision -> decision(decision, findings));
        root.tree().forEach(node -> expression(node, findings));
    }

    private static void decision(XmlNode decision, Findings findings) {
        if (!decision.id().matches(ProcessCheck.KEBAB)) {
            findings.add(
                    Rule.ELEMENT_ID,
                    decision,
                    "The id '" + decision.id() + "' is not in kebab-case.",
                    "Use lower case with hyphens: 'container-class-placement'.");
        }
        if (decision.attribute("name").isBlank()) {
            findings.add(Rule.ELEMENT_NAME, decision, "It has no name.", "Name what it decides: 'Container class'.");
        }
        if (!decision.attribute("camunda:historyTimeToLive").matches(ProcessCheck.TIME_TO_LIVE)) {
            findings.add(
                    Rule.HISTORY_TIME_TO_LIVE,
                    decision,
                    "The decision does not say for how many days its history is kept.",
                    "Set camunda:historyTimeToLive, for example \"P365D\".");
        }
        decision.children("decisionTable")
                .filter(table -> !table.has("hitPolicy"))
                .forEach(table -> findings.add(
                        Rule.DECISION,
                        decision,
                        "The decision table does not say which of several rules that match is taken.",
                        "Set its hit policy, for example UNIQUE or FIRST."));
        if (decision.children("decisionTable", "literalExpression").findAny().isEmpty()) {
            findings.add(
                    Rule.DECISION,
                    decision,
                    "It holds neither a decision table nor a literal expression, and the engine runs no other.",
                    "Make it a decision table.");
        }
    }

    private static void expression(XmlNode node, Findings findings) {
        if (!FEEL.contains(node.attribute("expressionLanguage"))) {
            findings.add(
                    Rule.DECISION,
                    node,
                    "It is written in '" + node.attribute("expressionLanguage") + "'.",
                    "Write it in FEEL, and remove the expression language.");
            return;
        }
        String text = node.child("text").map(child -> child.text().strip()).orElse("");
        boolean unary = node.is("inputEntry");
        if (text.isEmpty() || !unary && !node.is("inputExpression", "outputEntry", "literalExpression")) {
            return;
        }
        var parsed = unary ? ENGINE.parseUnaryTests(text) : ENGINE.parseExpression(text);
        if (parsed.isLeft()) {
            findings.add(
                    Rule.DECISION,
                    node,
                    "The expression '" + text + "' is not FEEL.",
                    "Write texts in double quotes, and several values with commas: \"core\",\"monitoring\".");
        }
    }
}
