package io.muster.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;

/**
 * Takes what somebody answers to {@link RecoveryTasks} in Tasklist, in the transaction of the task's completion: {@code decision}
 * ({@code resume}, {@code abort}) and {@code reason}.
 */
final class RecoveryAnswers {

    private static final Map<String, Recovery.Kind> KINDS =
            Map.of("resume", Recovery.Kind.RESUMED, "abort", Recovery.Kind.ABORTED);

    private final Supplier<Recovery> recovery;

    RecoveryAnswers(Supplier<Recovery> recovery) {
        this.recovery = recovery;
    }

    /** @throws Refused when the authenticated user may not decide this, or so; nothing was changed then */
    void take(CommandContext context, TaskEntity task, Map<String, Object> submitted) {
        String user = decider(context, task);
        String decision = text(submitted, DecisionAnswer.DECISION).toLowerCase(Locale.ROOT);
        String reason = text(submitted, DecisionAnswer.REASON);
        List<String> problems = new ArrayList<>();
        if (!KINDS.containsKey(decision)) {
            problems.add("'decision' is " + (decision.isEmpty() ? "missing" : "'" + decision + "'")
                    + ". Give 'resume' or 'abort'.");
        }
        DecisionAnswer.checkReason(reason, problems);
        if (reason.isEmpty()) {
            problems.add(
                    "'reason' is missing: say how you know that this is right, what you looked at; it is kept as evidence.");
        }
        if (!problems.isEmpty()) {
            throw Refused.invalid("Nothing was decided:\n- " + String.join("\n- ", problems));
        }
        String run = task.getProcessInstanceId();
        DecisionTasks.complete(task);
        try {
            recovery.get().decide(run, KINDS.get(decision), user, reason);
        } catch (RecoveryRefused e) {
            throw Refused.invalid(e.getMessage());
        }
    }

    private static String decider(CommandContext context, TaskEntity task) {
        String user = DecisionIncidents.user()
                .orElseThrow(() -> Refused.forbidden("Nobody is authenticated, so nobody decides. Log in."));
        Set<String> groups = Approvals.groups(user);
        if (RecoveryTasks.DECIDERS.stream().noneMatch(groups::contains)) {
            throw Refused.forbidden("What becomes of a run after a restore is for "
                    + String.join(" or ", RecoveryTasks.DECIDERS) + " to decide, and " + user + " is none of them.");
        }
        context.getProcessEngineConfiguration().getCommandCheckers().forEach(checker -> checker.checkTaskWork(task));
        return user;
    }

    private static String text(Map<String, Object> submitted, String name) {
        return Optional.ofNullable(DecisionAnswer.value(submitted, name))
                .map(value -> value.toString().strip())
                .orElse("");
    }
}
