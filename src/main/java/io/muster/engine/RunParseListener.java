package io.muster.engine;

import java.util.List;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.impl.bpmn.behavior.MultiInstanceActivityBehavior;
import org.camunda.bpm.engine.impl.bpmn.behavior.UserTaskActivityBehavior;
import org.camunda.bpm.engine.impl.bpmn.parser.AbstractBpmnParseListener;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParse;
import org.camunda.bpm.engine.impl.core.variable.mapping.IoMapping;
import org.camunda.bpm.engine.impl.jobexecutor.AsyncAfterMessageJobDeclaration;
import org.camunda.bpm.engine.impl.jobexecutor.MessageJobDeclaration;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.pvm.process.ScopeImpl;
import org.camunda.bpm.engine.impl.task.TaskDefinition;
import org.camunda.bpm.engine.impl.util.xml.Element;

/**
 * Hooks runs and approvals into every diagram. The listeners are built in ones: {@code skipCustomListeners} does not skip
 * them.
 */
final class RunParseListener extends AbstractBpmnParseListener {

    private final RunListener runs;
    private final ApprovalListener approvals;

    RunParseListener(RunListener runs, ApprovalListener approvals) {
        this.runs = runs;
        this.approvals = approvals;
    }

    @Override
    public void parseProcess(Element processElement, ProcessDefinitionEntity definition) {
        RunRules.read(processElement, definition);
        LockRules.read(processElement, definition);
        DecisionRules.readProcess(processElement, definition);
        DecisionTasks.define(definition);
        RecoveryTasks.define(definition);
        definition.addBuiltInListener(ExecutionListener.EVENTNAME_START, runs);
        definition.addBuiltInListener(ExecutionListener.EVENTNAME_END, runs);
    }

    @Override
    public void parseServiceTask(Element serviceTaskElement, ScopeImpl scope, ActivityImpl activity) {
        DecisionRules.readTask(serviceTaskElement, activity);
        joinInOrder(activity);
    }

    @Override
    public void parseSendTask(Element sendTaskElement, ScopeImpl scope, ActivityImpl activity) {
        DecisionRules.readTask(sendTaskElement, activity);
    }

    @Override
    public void parseBusinessRuleTask(Element businessRuleTaskElement, ScopeImpl scope, ActivityImpl activity) {
        DecisionRules.readTask(businessRuleTaskElement, activity);
    }

    @Override
    public void parseUserTask(Element userTaskElement, ScopeImpl scope, ActivityImpl activity) {
        AnswerRules.readTask(userTaskElement, activity);
        TaskDefinition task = ((UserTaskActivityBehavior) activity.getActivityBehavior()).getTaskDefinition();
        if (Approvals.isApproval(task.getKey())) {
            task.addBuiltInTaskListener(TaskListener.EVENTNAME_CREATE, approvals);
            task.addBuiltInTaskListener(TaskListener.EVENTNAME_ASSIGNMENT, approvals);
            task.addBuiltInTaskListener(TaskListener.EVENTNAME_UPDATE, approvals);
            task.addBuiltInTaskListener(TaskListener.EVENTNAME_COMPLETE, approvals);
        }
    }

    /**
     * The instances of a fan-out run side by side, but each counts itself as done in the one row that they share: those jobs,
     * which do nothing else, come one after the other instead of colliding and being tried again.
     */
    @SuppressWarnings("unchecked")
    private static void joinInOrder(ActivityImpl activity) {
        Object jobs = activity.getProperty(BpmnParse.PROPERTYNAME_MESSAGE_JOB_DECLARATION);
        if (isOneOfSeveral(activity) && jobs != null) {
            ((List<MessageJobDeclaration>) jobs)
                    .stream()
                            .filter(AsyncAfterMessageJobDeclaration.class::isInstance)
                            .forEach(job -> job.setExclusive(true));
        }
    }

    private static boolean isOneOfSeveral(ActivityImpl activity) {
        return activity.getFlowScope() instanceof ActivityImpl around
                && around.getActivityBehavior() instanceof MultiInstanceActivityBehavior;
    }

    /**
     * Input parameters are evaluated in the scope around the task's own. Camunda gives a task with several instances no scope
     * of its own for its parameters, so they would be evaluated where the element variable is not visible.
     */
    @Override
    public void parseIoMapping(Element extensionElements, ActivityImpl activity, IoMapping mapping) {
        if (isOneOfSeveral(activity)) {
            activity.setScope(true);
        }
    }
}
