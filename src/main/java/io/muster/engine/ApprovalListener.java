package io.muster.engine;

import io.muster.approval.Verdict;
import io.muster.journal.RunJournal;
import java.util.List;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.impl.core.variable.scope.AbstractVariableScope;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;

/** What every door of an approval task passes: creation, claim and assignment, changes, completion. */
final class ApprovalListener implements TaskListener {

    private static final int MAX_TITLE = 200;

    private final Approvals approvals;
    private final RunJournal journal;

    ApprovalListener(Approvals approvals, RunJournal journal) {
        this.approvals = approvals;
        this.journal = journal;
    }

    @Override
    public void notify(DelegateTask delegate) {
        TaskEntity task = (TaskEntity) delegate;
        switch (delegate.getEventName()) {
            case EVENTNAME_CREATE -> created(task);
            case EVENTNAME_COMPLETE -> completed(task);
            default -> changed(task);
        }
    }

    private static void created(TaskEntity task) {
        clear(task);
        if (task.getTaskDefinition().getCandidateGroupIdExpressions().isEmpty()) {
            task.addCandidateGroup(Roles.APPROVERS);
        }
    }

    /** An answer of before this question was asked is none. */
    private static void clear(TaskEntity task) {
        for (String name : List.of(RunRules.APPROVED, RunRules.COMMENT)) {
            for (AbstractVariableScope scope = task; scope != null; scope = scope.getParentVariableScope()) {
                if (scope.hasVariableLocal(name)) {
                    scope.removeVariableLocal(name);
                }
            }
        }
    }

    private void changed(TaskEntity task) {
        if (task.getDelegationState() != null) {
            throw Refused.forbidden(
                    "'" + task.getTaskDefinitionKey()
                            + "' cannot be delegated or resolved: who decides it must be who completes it. Claim it and complete it.");
        }
        Optional.ofNullable(task.getAssignee()).ifPresent(user -> approvals.assignable(task, user));
        Optional.ofNullable(task.getOwner()).ifPresent(user -> approvals.assignable(task, user));
    }

    private void completed(TaskEntity task) {
        Verdict verdict = approvals.decided(task);
        journal.approved(new RunJournal.Approval(
                task.getProcessInstanceId(),
                task.getId(),
                task.getTaskDefinitionKey(),
                title(task),
                verdict.by(),
                approvals.clock().instant(),
                verdict.approved(),
                verdict.comment(),
                verdict.self()));
    }

    private static String title(TaskEntity task) {
        String name = Optional.ofNullable(task.getName()).orElse(task.getTaskDefinitionKey());
        return name.length() <= MAX_TITLE ? name : name.substring(0, MAX_TITLE);
    }
}
