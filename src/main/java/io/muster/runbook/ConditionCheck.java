package io.muster.runbook;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Conditions of sequence flows: there where they are needed, and nowhere else. */
final class ConditionCheck implements DiagramCheck {

    private static final Pattern EVALUATION = Pattern.compile("\\$\\{(.*)}", Pattern.DOTALL);

    private static final Pattern TERM = Pattern.compile("(empty )?[A-Za-z0-9_.]+");
    private static final Pattern EQUATION = Pattern.compile("[A-Za-z0-9_.]+ ?== ?('[^']*'|[A-Za-z0-9_.]+)");

    @Override
    public void check(Diagram diagram, Findings findings) {
        diagram.nodes("exclusiveGateway", "inclusiveGateway").forEach(gateway -> gateway(diagram, gateway, findings));
        diagram.nodes("parallelGateway", "eventBasedGateway", "startEvent")
                .flatMap(node -> diagram.outgoing(node).stream())
                .filter(flow -> condition(flow).isPresent())
                .forEach(flow -> findings.add(
                        Rule.FLOW_CONDITION,
                        flow,
                        "The engine does not look at the condition of a flow that leaves '"
                                + flow.attribute("sourceRef") + "'.",
                        "Remove the condition, or let the flow leave an exclusive gateway."));
        diagram.flows().forEach(flow -> condition(flow).ifPresent(text -> form(flow, text, findings)));
    }

    private static void gateway(Diagram diagram, XmlNode gateway, Findings findings) {
        List<XmlNode> outgoing = diagram.outgoing(gateway);
        String byDefault = gateway.attribute("default");
        if (outgoing.size() < 2) {
            outgoing.stream()
                    .filter(flow -> condition(flow).isPresent())
                    .forEach(flow -> findings.add(
                            Rule.FLOW_CONDITION,
                            flow,
                            "It has a condition and is the only flow that leaves '" + gateway.id() + "'.",
                            "Remove the condition, or draw the other way."));
            return;
        }
        for (XmlNode flow : outgoing) {
            boolean isDefault = flow.id().equals(byDefault);
            if (isDefault == condition(flow).isPresent()) {
                findings.add(
                        Rule.FLOW_CONDITION,
                        flow,
                        "The " + (isDefault ? "default " : "") + "flow from '" + gateway.id() + "' to '"
                                + flow.attribute("targetRef") + "' has " + (isDefault ? "a" : "no") + " condition.",
                        isDefault
                                ? "Remove the condition: the default flow is taken when no other is."
                                : "Give it a condition such as ${approved}, or make it the default flow.");
            }
        }
        boolean known = outgoing.stream().anyMatch(flow -> flow.id().equals(byDefault));
        if (!known && !complementary(outgoing)) {
            findings.add(
                    Rule.DEFAULT_FLOW,
                    gateway,
                    "No flow is the default, so that a run fails here when no condition holds.",
                    "Make one of its flows the default flow.");
        }
    }

    private static Optional<String> condition(XmlNode flow) {
        return flow.child("conditionExpression")
                .map(condition -> condition.text().strip());
    }

    private static void form(XmlNode flow, String text, Findings findings) {
        boolean script = flow.child("conditionExpression")
                .filter(condition -> condition.has("language"))
                .isPresent();
        if (!script && !EVALUATION.matcher(text).matches()) {
            findings.add(
                    Rule.FLOW_CONDITION,
                    flow,
                    "The condition '" + text + "' is not an expression, so that it is never true.",
                    "Write it in ${ }: '${approved}'.");
        }
    }

    /** Two flows of which one asks exactly the opposite of the other need no default. */
    private static boolean complementary(List<XmlNode> outgoing) {
        List<String> conditions = outgoing.stream()
                .flatMap(flow -> condition(flow).stream())
                .map(ConditionCheck::inner)
                .toList();
        return outgoing.size() == 2
                && conditions.size() == 2
                && (opposite(conditions.get(0), conditions.get(1)) || opposite(conditions.get(1), conditions.get(0)));
    }

    private static String inner(String text) {
        Matcher matcher = EVALUATION.matcher(text);
        return (matcher.matches() ? matcher.group(1) : text)
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static boolean opposite(String condition, String negation) {
        if (TERM.matcher(condition).matches()) {
            return List.of("!" + condition, "! " + condition, "not " + condition, "!(" + condition + ")")
                    .contains(negation);
        }
        return EQUATION.matcher(condition).matches()
                && condition.replace("==", "!=").equals(negation);
    }
}
