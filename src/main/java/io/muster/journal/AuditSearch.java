package io.muster.journal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which events of all audit chains are looked for; what is empty does not filter.
 *
 * @param who the actor, exactly
 * @param from at or after
 * @param to before
 * @param run of this run: of an outermost one with what it called, of a called one its own
 * @param service of runs for this service, also of those that another service's run called
 * @param environment of runs in it, and of its freezes
 */
public record AuditSearch(
        Optional<String> who,
        Optional<Instant> from,
        Optional<Instant> to,
        Set<String> kinds,
        Optional<String> run,
        Optional<String> service,
        Optional<String> environment) {

    /** Every kind of event that there is. */
    public static final List<String> KINDS = List.of(
            "run-started",
            "run-ended",
            "step-opened",
            "step-reclaimed",
            "step-closed",
            "step-skipped",
            "left-behind",
            "document-kept",
            "approval",
            "decision-asked",
            "decision-taken",
            "task-answered",
            "locks-taken",
            "lock-broken",
            "environment-frozen",
            "environment-thawed",
            "recovery-entered",
            "recovery-decided",
            "evidence-exported");

    /** @param total of all pages */
    public record Page(List<Found> events, long total) {}

    /** @param about the run that the event names, else the chain's; empty for a chain that is no run's */
    public record Found(AuditEvent event, Optional<About> about) {}

    public record About(String run, String runbook, Optional<String> environment, Optional<String> service) {}
}
