package io.muster.runbook;

import java.util.Map;
import java.util.Optional;

/** Elements that the engine does not run, or runs as if they were not there. */
final class SupportCheck implements DiagramCheck {

    private static final Map<String, String> INSTEAD = Map.of(
            "complexGateway", "Use exclusive, inclusive or parallel gateways.",
            "adHocSubProcess", "Use a subprocess with gateways that say what runs when.",
            "task", "Choose what it is: a service task that runs a step, or a user task for a person.",
            "manualTask", "Make it a user task, so that a person confirms it and the run shows who.",
            "standardLoopCharacteristics", "Use a multi-instance marker, or a gateway and a flow back.",
            "choreographyTask", "Draw the process of one participant.",
            "conversationNode", "Draw the process of one participant.");

    @Override
    public void check(Diagram diagram, Findings findings) {
        diagram.root().tree().forEach(node -> Optional.ofNullable(INSTEAD.get(node.name()))
                .ifPresent(instead -> findings.add(
                        Rule.UNSUPPORTED_ELEMENT,
                        node,
                        node.is("task", "manualTask")
                                ? "A " + node.name() + " passes at once and does nothing, which looks like evidence."
                                : "The engine does not run a " + node.name() + ".",
                        instead)));
        diagram.nodes().stream()
                .filter(node -> node.children().stream()
                                .filter(child -> child.name().endsWith("EventDefinition"))
                                .count()
                        > 1)
                .forEach(node -> findings.add(
                        Rule.UNSUPPORTED_ELEMENT,
                        node,
                        "The engine does not run an event with several definitions.",
                        "Draw one event for each."));
    }
}
