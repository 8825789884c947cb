package io.muster.runbook;

import io.muster.step.FieldDescriptor;
import io.muster.step.StepDescriptor;

/** A task that runs a step, as BPMN: what is needed and what has an example. */
final class StepExample {

    private StepExample() {}

    static String of(StepDescriptor step) {
        StringBuilder xml = new StringBuilder("<bpmn:serviceTask id=\"")
                .append(step.name().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT))
                .append("\" name=\"")
                .append(escape(step.title()))
                .append("\"\n    camunda:delegateExpression=\"${")
                .append(step.name())
                .append("}\" camunda:asyncBefore=\"true\">\n");
        xml.append("  <bpmn:extensionElements>\n    <camunda:inputOutput>\n");
        step.inputs().stream()
                .filter(field -> field.required() || field.example().isPresent())
                .forEach(field -> parameter(xml, "input", field.name(), value(field)));
        step.outputs().stream()
                .limit(1)
                .forEach(field -> parameter(xml, "output", field.name(), "${" + field.name() + "}"));
        return xml.append("    </camunda:inputOutput>\n  </bpmn:extensionElements>\n</bpmn:serviceTask>\n")
                .toString();
    }

    // What has no example of its own comes from a variable of the run.
    private static String value(FieldDescriptor field) {
        return field.example()
                .map(example -> escape(example).replace("${", "\\${"))
                .orElse("${" + field.name() + "}");
    }

    private static void parameter(StringBuilder xml, String direction, String name, String value) {
        xml.append("      <camunda:")
                .append(direction)
                .append("Parameter name=\"")
                .append(name)
                .append("\">");
        xml.append(value).append("</camunda:").append(direction).append("Parameter>\n");
    }

    // An example is literal text, in which ${…} would be an expression to the engine.
    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
