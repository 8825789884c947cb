package io.muster.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.muster.step.FieldDescriptor;
import io.muster.step.StepDescriptor;
import java.lang.reflect.Type;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;

/**
 * Hands a step's output to {@code camunda:outputParameter}s, as local variables. They come from the journal's masked
 * JSON, so a run that goes on after a crash sees exactly what it would have seen without.
 */
final class StepOutputs {

    /** What output parameters of a step can ask besides its outputs. */
    static final String SKIPPED = "skipped";

    private static final Set<FieldDescriptor.Kind> NOT_TEXT = EnumSet.of(
            FieldDescriptor.Kind.BOOLEAN,
            FieldDescriptor.Kind.INTEGER,
            FieldDescriptor.Kind.DECIMAL,
            FieldDescriptor.Kind.LIST,
            FieldDescriptor.Kind.MAP,
            FieldDescriptor.Kind.OBJECT);
    private static final Set<Type> LONGS = Set.of(long.class, Long.class);

    private StepOutputs() {}

    /** What stands for the outputs of a step that was skipped: what the diagram declares, else null. */
    static String ofSkipped(StepDescriptor step, ActivityImpl activity) {
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        Map<String, String> declared = DecisionRules.of(activity).outputs();
        for (FieldDescriptor field : step.outputs()) {
            output.set(field.name(), declared(field, declared.get(field.name())));
        }
        return output.toString();
    }

    private static JsonNode declared(FieldDescriptor field, String value) {
        if (value == null) {
            return NullNode.getInstance();
        }
        if (NOT_TEXT.contains(field.kind())) {
            try {
                return VariableValues.read(value);
            } catch (IllegalArgumentException e) {
                return TextNode.valueOf(value);
            }
        }
        return TextNode.valueOf(value);
    }

    static void set(
            ExecutionEntity execution, ActivityImpl activity, StepDescriptor step, String json, boolean skipped) {
        // Without a mapping nothing could pick them up, and the task has no scope of its own to hold them.
        if (!activity.isScope() || activity.getIoMapping() == null) {
            return;
        }
        execution.setVariableLocal(SKIPPED, skipped);
        JsonNode output = VariableValues.read(json);
        for (FieldDescriptor field : step.outputs()) {
            execution.setVariableLocal(
                    field.name(), VariableValues.variable(output.path(field.name()), LONGS.contains(field.type())));
        }
    }
}
