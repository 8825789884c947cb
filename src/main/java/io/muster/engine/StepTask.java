package io.muster.engine;

import io.muster.step.StepContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.core.variable.mapping.InputParameter;
import org.camunda.bpm.engine.impl.jobexecutor.AsyncContinuationJobHandler;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;

/** The task in the diagram that the delegate was called for, and the job that called it. */
record StepTask(JobEntity job, ExecutionEntity execution, ActivityImpl activity, String title, StepContext.Run run) {

    /**
     * @throws StepStopped when the task runs in the job of another
     * @throws Refused when there is no job at all: whoever asked for it is told
     */
    static StepTask at(ExecutionEntity execution) {
        ActivityImpl activity = execution.getActivity();
        JobEntity job = Context.getCommandContext().getCurrentJob();
        if (job == null) {
            throw Refused.invalid(noJob(execution, activity));
        }
        if (!AsyncContinuationJobHandler.TYPE.equals(job.getJobHandlerType())
                || !activity.getId().equals(job.getActivityId())) {
            throw new StepStopped(StepStopped.Then.INCIDENT, noJob(execution, activity));
        }
        String title = Optional.ofNullable(activity.getName())
                .filter(name -> !name.isBlank())
                .orElse(activity.getId());
        return new StepTask(job, execution, activity, title, run(execution, activity));
    }

    private static String noJob(ExecutionEntity execution, ActivityImpl activity) {
        return "NoJob: Task '" + activity.getId() + "' of '"
                + execution.getProcessDefinition().getKey() + "' has no job of its own, so what it does could not be "
                + "found again after a crash. Set camunda:asyncBefore=\"true\" on it (with multiple instances: on its "
                + "multiInstanceLoopCharacteristics) and deploy the runbook again.";
    }

    String jobId() {
        return job.getId();
    }

    /** The values of the task's declared input parameters, and of nothing else. */
    Map<String, Object> inputs() {
        Map<String, Object> values = new LinkedHashMap<>();
        if (activity.getIoMapping() != null) {
            for (InputParameter parameter : activity.getIoMapping().getInputParameters()) {
                values.put(
                        parameter.getName(),
                        VariableValues.plain(execution.getVariableLocalTyped(parameter.getName())));
            }
        }
        return values;
    }

    private static StepContext.Run run(ExecutionEntity execution, ActivityImpl activity) {
        String rootId = rootId(execution);
        return new StepContext.Run(
                execution.getProcessInstanceId(),
                rootId,
                execution.getProcessDefinition().getKey(),
                execution.getProcessDefinition().getVersion(),
                text(execution, "environment"),
                text(execution, "service"),
                activity.getId(),
                Starters.of(rootId).orElse(null));
    }

    static String rootId(ExecutionEntity execution) {
        return Objects.requireNonNullElse(execution.getRootProcessInstanceId(), execution.getProcessInstanceId());
    }

    private static String text(VariableScope scope, String name) {
        return scope.getVariable(name) instanceof String text ? text : null;
    }
}
