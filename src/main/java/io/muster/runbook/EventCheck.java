package io.muster.runbook;

import io.muster.step.Nearest;
import io.muster.step.Reason;
import io.muster.step.StepCatalogue;
import io.muster.step.StepDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.datatype.DatatypeConfigurationException;
import javax.xml.datatype.DatatypeFactory;

/** Events: what they refer to, and boundary events that never fire. */
final class EventCheck implements DiagramCheck {

    /** A step runs in one transaction, in which these are not seen. */
    private static final Set<String> NEVER_ON_A_STEP = Set.of(
            "timerEventDefinition",
            "messageEventDefinition",
            "signalEventDefinition",
            "conditionalEventDefinition",
            "escalationEventDefinition");

    private static final Map<String, String> REFERENCES = Map.of(
            "errorEventDefinition", "errorRef",
            "messageEventDefinition", "messageRef",
            "signalEventDefinition", "signalRef",
            "escalationEventDefinition", "escalationRef");

    private final StepCatalogue steps;

    EventCheck(StepCatalogue steps) {
        this.steps = steps;
    }

    @Override
    public void check(Diagram diagram, Findings findings) {
        for (XmlNode boundary : diagram.nodes("boundaryEvent").toList()) {
            diagram.byId(boundary.attribute("attachedToRef"))
                    .filter(Diagram::isStepTask)
                    .ifPresent(task -> {
                        neverFires(boundary, findings);
                        errorCode(diagram, boundary, task, findings);
                    });
        }
        for (XmlNode node : diagram.nodes()) {
            node.children().forEach(definition -> reference(diagram, node, definition, findings));
            node.children("timerEventDefinition").forEach(timer -> timer(timer, findings));
        }
        diagram.nodes("receiveTask").forEach(task -> reference(diagram, task, task, "messageRef", findings));
    }

    private static void neverFires(XmlNode boundary, Findings findings) {
        boundary.children().stream()
                .filter(definition -> NEVER_ON_A_STEP.contains(definition.name()))
                .forEach(definition -> findings.add(
                        Rule.BOUNDARY_EVENT,
                        boundary,
                        "A " + definition.name().replace("EventDefinition", "")
                                + " event on a step never fires: the step and the event share one transaction.",
                        definition.is("timerEventDefinition")
                                ? "Set the step's input 'timeout', or put a subprocess around the step and the event on that."
                                : "Put a subprocess around the step and the event on that."));
    }

    /** What an operator's decision to abort raises at a failed step: who catches it cleans up. */
    private static final String ABORTED = "Aborted";

    private void errorCode(Diagram diagram, XmlNode boundary, XmlNode task, Findings findings) {
        Optional<StepDescriptor> step = Diagram.stepName(task).flatMap(steps::step);
        Optional<String> code = boundary.child("errorEventDefinition")
                .flatMap(definition -> diagram.byId(definition.attribute("errorRef")))
                .map(error -> error.attribute("errorCode"))
                .filter(text -> !text.isBlank() && !Expressions.isExpression(text));
        if (step.isEmpty() || code.isEmpty()) {
            return;
        }
        List<String> known = Stream.concat(step.get().errors().stream(), Stream.of(Reason.INVALID_INPUT))
                .distinct()
                .toList();
        if (!known.contains(code.get()) && !code.get().equals(ABORTED)) {
            findings.add(
                    Rule.ERROR_CODE,
                    boundary,
                    "The step '" + step.get().name() + "' never raises the error '" + code.get() + "'.",
                    Nearest.hint(code.get(), known) + " Without an error code every error is caught.");
        }
    }

    private static void reference(Diagram diagram, XmlNode node, XmlNode definition, Findings findings) {
        String attribute = REFERENCES.get(definition.name());
        if (attribute != null) {
            boolean catchesAll = !definition.has(attribute) && (node.is("boundaryEvent") || node.is("startEvent"));
            boolean any = definition.is("errorEventDefinition", "escalationEventDefinition") && catchesAll;
            if (!any) {
                reference(diagram, node, definition, attribute, findings);
            }
        }
    }

    private static void reference(
            Diagram diagram, XmlNode node, XmlNode definition, String attribute, Findings findings) {
        String what = attribute.replace("Ref", "");
        Optional<XmlNode> target = diagram.byId(definition.attribute(attribute)).filter(found -> found.is(what));
        if (target.isEmpty()) {
            findings.add(
                    Rule.EVENT_DEFINITION,
                    node,
                    definition.has(attribute)
                            ? "It refers to the " + what + " '" + definition.attribute(attribute)
                                    + "', which is not defined."
                            : "It does not say which " + what + " it is about.",
                    "Choose or create the " + what + " in Modeler.");
            return;
        }
        String wanted = what.equals("error") || what.equals("escalation") ? what + "Code" : "name";
        if (target.get().attribute(wanted).isBlank()) {
            findings.add(
                    Rule.EVENT_DEFINITION,
                    node,
                    "Its " + what + " '" + target.get().id() + "' has no " + (wanted.equals("name") ? "name" : "code")
                            + ".",
                    "Set its " + wanted + ": that is what it is matched by.");
        }
    }

    private static void timer(XmlNode timer, Findings findings) {
        Optional<XmlNode> when =
                timer.children("timeDuration", "timeDate", "timeCycle").findFirst();
        String text = when.map(node -> node.text().strip()).orElse("");
        boolean right = Expressions.isExpression(text)
                || when.filter(node -> isTime(node.name(), text)).isPresent();
        if (!right) {
            findings.add(
                    Rule.EVENT_DEFINITION,
                    timer,
                    text.isEmpty()
                            ? "The timer does not say when it is due."
                            : "The timer's " + when.orElseThrow().name() + " '" + text + "' cannot be read.",
                    "Write a duration such as 'PT15M' or 'P1D', a date such as '2030-01-31T08:00:00Z', or a cycle such as"
                            + " 'R/P7D' or '0 0 3 * * ?'.");
        }
    }

    private static boolean isTime(String kind, String text) {
        return switch (kind) {
            case "timeDuration" -> isDuration(text);
            case "timeDate" -> text.matches(
                    "\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[+-]\\d{2}:?\\d{2})?)?");
            default -> text.matches("R\\d*/.+")
                    ? isDuration(text.substring(text.lastIndexOf('/') + 1))
                    : text.split("\\s+").length >= 5;
        };
    }

    private static boolean isDuration(String text) {
        try {
            DatatypeFactory.newInstance().newDuration(text);
            return text.startsWith("P");
        } catch (IllegalArgumentException e) {
            return false;
        } catch (DatatypeConfigurationException e) {
            throw new IllegalStateException("This JVM cannot read ISO-8601 durations", e);
        }
    }
}
