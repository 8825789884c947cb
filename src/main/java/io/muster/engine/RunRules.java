package io.muster.engine;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParse;
import org.camunda.bpm.engine.impl.core.model.PropertyKey;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.util.xml.Element;

/**
 * What a diagram says about its variables.
 *
 * @param start names of the start variables, from the process's extension property {@code startVariables}
 * @param optional names of start variables that may be left out (null then), from {@code optionalStartVariables}
 * @param specified names of start variables that are containers which the inventory specifies, from {@code specifiedContainers}
 * @param written names that steps, decisions, called runbooks and approvals write; nobody may give them from outside
 * @param choices the values that a start variable may have, from {@code choices.VARIABLE}
 * @param whenCancelled the step that cleans up behind a run that was cancelled
 */
record RunRules(
        List<String> start,
        List<String> optional,
        List<String> specified,
        Set<String> written,
        Map<String, List<String>> choices,
        Optional<String> whenCancelled) {

    static final String APPROVED = "approved";
    static final String COMMENT = "comment";

    private static final String START_VARIABLES = "startVariables";
    private static final String OPTIONAL_START_VARIABLES = "optionalStartVariables";
    private static final String SPECIFIED_CONTAINERS = "specifiedContainers";
    private static final String WHEN_CANCELLED = "whenCancelled";
    private static final PropertyKey<RunRules> KEY = new PropertyKey<>("musterRunRules");
    private static final Set<String> WRITING_ATTRIBUTES =
            Set.of("resultVariable", "errorCodeVariable", "errorMessageVariable", "escalationCodeVariable");

    static RunRules of(ProcessDefinitionEntity definition) {
        return Objects.requireNonNullElse(
                definition.getProperties().get(KEY),
                new RunRules(List.of(), List.of(), List.of(), Set.of(), Map.of(), Optional.empty()));
    }

    static void read(Element process, ProcessDefinitionEntity definition) {
        List<String> start = property(process, START_VARIABLES);
        List<String> optional = property(process, OPTIONAL_START_VARIABLES);
        Set<String> written = new LinkedHashSet<>(List.of(APPROVED, COMMENT));
        collect(process, written);
        Map<String, List<String>> choices = new LinkedHashMap<>();
        Stream.concat(start.stream(), optional.stream()).forEach(name -> {
            List<String> values = property(process, RunbookDiagram.CHOICES + name);
            if (!values.isEmpty()) {
                choices.put(name, values);
            }
        });
        start.forEach(written::remove);
        optional.forEach(written::remove);
        definition
                .getProperties()
                .set(
                        KEY,
                        new RunRules(
                                start,
                                optional,
                                property(process, SPECIFIED_CONTAINERS),
                                Set.copyOf(written),
                                choices,
                                property(process, WHEN_CANCELLED).stream().findFirst()));
    }

    /** Whether a person's task may not change it: it is what the run was asked for, or what steps found. */
    boolean fixed(String name) {
        return start.contains(name) || optional.contains(name) || written.contains(name) && !name.equals(COMMENT);
    }

    private static List<String> property(Element process, String wanted) {
        return Optional.ofNullable(process.element("extensionElements"))
                .map(extensions -> camunda(extensions, "properties"))
                .stream()
                .flatMap(properties -> properties.elements().stream())
                .filter(property -> wanted.equals(property.attribute("name")))
                .flatMap(property -> Arrays.stream(property.attribute("value").split(",")))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }

    private static void collect(Element element, Set<String> written) {
        if (element.getTagName().equals("userTask")) {
            // What a person's task maps is what that person entered.
            return;
        }
        if (element.getTagName().equals("outputParameter")) {
            add(written, element.attribute("name"));
        }
        if (element.getTagName().equals("out")) {
            add(written, element.attribute("target"));
        }
        for (String attribute : WRITING_ATTRIBUTES) {
            add(written, element.attributeNS(BpmnParse.CAMUNDA_BPMN_EXTENSIONS_NS, attribute));
        }
        element.elements().forEach(child -> collect(child, written));
    }

    private static void add(Set<String> names, String name) {
        if (name != null && !name.isBlank()) {
            names.add(name);
        }
    }

    private static Element camunda(Element parent, String name) {
        return parent.elementNS(BpmnParse.CAMUNDA_BPMN_EXTENSIONS_NS, name);
    }
}
