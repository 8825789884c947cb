package io.muster.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.muster.journal.Decision;
import io.muster.journal.DecisionJournal;
import io.muster.journal.JournalReader;
import io.muster.journal.StepRun;
import io.muster.step.StepCatalogue;
import io.muster.step.StepDescriptor;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.impl.cmd.DeleteProcessInstanceCmd;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;

/**
 * Takes what somebody decides about a failed job, in the transaction of the task's completion. A decision is written to the
 * journal and the same job is retried: the delegate then heeds it. Nothing of the run is moved or changed from outside.
 */
final class Decisions {

    private static final ThreadLocal<String> TAKING = new ThreadLocal<>();

    private final DecisionJournal journal;
    private final JournalReader reader;
    private final Approvals approvals;
    private final StepCatalogue catalogue;
    private final ChangedInput changedInput;
    private final Clock clock;

    Decisions(
            DecisionJournal journal,
            JournalReader reader,
            Approvals approvals,
            StepCatalogue catalogue,
            ChangedInput changedInput,
            Clock clock) {
        this.journal = journal;
        this.reader = reader;
        this.approvals = approvals;
        this.catalogue = catalogue;
        this.changedInput = changedInput;
        this.clock = clock;
    }

    /** Whether the task goes because somebody decides, and not because it was overtaken. */
    static boolean isBeingTaken(String taskId) {
        return taskId.equals(TAKING.get());
    }

    /** @throws Refused when the authenticated user may not decide this, or so; nothing was changed then */
    void take(CommandContext context, TaskEntity task, Map<String, Object> submitted) {
        String user = DecisionIncidents.user()
                .orElseThrow(() -> Refused.forbidden("Nobody is authenticated, so nobody decides. Log in."));
        DecisionAnswer answer = DecisionAnswer.of(submitted);
        requireDecider(context, task, user, answer);
        Decision decision = journal.find(task.getId())
                .filter(Decision::open)
                .orElseThrow(() -> Refused.invalid("This was decided already. Reload the task list."));
        JobEntity job = job(context, decision);
        Optional<String> input = allowed(task, decision, answer, user);
        Decision.Choice choice = answer.choice().orElseThrow();
        TAKING.set(task.getId());
        try {
            journal.taken(
                    decision, new Decision.Taken(choice, Optional.of(user), clock.instant(), answer.reason(), input));
            DecisionTasks.complete(task);
            if (choice == Decision.Choice.ABORT && !AbortCatch.isThereFor(task.getExecution(), decision)) {
                end(context, decision, user, answer);
            } else {
                retry(job);
            }
        } finally {
            TAKING.remove();
        }
    }

    /** What {@link #take} would not take from the user of what the decision allows. Works inside a command only. */
    DecisionOffers.Offer offer(TaskEntity task, Decision decision, String user) {
        Optional<String> notOwner = notOwner(task, user);
        Optional<String> noInput =
                decision.step().isEmpty() || decision.stepRun().isEmpty()
                        ? Optional.of("No step failed whose input could be changed.")
                        : approvals.mayNotChange(task, decision.step().get(), user);
        return new DecisionOffers.Offer(
                notOwner, notOwner.isPresent() && !changesAsApprover(task, user) ? notOwner : noInput);
    }

    private void requireDecider(CommandContext context, TaskEntity task, String user, DecisionAnswer answer) {
        if (!answer.is(Decision.Choice.CHANGE_INPUT) || !changesAsApprover(task, user)) {
            notOwner(task, user).ifPresent(why -> {
                throw Refused.forbidden(why);
            });
        }
        context.getProcessEngineConfiguration().getCommandCheckers().forEach(checker -> checker.checkTaskWork(task));
    }

    /** Other input after an approval is for approvers to give, whether they own the run or not. */
    private boolean changesAsApprover(TaskEntity task, String user) {
        return Approvals.groups(user).contains(Roles.APPROVERS)
                && approvals.approvedBySecondPerson(task.getExecution());
    }

