package io.muster.engine;

import static org.camunda.bpm.engine.impl.bpmn.helper.BpmnProperties.ERROR_EVENT_DEFINITIONS;

import io.muster.journal.Decision;
import java.util.Optional;
import org.camunda.bpm.engine.impl.bpmn.parser.ErrorEventDefinition;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.pvm.process.ScopeImpl;

/**
 * Whether a diagram, or one that called it, has a clean-up for runs that are aborted: who catches the BPMN error
 * {@code Aborted} by its code. An event that catches every error is meant for failed checks, and is no clean-up.
 */
final class AbortCatch {

    static final String CODE = "Aborted";

    private AbortCatch() {}

    static boolean isThereFor(ExecutionEntity execution, Decision decision) {
        if (execution == null || decision.stepRun().isEmpty()) {
            return false;
        }
        ScopeImpl scope = execution.getProcessDefinition().findActivity(decision.activityId());
        ExecutionEntity caller = execution.getProcessInstance().getSuperExecution();
        while (scope != null) {
            Optional<ErrorEventDefinition> catching = first(scope);
            if (catching.isPresent()) {
                return CODE.equals(catching.get().getErrorCode());
            }
            scope = scope instanceof ActivityImpl activity ? activity.getFlowScope() : null;
            if (scope == null && caller != null) {
                scope = caller.getActivity();
                caller = caller.getProcessInstance().getSuperExecution();
            }
        }
        return false;
    }

    private static Optional<ErrorEventDefinition> first(ScopeImpl scope) {
        return scope.getProperties().get(ERROR_EVENT_DEFINITIONS).stream()
                .filter(definition -> definition.catchesError(CODE))
                .findFirst();
    }
}
