package io.muster.engine;

import org.camunda.bpm.engine.impl.bpmn.helper.ErrorDeclarationForProcessInstanceFinder;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.tree.ActivityExecutionHierarchyWalker;

/** Looks for who would catch a BPMN error, with the engine's own finder, before it is thrown. */
final class CaughtErrors {

    private CaughtErrors() {}

    /** Whether a boundary event or event subprocess around the execution, or around a calling runbook, catches the code. */
    static boolean isCaught(ExecutionEntity execution, String errorCode) {
        ErrorDeclarationForProcessInstanceFinder finder =
                new ErrorDeclarationForProcessInstanceFinder(null, errorCode, execution.getActivity());
        ActivityExecutionHierarchyWalker walker = new ActivityExecutionHierarchyWalker(execution);
        walker.addScopePreVisitor(finder);
        walker.walkUntil(scope -> finder.getErrorEventDefinition() != null || scope == null);
        return finder.getErrorEventDefinition() != null;
    }
}
