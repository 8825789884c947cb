package io.muster.runbook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An element of an XML file, with the line it is on. Names are {@code prefix:local} with fixed prefixes, whatever the
 * file calls them: {@code camunda:} (also for the older namespace that the engine still reads), {@code di:} for the
 * layout; none for BPMN and DMN itself.
 */
final class XmlNode {

    private static final Set<String> WITHIN =
            Set.of("extensionElements", "conditionExpression", "condition", "timeDuration", "timeDate", "timeCycle");

    private final String name;
    private final int line;
    private final XmlNode parent;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<XmlNode> children = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    XmlNode(String name, int line, XmlNode parent) {
        this.name = name;
        this.line = line;
        this.parent = parent;
    }

    String name() {
        return name;
    }

    boolean is(String... names) {
        return List.of(names).contains(name);
    }

    int line() {
        return line;
    }

    Optional<XmlNode> parent() {
        return Optional.ofNullable(parent);
    }

    /** Empty when it is not there. */
    String attribute(String attribute) {
        return attributes.getOrDefault(attribute, "");
    }

    boolean has(String attribute) {
        return attributes.containsKey(attribute);
    }

    Map<String, String> attributes() {
        return attributes;
    }

    String id() {
        return attribute("id");
    }

    String text() {
        return text.toString();
    }

    List<XmlNode> children() {
        return children;
    }

    Stream<XmlNode> children(String... names) {
        return children.stream().filter(child -> child.is(names));
    }

    Optional<XmlNode> child(String childName) {
        return children(childName).findFirst();
    }

    /** Something below {@code extensionElements}. */
    Stream<XmlNode> extensions(String... names) {
        return children("extensionElements").flatMap(extension -> extension.children(names));
    }

    /** This and everything below it, in the order of the file. */
    Stream<XmlNode> tree() {
        return Stream.concat(Stream.of(this), children.stream().flatMap(XmlNode::tree));
    }

    /** This, or the nearest element around it that people see in a diagram. */
    XmlNode nearestShown() {
        XmlNode node = this;
        while (node.parent != null && !node.shown()) {
            node = node.parent;
        }
        return node;
    }

    private boolean shown() {
        boolean detail = name.contains(":") || name.endsWith("EventDefinition") || name.endsWith("Characteristics");
        return !detail && !WITHIN.contains(name) && has("id");
    }

    void add(XmlNode child) {
        children.add(child);
    }

    void put(String attribute, String value) {
        attributes.put(attribute, value);
    }

    void append(char[] characters, int start, int length) {
        text.append(characters, start, length);
    }
}
