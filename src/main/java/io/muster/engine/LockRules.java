package io.muster.engine;

import io.muster.safety.LockTarget;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParse;
import org.camunda.bpm.engine.impl.core.model.PropertyKey;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.util.xml.Element;

/**
 * What runs of a diagram lock, from the process's extension property {@code locks}.
 *
 * @param texts as written: {@code service:${environment}/${service}}
 */
record LockRules(List<String> texts) {

    private static final String LOCKS = "locks";
    private static final PropertyKey<LockRules> KEY = new PropertyKey<>("musterLockRules");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*}");

    static LockRules of(ProcessDefinitionEntity definition) {
        return Objects.requireNonNullElse(definition.getProperties().get(KEY), new LockRules(List.of()));
    }

    static void read(Element process, ProcessDefinitionEntity definition) {
        List<String> texts = Optional.ofNullable(process.element("extensionElements"))
                .map(extensions -> extensions.elementNS(BpmnParse.CAMUNDA_BPMN_EXTENSIONS_NS, "properties"))
                .stream()
                .flatMap(properties -> properties.elements().stream())
                .filter(property -> LOCKS.equals(property.attribute("name")))
                .flatMap(property -> Arrays.stream(property.attribute("value").split(",")))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .distinct()
                .toList();
        definition.getProperties().set(KEY, new LockRules(texts));
    }

    /** @throws IllegalArgumentException when a variable is missing or gives no name of a target */
    List<LockTarget> targets(VariableScope run) {
        return texts.stream()
                .map(text -> VARIABLE.matcher(text)
                        .replaceAll(
                                found -> java.util.regex.Matcher.quoteReplacement(value(run, found.group(1), text))))
                .map(LockTarget::parse)
                .distinct()
                .toList();
    }

    private static String value(VariableScope run, String name, String text) {
        if (run.getVariable(name) instanceof String value && !value.isBlank()) {
            return value.strip();
        }
        throw new IllegalArgumentException("the variable '" + name + "' of the lock '" + text + "' is not set");
    }
}
