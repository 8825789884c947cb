package io.muster.engine;

import io.muster.journal.Decision;
import io.muster.journal.DecisionJournal;
import io.muster.journal.RunJournal;
import io.muster.journal.StepJournal;
import io.muster.journal.StepRun;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.impl.incident.DefaultIncidentHandler;
import org.camunda.bpm.engine.impl.incident.IncidentContext;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.IncidentEntity;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.runtime.Incident;

/**
 * With each incident of a failed job comes a task that asks what to do, and goes with it, in the same transaction: when the
 * job is retried by other means, or the run is cancelled.
 */
final class DecisionIncidents extends DefaultIncidentHandler {

    private final DecisionJournal decisions;
    private final RunJournal runs;
    private final StepJournal steps;
    private final Approvals approvals;
    private final Clock clock;

    DecisionIncidents(DecisionJournal decisions, RunJournal runs, StepJournal steps, Approvals approvals, Clock clock) {
        super(Incident.FAILED_JOB_HANDLER_TYPE);
        this.decisions = decisions;
        this.runs = runs;
        this.steps = steps;
        this.approvals = approvals;
        this.clock = clock;
    }

    @Override
    public Incident createIncident(IncidentContext context, String message) {
        Incident incident = super.createIncident(context, message);
        Optional.ofNullable(context.getExecutionId())
                .map(id -> Context.getCommandContext().getExecutionManager().findExecutionById(id))
                .filter(execution -> runs.knows(execution.getProcessInstanceId()))
                .ifPresent(execution -> ask(execution, incident));
        return incident;
    }

    private void ask(ExecutionEntity execution, Incident incident) {
        String jobId = incident.getConfiguration();
        String activityId = Objects.requireNonNullElse(incident.getActivityId(), "");
        ActivityImpl activity = execution.getProcessDefinition().findActivity(activityId);
        String title = Optional.ofNullable(activity)
                .map(ActivityImpl::getName)
                .filter(name -> !name.isBlank())
                .orElse(activityId);
        Optional<StepRun> failed = steps.newest(jobId).filter(entry -> entry.state() == StepRun.State.FAILED);
        FailureText failure = failed.flatMap(StepRun::failure)
                .map(it -> new FailureText(it.reason(), it.message()))
                .orElseGet(() -> FailureText.of(incident.getIncidentMessage()));
        Decision decision = new Decision(
                incident.getId(),
                execution.getProcessInstanceId(),
                StepTask.rootId(execution),
                jobId,
                activityId,
                title,
                failed.map(StepRun::step),
                failed.map(StepRun::id),
                failed.map(StepRun::target).orElse(""),
                failure.reason(),
                failure.message(),
                DecisionRules.owners(execution.getProcessDefinition()),
                failed.isPresent() && DecisionRules.of(activity).skippable(),
                clock.instant(),
                Optional.empty());
        decisions.asked(decision);
        DecisionTasks.create(execution, decision, failed.isPresent() && approvals.approvedBySecondPerson(execution));
    }

    @Override
    protected void removeIncident(IncidentContext context, boolean resolved) {
        CommandContext command = Context.getCommandContext();
        JobEntity current = command.getCurrentJob();
        boolean retried = resolved || current != null && current.getId().equals(context.getConfiguration());
        command.getIncidentManager().findIncidentByConfiguration(context.getConfiguration()).stream()
                .map(IncidentEntity.class::cast)
                // The engine asks for it more than once in a transaction.
                .filter(incident -> !command.getDbEntityManager().isDeleted(incident))
                .forEach(incident ->
                        withdraw(incident.getId(), retried ? Decision.Choice.RETRIED : Decision.Choice.CANCELLED));
        super.removeIncident(context, resolved);
    }

    private void withdraw(String taskId, Decision.Choice choice) {
        TaskEntity task = Context.getCommandContext().getTaskManager().findTaskById(taskId);
        decisions
                .find(taskId)
                .filter(Decision::open)
                .filter(decision -> !Decisions.isBeingTaken(taskId))
                .ifPresent(decision -> decisions.taken(
                        decision,
                        new Decision.Taken(choice, user(), clock.instant(), Optional.empty(), Optional.empty())));
        if (task != null && !task.isDeleted()) {
            DecisionTasks.withdraw(task);
        }
    }

    static Optional<String> user() {
        return Optional.ofNullable(Context.getCommandContext().getAuthentication())
                .map(Authentication::getUserId);
    }

    /** A job's failure message begins with the machine-readable reason, where it has one. */
    private record FailureText(String reason, String message) {

        static FailureText of(String message) {
            String text = Objects.requireNonNullElse(message, "The engine recorded no message.");
            int colon = text.indexOf(": ");
            return colon > 0 && text.substring(0, colon).matches("[A-Z][A-Za-z]+")
                    ? new FailureText(text.substring(0, colon), text.substring(colon + 2))
                    : new FailureText("Unexpected", text);
        }
    }
}
