package io.muster.approval;

import io.muster.inventory.Inventory;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * An approval that waits for a person.
 *
 * @param task the task's id in the diagram, {@code approve-deployment}
 * @param starters who started the run, or a run it was called by
 * @param changers who gave a step of the run other input: it is their change, too
 * @param groups who can approve: membership in one of these
 * @param policy of the environment that the run pinned
 * @param since when the task was created
 */
public record ApprovalRequest(
        String task,
        Set<String> starters,
        Set<String> changers,
        Set<String> groups,
        Inventory.Approval policy,
        Instant since) {

    public ApprovalRequest {
        Objects.requireNonNull(task);
        Objects.requireNonNull(policy);
        Objects.requireNonNull(since);
        starters = Set.copyOf(starters);
        changers = Set.copyOf(changers);
        groups = Set.copyOf(groups);
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("Approval '" + task + "' names no group that can approve it");
        }
    }

    /** Whether it would be an approval of their own change. */
    boolean isOwn(String user) {
        return starters.contains(user) || changers.contains(user);
    }

    /** What makes it theirs. */
    String own(String user) {
        return starters.contains(user) ? "started this run" : "gave a step of this run other input";
    }

    /** Whether the environment lets those approve whose change it is after a delay. */
    boolean selfAllowed() {
        return policy.mode() == Inventory.Approval.Mode.SELF_AFTER_DELAY;
    }

    /** From when on the starter may approve, where the environment allows it. */
    Instant selfFrom() {
        return since.plus(policy.delay()
                .orElseThrow(() -> new IllegalStateException(
                        "The environment's approval is self-after-delay, and its delay is missing")));
    }

    String groupNames() {
        return String.join(" or ", groups.stream().sorted().toList());
    }
}
