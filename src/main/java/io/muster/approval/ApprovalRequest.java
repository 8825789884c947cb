package io.muster.approval;

import io.muster.inventory.Inventory;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * An approval that waits for a person.
 *
 * @param task the task's id in the diagram, {@code approve-deployment}
 * @param changes whose change it is, and what they did: {@code started this run}
 * @param groups who can approve: membership in one of these
 * @param policy of the environment that the run pinned
 * @param since when the task was created
 */
public record ApprovalRequest(
        String task, Map<String, String> changes, Set<String> groups, Inventory.Approval policy, Instant since) {

    public ApprovalRequest {
        Objects.requireNonNull(task);
        Objects.requireNonNull(policy);
        Objects.requireNonNull(since);
        changes = Map.copyOf(changes);
        groups = Set.copyOf(groups);
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("Approval '" + task + "' names no group that can approve it");
        }
    }

    /** Whether it would be an approval of their own change. */
    boolean isOwn(String user) {
        return changes.containsKey(user);
    }

    /** What makes it theirs. */
    String own(String user) {
        return changes.get(user);
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
