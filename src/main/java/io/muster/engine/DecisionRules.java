package io.muster.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParse;
import org.camunda.bpm.engine.impl.core.model.PropertyKey;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.util.xml.Element;

/**
 * What a diagram says about its failed steps, in extension properties.
 *
 * @param skippable of a task, {@code skippable}: whether people may go on without it
 * @param outputs of a task, {@code skipOutput.<name>}: what stands for an output of a step that was skipped
 */
record DecisionRules(boolean skippable, Map<String, String> outputs) {

    private static final String OWNER_GROUP = "ownerGroup";
    private static final String SKIPPABLE = "skippable";
    private static final String SKIP_OUTPUT = "skipOutput.";
    private static final PropertyKey<String> OWNERS = new PropertyKey<>("musterOwnerGroup");
    private static final PropertyKey<DecisionRules> RULES = new PropertyKey<>("musterDecisionRules");
    private static final DecisionRules NONE = new DecisionRules(false, Map.of());

    static void readProcess(Element process, ProcessDefinitionEntity definition) {
        Optional.ofNullable(properties(process).get(OWNER_GROUP))
                .filter(group -> !group.isBlank())
                .ifPresent(group -> definition.getProperties().set(OWNERS, group.strip()));
    }

    static void readTask(Element task, ActivityImpl activity) {
        Map<String, String> properties = properties(task);
        Map<String, String> outputs = new LinkedHashMap<>();
        properties.forEach((name, value) -> {
            if (name.startsWith(SKIP_OUTPUT)) {
                outputs.put(name.substring(SKIP_OUTPUT.length()), value);
            }
        });
        boolean skippable = "true".equals(properties.getOrDefault(SKIPPABLE, "").strip());
        activity.getProperties().set(RULES, new DecisionRules(skippable, Map.copyOf(outputs)));
    }

    /** The group that is asked when something of a run fails. */
    static String owners(ProcessDefinitionEntity definition) {
        return Objects.requireNonNullElse(definition.getProperties().get(OWNERS), Roles.OPERATORS);
    }

    static DecisionRules of(ActivityImpl activity) {
        return activity == null
                ? NONE
                : Objects.requireNonNullElse(activity.getProperties().get(RULES), NONE);
    }

    static Map<String, String> properties(Element element) {
        Map<String, String> values = new LinkedHashMap<>();
        Optional.ofNullable(element.element("extensionElements"))
                .map(extensions -> extensions.elementNS(BpmnParse.CAMUNDA_BPMN_EXTENSIONS_NS, "properties"))
                .ifPresent(properties -> properties
                        .elements()
                        .forEach(property -> values.put(String.valueOf(property.attribute("name")), text(property))));
        return values;
    }

    private static String text(Element property) {
        return Optional.ofNullable(property.attribute("value")).orElse("");
    }
}
