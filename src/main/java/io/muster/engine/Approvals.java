package io.muster.engine;

import io.muster.approval.ApprovalRefused;
import io.muster.approval.ApprovalRequest;
import io.muster.approval.FourEyes;
import io.muster.approval.Verdict;
import io.muster.inventory.Inventories;
import io.muster.inventory.Inventory;
import io.muster.journal.JournalReader;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;

/** Four eyes on user tasks named {@code approve-…}, with what the engine knows. Works inside a command only. */
final class Approvals {

    private static final String PREFIX = "approve-";
    private static final Inventory.Approval SECOND_PERSON =
            new Inventory.Approval(Inventory.Approval.Mode.SECOND_PERSON, Optional.empty());

    private final Inventories inventories;
    private final Clock clock;
    private final JournalReader journal;
    /** The decision that the current completion carries, and for which task. */
    private final ThreadLocal<Permit> permit = new ThreadLocal<>();

    private record Permit(String taskId, Verdict verdict) {}

    Approvals(Inventories inventories, Clock clock, JournalReader journal) {
        this.inventories = inventories;
        this.clock = clock;
        this.journal = journal;
    }

    static boolean isApproval(String taskDefinitionKey) {
        return taskDefinitionKey != null && taskDefinitionKey.startsWith(PREFIX);
    }

    /** @throws Refused when the authenticated user may not decide, or did not */
    Verdict judge(TaskEntity task, Map<String, Object> submitted) {
        Optional<String> user = currentUser();
        return refusing(() -> FourEyes.judge(
                request(task),
                user,
                user.map(Approvals::groups).orElse(Set.of()),
                submitted.get(RunRules.APPROVED),
                submitted.get(RunRules.COMMENT),
                clock.instant()));
    }

    /** Runs a completion that carries a decision; only within it does the task's complete listener let it pass. */
    <T> T deciding(TaskEntity task, Verdict verdict, Supplier<T> completion) {
        Permit outer = permit.get();
        permit.set(new Permit(task.getId(), verdict));
        try {
            return completion.get();
        } finally {
            if (outer == null) {
                permit.remove();
            } else {
                permit.set(outer);
            }
        }
    }

    /** @throws Refused when no decision was made for this task through a door that checks it */
    Verdict decided(TaskEntity task) {
        return Optional.ofNullable(permit.get())
                .filter(it -> it.taskId().equals(task.getId()))
                .map(Permit::verdict)
                .orElseThrow(() -> Refused.forbidden("'" + task.getTaskDefinitionKey()
                        + "' is decided by completing it with 'approved' and 'comment' as an authenticated user, and in no "
                        + "other way."));
    }

    void assignable(TaskEntity task, String user) {
        refusing(() -> {
            FourEyes.assignable(request(task), user);
            return user;
        });
    }

    /** Whether a second person has approved something in this run, so that nothing of it is changed without one. */
    boolean approvedBySecondPerson(ExecutionEntity execution) {
        return journal.approvedWithin(StepTask.rootId(execution))
                && policy(execution).mode() == Inventory.Approval.Mode.SECOND_PERSON;
    }

    /**
     * What was approved is what is done, and what is looked at: a check with other input may pass what it was to stop. So
     * who gives a step other input after an approval could have approved the run.
     *
     * @return why not: the user started the run, or is no approver
     */
    Optional<String> mayNotChange(TaskEntity task, String step, String user) {
        // Not whom the engine has as starter of a called run: that is whoever's request led to the call.
        boolean starter = Starters.of(StepTask.rootId(task.getExecution()))
                .filter(user::equals)
                .isPresent();
        if (!starter && groups(user).contains(Roles.APPROVERS) || !approvedBySecondPerson(task.getExecution())) {
            return Optional.empty();
        }
        return Optional.of(user + (starter ? " started this run" : " is not a member of " + Roles.APPROVERS)
                + ", and it was approved as it is, so another person gives '" + step
                + "' other input: a member of " + Roles.APPROVERS
                + " who did not start it. Ask one, or retry as it is. Who gives other input approves nothing of this run"
                + " any more: where another approval follows and there is no third person, abort, and start it again with"
                + " what is right.");
    }

    Clock clock() {
        return clock;
    }

    ApprovalRequest request(TaskEntity task) {
        Starters.Up up = Starters.upFrom(task.getProcessInstanceId());
        JournalReader.Involved involved = journal.involved(StepTask.rootId(task.getExecution()));
        return new ApprovalRequest(
                task.getTaskDefinitionKey(),
                changes(up, involved),
                approvers(task),
                policy(task.getExecution()),
                task.getCreateTime().toInstant());
    }

    /**
     * Whose change it is: who started the outermost run, whoever gave a step of it other input, and whoever's request led to
     * a call on the way here, unless all that they did in the run was to approve: an approval changes nothing, and it is no
     * reason to need a third person.
     */
    private static Map<String, String> changes(Starters.Up up, JournalReader.Involved involved) {
        Map<String, String> changes = new HashMap<>();
        up.called().stream()
                .filter(user -> !involved.approved().contains(user))
                .forEach(user -> changes.put(user, "set this part of the run going"));
        up.called().stream()
                .filter(involved.answered()::contains)
                .forEach(user -> changes.put(user, "answered a task of this run"));
        involved.changed().forEach(user -> changes.put(user, "gave a step of this run other input"));
        up.outermost().ifPresent(user -> changes.put(user, "started this run"));
        return changes;
    }

    /** From the diagram, not from the task's links: those can be changed by hand. */
    private static Set<String> approvers(TaskEntity task) {
        Set<String> groups = task.getTaskDefinition().getCandidateGroupIdExpressions().stream()
                .map(expression -> expression.getValue(task.getExecution()))
                .flatMap(value -> value instanceof Iterable<?> several
                        ? java.util.stream.StreamSupport.stream(several.spliterator(), false)
                        : java.util.stream.Stream.of(String.valueOf(value).split(",")))
                .map(group -> String.valueOf(group).strip())
                .filter(group -> !group.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return groups.isEmpty() ? Set.of(Roles.APPROVERS) : groups;
    }

    private Inventory.Approval policy(ExecutionEntity execution) {
        Object environment = execution.getVariable("environment");
        if (!(environment instanceof String name)) {
            return SECOND_PERSON;
        }
        return inventories
                .pinned(StepTask.rootId(execution))
                .environment(name.strip())
                .map(Inventory.Environment::approval)
                .orElse(SECOND_PERSON);
    }

    static Optional<String> currentUser() {
        Authentication authentication = Context.getCommandContext().getAuthentication();
        return Optional.ofNullable(authentication).map(Authentication::getUserId);
    }

    /** As the database says now: those of a session may be minutes old. */
    static Set<String> groups(String user) {
        CommandContext context = Context.getCommandContext();
        return context.runWithoutAuthorization(
                () -> context.getReadOnlyIdentityProvider().createGroupQuery(context).groupMember(user).list().stream()
                        .map(Group::getId)
                        .collect(Collectors.toSet()));
    }

    private static <T> T refusing(Supplier<T> rule) {
        try {
            return rule.get();
        } catch (ApprovalRefused e) {
            throw e.kind() == ApprovalRefused.Kind.NOT_YOU
                    ? Refused.forbidden(e.getMessage())
                    : Refused.invalid(e.getMessage());
        }
    }
}