    /** The owners decide. */
    private static Optional<String> notOwner(TaskEntity task, String user) {
        String owners = DecisionRules.owners(task.getProcessDefinition());
        Set<String> groups = Approvals.groups(user);
        return groups.contains(owners)
                ? Optional.empty()
                : Optional.of("What becomes of a failed step of '"
                        + task.getProcessDefinition().getKey() + "' is for the group '" + owners + "' to decide; "
                        + user + " is in "
                        + (groups.isEmpty()
                                ? "no group"
                                : String.join(", ", groups.stream().sorted().toList()))
                        + ".");
    }

    private JobEntity job(CommandContext context, Decision decision) {
        JobEntity job = context.getJobManager().findJobById(decision.jobId());
        if (job == null) {
            throw Refused.invalid("The failed job is gone: the run went on or was cancelled meanwhile. Reload.");
        }
        Date until = job.getLockExpirationTime();
        if (job.getLockOwner() != null && until != null && until.toInstant().isAfter(clock.instant())) {
            throw Refused.invalid("The job runs at this moment, by " + job.getLockOwner() + ". Wait for its end.");
        }
        return job;
    }

    /** @throws Refused naming everything that is wrong: what was answered, what the diagram allows, and each changed input */
    private Optional<String> allowed(TaskEntity task, Decision decision, DecisionAnswer answer, String user) {
        List<String> problems = new ArrayList<>(answer.problems());
        boolean forbidden = answer.is(Decision.Choice.SKIP) && !skippable(decision, problems);
        Optional<String> input =
                answer.input().isEmpty() ? Optional.empty() : changed(task, decision, answer, user, problems);
        if (problems.isEmpty()) {
            return input;
        }
        String message = "Nothing was decided:\n- " + String.join("\n- ", problems);
        throw forbidden ? Refused.forbidden(message) : Refused.invalid(message);
    }

    /** False where the diagram does not allow it. */
    private static boolean skippable(Decision decision, List<String> problems) {
        if (decision.stepRun().isEmpty()) {
            problems.add("At '" + decision.activityId()
                    + "' no step failed that could be skipped, but what is around it. Retry or abort.");
        } else if (!decision.skippable()) {
            problems.add("The diagram does not let '" + decision.activityId()
                    + "' be skipped. Retry or abort; where it may be skipped in future, set the extension property"
                    + " 'skippable' of the task to 'true'.");
            return false;
        }
        return true;
    }

    private Optional<String> changed(
            TaskEntity task, Decision decision, DecisionAnswer answer, String user, List<String> problems) {
        Optional<StepRun> failed = decision.stepRun().flatMap(reader::step);
        if (failed.isEmpty()) {
            problems.add(
                    "At '" + decision.activityId() + "' no step failed whose input could be changed. Retry or abort.");
            return Optional.empty();
        }
        Optional<StepDescriptor> step = catalogue.step(failed.get().step());
        if (step.isEmpty()) {
            problems.add(
                    "There is no step '" + failed.get().step() + "' any more. Abort, or run a Muster that has it.");
            return Optional.empty();
        }
        approvals.mayNotChange(task, failed.get().step(), user).ifPresent(why -> {
            throw Refused.forbidden("Nothing was decided: " + why);
        });
        ObjectNode whole = journal.heeded(decision.jobId(), failed.get().id())
                .input()
                .map(VariableValues::read)
                .map(ObjectNode.class::cast)
                .orElseGet(() -> answer.input().objectNode());
        whole.setAll(answer.input());
        problems.addAll(changedInput.problems(step.get(), failed.get(), whole));
        return Optional.of(whole.toString());
    }

    private static void retry(JobEntity job) {
        job.unlock();
        job.setRetries(1);
    }

    private static void end(CommandContext context, Decision decision, String user, DecisionAnswer answer) {
        String reason = "Aborted by " + user + " at '" + decision.activityId() + "': "
                + answer.reason().orElse("");
        context.runWithoutAuthorization(
                () -> new DeleteProcessInstanceCmd(decision.rootRunId(), reason, false, true, true, false, true)
                        .execute(context));
    }
}
