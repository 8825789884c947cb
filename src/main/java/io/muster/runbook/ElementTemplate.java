package io.muster.runbook;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.muster.step.FieldDescriptor;
import io.muster.step.FieldDescriptor.Kind;
import io.muster.step.StepDescriptor;
import java.util.List;
import java.util.Locale;
import org.springframework.util.StringUtils;

/**
 * What Camunda Modeler shows for a step: a field for each input, and a variable name for each output. Applied, it makes a
 * service task that runs the step.
 */
final class ElementTemplate {

    static final String SCHEMA = "https://unpkg.com/@camunda/element-templates-json-schema/resources/schema.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private ElementTemplate() {}

    static ObjectNode of(StepDescriptor step, int version) {
        ObjectNode template = JSON.createObjectNode();
        template.put("$schema", SCHEMA);
        template.put("name", step.category() + ": " + step.title());
        template.put("id", "io.muster." + step.name());
        template.put("version", version);
        template.put("description", firstSentence(step.description()));
        category(step, template.putObject("category"));
        template.putArray("keywords").add(step.name()).add(step.category());
        template.putArray("appliesTo").add("bpmn:Task").add("bpmn:ServiceTask");
        template.putObject("elementType").put("value", "bpmn:ServiceTask");
        // Retries and the multi-instance marker have no binding of their own: their panels stay in view.
        template.put("entriesVisible", true);
        groups(template.putArray("groups"));
        ArrayNode properties = template.putArray("properties");
        properties.add(hidden("camunda:delegateExpression").put("value", "${" + step.name() + "}"));
        properties.add(hidden("camunda:asyncBefore").put("value", true));
        step.inputs().forEach(field -> properties.add(input(field)));
        properties.add(timeout(step));
        properties.add(advice());
        step.outputs().forEach(field -> properties.add(output(step, field)));
        return template;
    }

    private static void category(StepDescriptor step, ObjectNode category) {
        String id = step.category().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        category.put("id", "io.muster." + id).put("name", step.category());
    }

    private static void groups(ArrayNode groups) {
        groups.addObject().put("id", "input").put("label", "Input");
        groups.addObject().put("id", "execution").put("label", "Execution");
    }

    private static ObjectNode hidden(String property) {
        ObjectNode node = JSON.createObjectNode();
        node.put("type", "Hidden");
        node.putObject("binding").put("type", "property").put("name", property);
        return node;
    }

    private static ObjectNode input(FieldDescriptor field) {
        ObjectNode node = property(field.label(), "input");
        text(node, "description", description(field));
        // A drop-down holds no expression; where one is wanted, the panel of inputs takes it.
        boolean choice = !field.options().isEmpty();
        node.put("type", choice ? "Dropdown" : field.multiline() ? "Text" : "String");
        field.defaultValue().ifPresent(value -> node.put("value", choice ? option(field, value) : value));
        if (choice) {
            choices(field, node.putArray("choices"));
        }
        node.putObject("binding").put("type", "camunda:inputParameter").put("name", field.name());
        constraints(field, node);
        return node;
    }

    private static ObjectNode timeout(StepDescriptor step) {
        ObjectNode node = property("Time limit", "execution");
        node.put("description", "ISO-8601. Empty: " + step.timeout() + ".");
        node.put("type", "String");
        node.putObject("binding").put("type", "camunda:inputParameter").put("name", StepDescriptor.TIMEOUT);
        return node;
    }

    private static ObjectNode advice() {
        ObjectNode node = property("Advice", "execution");
        node.put("description", "What to do when it fails: ends the failure's message.");
        node.put("type", "Text");
        node.putObject("binding").put("type", "camunda:inputParameter").put("name", StepDescriptor.ADVICE);
        return node;
    }

    /**
     * Without a type Modeler gives it a switch that removes it. It needs a name from the start, since the engine refuses one
     * without; the step's name in it keeps it from overwriting a variable of the run.
     */
    private static ObjectNode output(StepDescriptor step, FieldDescriptor field) {
        ObjectNode node = JSON.createObjectNode().put("label", field.label());
        text(node, "description", field.description());
        node.put("value", step.name() + StringUtils.capitalize(field.name()));
        node.putObject("binding").put("type", "camunda:outputParameter").put("source", "${" + field.name() + "}");
        return node;
    }

    private static ObjectNode property(String label, String group) {
        return JSON.createObjectNode().put("label", label).put("group", group);
    }

    /** The words of a default (yes, ROLLING_UPDATE) as the option that means the same. */
    private static String option(FieldDescriptor field, String value) {
        if (field.kind() == Kind.BOOLEAN) {
            return List.of("true", "yes", "1").contains(value.toLowerCase(Locale.ROOT)) ? "true" : "false";
        }
        return value.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void choices(FieldDescriptor field, ArrayNode choices) {
        if (!field.required() && field.defaultValue().isEmpty()) {
            choices.addObject().put("name", "").put("value", "");
        }
        field.options()
                .forEach(option -> choices.addObject().put("name", option).put("value", option));
    }

    private static void constraints(FieldDescriptor field, ObjectNode node) {
        // An expression is as good as a value everywhere, so a pattern admits one.
        String pattern = field.secret()
                ? "secret:[A-Za-z0-9][A-Za-z0-9._-]*"
                : field.kind() == Kind.TEXT && !field.multiline()
                        ? field.pattern().orElse("")
                        : "";
        if (field.required()) {
            constraints(node).put("notEmpty", true);
        }
        if (!pattern.isEmpty() && !field.multiline()) {
            String optional = field.required() ? "" : "|";
            constraints(node)
                    .putObject("pattern")
                    .put("value", "^(?:" + pattern + "|.*[$#]\\{.*\\}.*" + optional + ")$")
                    .put("message", field.secret() ? "A reference: secret:NAME" : "Must match " + pattern);
        }
    }

    private static ObjectNode constraints(ObjectNode node) {
        return node.withObjectProperty("constraints");
    }

    private static String description(FieldDescriptor field) {
        String example = field.example()
                .map(text -> "Example: " + text.strip().replaceAll("\\s*\\n\\s*", " ⏎ ") + ".")
                .orElse("");
        String form =
                switch (field.kind()) {
                    case LIST -> "One entry per line.";
                    case MAP -> "One key=value per line.";
                    case DURATION -> "ISO-8601.";
                    default -> field.secret() ? "As secret:NAME." : "";
                };
        return String.join(" ", List.of(field.description().strip(), form, example))
                .replaceAll(" +", " ")
                .strip();
    }

    private static void text(ObjectNode node, String key, String value) {
        if (!value.isBlank()) {
            node.put(key, value);
        }
    }

    private static String firstSentence(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        int end = line.indexOf(". ");
        return end < 0 ? line : line.substring(0, end + 1);
    }
}
