package io.muster.engine;

import io.muster.approval.ApprovalRefused;
import io.muster.approval.FourEyes;
import io.muster.engine.LiveRuns.OpenTask;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.task.IdentityLink;
import org.camunda.bpm.engine.task.IdentityLinkType;
import org.springframework.stereotype.Component;

/** Says of an open task whether somebody may decide it, by the same rule that is applied when it is completed. */
@Component
public class TaskRights {

    private final ProcessEngineConfigurationImpl engine;
    private final Approvals approvals;

    TaskRights(ProcessEngineConfigurationImpl engine, Approvals approvals) {
        this.engine = engine;
        this.approvals = approvals;
    }

    public enum Kind {
        APPROVAL,
        DECISION,
        DUE_DRILL,
        OTHER
    }

    /**
     * @param root the outermost run
     * @param refusal why this person may not decide it; empty for what is no approval
     * @param environment of a drill that is due
     * @param service of a drill that is due
     * @param testProves of a drill that is due: whether a restore test is proof enough
     */
    public record Rights(
            OpenTask task,
            Kind kind,
            Optional<String> root,
            Optional<String> refusal,
            Optional<String> environment,
            Optional<String> service,
            Optional<Boolean> testProves) {}

    /** Empty when there is no such open task, or not for this person to see. */
    public Optional<Rights> of(String taskId, String user) {
        // The query is the caller's: who may not read the task in Tasklist may not here.
        if (engine.getTaskService().createTaskQuery().taskId(taskId).count() == 0) {
            return Optional.empty();
        }
        return engine.getCommandExecutorTxRequired()
                .execute(context -> context.runWithoutAuthorization(
                        () -> Optional.ofNullable(context.getTaskManager().findTaskById(taskId))
                                .map(task -> rights(context, task, user))));
    }

    private Rights rights(CommandContext context, TaskEntity task, String user) {
        boolean approval = task.getProcessInstanceId() != null && Approvals.isApproval(task.getTaskDefinitionKey());
        Kind kind = approval
                ? Kind.APPROVAL
                : DecisionTasks.isDecision(task.getTaskDefinitionKey())
                                || RecoveryTasks.isOne(task.getTaskDefinitionKey())
                        ? Kind.DECISION
                        : DueDrillTasks.isDueDrill(task.getId()) ? Kind.DUE_DRILL : Kind.OTHER;
        return new Rights(
                open(task),
                kind,
                Optional.ofNullable(task.getExecution()).map(StepTask::rootId),
                approval ? refusal(task, user) : Optional.empty(),
                kind == Kind.DUE_DRILL ? text(task, "environment") : Optional.empty(),
                kind == Kind.DUE_DRILL ? text(task, "service") : Optional.empty(),
                kind == Kind.DUE_DRILL ? Optional.of(DueDrillTasks.testProves(task)) : Optional.empty());
    }

    private static Optional<String> text(TaskEntity task, String name) {
        return Optional.ofNullable(task.getVariable(name)).map(String::valueOf);
    }

    private Optional<String> refusal(TaskEntity task, String user) {
        try {
            Set<String> groups = Approvals.groups(user);
            FourEyes.judge(
                    approvals.request(task),
                    Optional.of(user),
                    groups,
                    true,
                    "",
                    approvals.clock().instant());
            return Optional.empty();
        } catch (ApprovalRefused e) {
            return Optional.of(e.getMessage());
        }
    }

    private OpenTask open(TaskEntity task) {
        List<String> groups = engine.getTaskService().getIdentityLinksForTask(task.getId()).stream()
                .filter(link -> IdentityLinkType.CANDIDATE.equals(link.getType()) && link.getGroupId() != null)
                .map(IdentityLink::getGroupId)
                .sorted()
                .toList();
        return new OpenTask(
                task.getId(),
                task.getProcessInstanceId(),
                task.getTaskDefinitionKey(),
                task.getName(),
                task.getAssignee(),
                groups,
                task.getCreateTime().toInstant());
    }
}
