package io.muster.runbook;

import java.util.Set;

/** Ids that people script and names that people read. */
final class NamingCheck implements DiagramCheck {

    private static final String GENERATED = "[A-Z][A-Za-z]*_[0-9A-Za-z]+";
    private static final Set<String> SPLITS = Set.of("exclusiveGateway", "inclusiveGateway");

    @Override
    public void check(Diagram diagram, Findings findings) {
        for (XmlNode node : diagram.nodes()) {
            id(node, findings);
            name(diagram, node, findings);
        }
    }

    private static void id(XmlNode node, Findings findings) {
        if (node.id().matches(GENERATED)) {
            findings.add(
                    Rule.ELEMENT_ID,
                    node,
                    "The id '" + node.id() + "' is one that the editor made up.",
                    "Give it an id that says what it is, as verb and object: 'verify-backup'.");
        } else if (!node.id().matches(ProcessCheck.KEBAB)) {
            findings.add(
                    Rule.ELEMENT_ID,
                    node,
                    "The id '" + node.id() + "' is not in kebab-case.",
                    "Use lower case with hyphens: 'verify-backup'.");
        }
    }

    private static void name(Diagram diagram, XmlNode node, Findings findings) {
        String name = node.attribute("name");
        if (SPLITS.contains(node.name()) && diagram.outgoing(node).size() > 1) {
            if (!name.strip().endsWith("?")) {
                findings.add(
                        Rule.GATEWAY_QUESTION,
                        node,
                        name.isBlank()
                                ? "The gateway does not say what it asks."
                                : "The gateway's name '" + name.strip() + "' is not a question.",
                        "Name it as the question that its outgoing flows answer: 'Approved?'.");
            }
        } else if (name.isBlank() && !Diagram.GATEWAYS.contains(node.name())) {
            findings.add(Rule.ELEMENT_NAME, node, "It has no name.", wantedName(node));
        }
    }

    private static String wantedName(XmlNode node) {
        if (node.is("endEvent")) {
            return "Name the outcome that it is: 'Service deployed'.";
        }
        return Diagram.EVENTS.contains(node.name())
                ? "Name what happens there: 'Deployment requested'."
                : "Name it by verb and object: 'Verify backup'.";
    }
}
