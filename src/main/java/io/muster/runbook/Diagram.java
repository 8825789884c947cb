package io.muster.runbook;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One process of a BPMN file, as the checks look at it. */
final class Diagram {

    static final Set<String> TASKS = Set.of(
            "task",
            "serviceTask",
            "sendTask",
            "receiveTask",
            "userTask",
            "manualTask",
            "scriptTask",
            "businessRuleTask");
    static final Set<String> SCOPES = Set.of("subProcess", "transaction", "adHocSubProcess");
    static final Set<String> GATEWAYS =
            Set.of("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway");
    static final Set<String> EVENTS =
            Set.of("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent");

    private static final Pattern STEP = Pattern.compile("\\$\\{\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*}");

    private final XmlNode root;
    private final XmlNode process;
    private final List<XmlNode> nodes;
    private final List<XmlNode> flows;
    private final Map<String, XmlNode> byId = new HashMap<>();

    Diagram(XmlNode root, XmlNode process) {
        this.root = root;
        this.process = process;
        nodes = process.tree().filter(Diagram::isFlowNode).toList();
        flows = process.tree().filter(node -> node.is("sequenceFlow")).toList();
        root.tree().filter(node -> node.has("id")).forEach(node -> byId.putIfAbsent(node.id(), node));
    }

    private static boolean isFlowNode(XmlNode node) {
        return TASKS.contains(node.name())
                || SCOPES.contains(node.name())
                || GATEWAYS.contains(node.name())
                || EVENTS.contains(node.name())
                || node.is("callActivity");
    }

    /** The {@code definitions} element. */
    XmlNode root() {
        return root;
    }

    XmlNode process() {
        return process;
    }

    /** Tasks, events, gateways, subprocesses and call activities, at every depth. */
    List<XmlNode> nodes() {
        return nodes;
    }

    Stream<XmlNode> nodes(String... names) {
        return nodes.stream().filter(node -> node.is(names));
    }

    List<XmlNode> flows() {
        return flows;
    }

    Optional<XmlNode> byId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    List<XmlNode> outgoing(XmlNode node) {
        return flows.stream()
                .filter(flow -> flow.attribute("sourceRef").equals(node.id()))
                .toList();
    }

    List<XmlNode> incoming(XmlNode node) {
        return flows.stream()
                .filter(flow -> flow.attribute("targetRef").equals(node.id()))
                .toList();
    }

    /** Tasks that run, or should run, a step. */
    List<XmlNode> stepTasks() {
        return nodes.stream().filter(Diagram::isStepTask).toList();
    }

    static boolean isStepTask(XmlNode node) {
        return node.is("serviceTask", "sendTask") || node.is("businessRuleTask") && !node.has("camunda:decisionRef");
    }

    /** The name in {@code camunda:delegateExpression="${name}"}; empty when it is not of that form. */
    static Optional<String> stepName(XmlNode task) {
        Matcher matcher = STEP.matcher(task.attribute("camunda:delegateExpression"));
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    static Optional<XmlNode> multiInstance(XmlNode node) {
        return node.child("multiInstanceLoopCharacteristics");
    }

    static boolean isTrue(XmlNode node, String attribute) {
        return node.attribute(attribute).equals("true");
    }
}
