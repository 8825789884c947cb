package io.muster.runbook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A task as Modeler writes it when a template is applied (seen with bpmn-js-element-templates 2.37): hidden properties as
 * attributes, a parameter for each field with its value or empty, and the fields that a person then fills in.
 */
final class AppliedTemplate {

    private AppliedTemplate() {}

    static String task(JsonNode template, String id, Map<String, String> filledIn) {
        StringBuilder attributes = new StringBuilder();
        StringBuilder parameters = new StringBuilder();
        for (JsonNode property : template.path("properties")) {
            JsonNode binding = property.path("binding");
            String name = binding.path("name").asText();
            String value = filledIn.getOrDefault(name, property.path("value").asText(""));
            switch (binding.path("type").asText()) {
                case "property" -> attributes.append(" %s=\"%s\"".formatted(name, value));
                case "camunda:inputParameter" -> parameters.append(
                        value.isEmpty()
                                ? "<camunda:inputParameter name=\"%s\" />".formatted(name)
                                : "<camunda:inputParameter name=\"%s\">%s</camunda:inputParameter>"
                                        .formatted(name, value));
                case "camunda:outputParameter" -> parameters.append(
                        "<camunda:outputParameter name=\"%s\">%s</camunda:outputParameter>"
                                .formatted(value, binding.path("source").asText()));
                default -> throw new IllegalArgumentException(binding.toString());
            }
        }
        return """
                <%s id="%s" name="A step" camunda:modelerTemplate="%s" camunda:modelerTemplateVersion="%s"%s>
                <extensionElements><camunda:inputOutput>%s</camunda:inputOutput></extensionElements></%s>
                """
                .formatted(
                        element(template),
                        id,
                        template.path("id").asText(),
                        template.path("version").asText(),
                        attributes,
                        parameters,
                        element(template));
    }

    private static String element(JsonNode template) {
        return template.path("elementType").path("value").asText().replace("bpmn:ServiceTask", "serviceTask");
    }
}
