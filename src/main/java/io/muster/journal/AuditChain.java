package io.muster.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and checks the audit chains. */
public final class AuditChain {

    private final JournalDatabase database;

    public AuditChain(JournalDatabase database) {
        this.database = database;
    }

    /** In their order. Empty for a run that has no chain, and for a called runbook's run: its events are in its root's. */
    public List<AuditEvent> events(String rootRunId) {
        return events(database, rootRunId);
    }

    private static List<AuditEvent> events(JournalDatabase database, String rootRunId) {
        return database.query(
                "select * from audit_event where root_run_id = ? order by seq", Rows::auditEvent, rootRunId);
    }

    /**
     * Checks a chain from its first event to its recorded end, and that the rows it speaks of (runs, step runs, documents,
     * approvals) are as it says. Finds what was changed, removed, reordered or added, unless somebody rewrote the
     * whole rest of the chain with its end; against that the ends are anchored outside the database.
     */
    public Verification verify(String rootRunId) {
        return database.snapshot(snapshot -> verify(snapshot, rootRunId));
    }

    private static Verification verify(JournalDatabase database, String rootRunId) {
        List<AuditEvent> events = events(database, rootRunId);
        List<String> problems = new ArrayList<>(check(rootRunId, events));
        problems.addAll(checkEnd(events, head(database, rootRunId)));
        problems.addAll(new EvidenceCheck(database, rootRunId, events).problems());
        Optional<String> end = events.isEmpty()
                ? Optional.empty()
                : Optional.of(events.get(events.size() - 1).hash());
        return new Verification(rootRunId, events.size(), end, List.copyOf(problems));
    }

    /** Checks exported events with nothing but themselves: order, completeness up to the last, and hashes. */
    public static List<String> check(String rootRunId, List<AuditEvent> events) {
        List<String> problems = new ArrayList<>();
        long seq = 0;
        String hash = AuditEvent.NO_HASH;
        for (AuditEvent event : events) {
            seq++;
            if (event.seq() != seq) {
                problems.add(
                        "Event " + seq + " is missing or out of order: event " + event.seq() + " stands in its place");
                seq = event.seq();
            } else if (!event.prevHash().equals(hash)) {
                problems.add("Event " + seq + " does not follow from the one before: its previous hash is "
                        + event.prevHash() + ", that event's hash is " + hash);
            }
            if (!event.rootRunId().equals(rootRunId)) {
                problems.add("Event " + seq + " belongs to run " + event.rootRunId());
            } else if (!event.hash().equals(event.expectedHash())) {
                problems.add("Event " + seq + " (" + event.kind() + ") was changed: its hash is " + event.hash()
                        + ", its content gives " + event.expectedHash());
            }
            hash = event.hash();
        }
        return problems;
    }

    private static List<String> checkEnd(List<AuditEvent> events, Optional<Head> head) {
        if (head.isEmpty()) {
            return events.isEmpty() ? List.of() : List.of("The chain's recorded end is missing");
        }
        Head end = head.get();
        if (events.isEmpty()) {
            return List.of("All " + end.seq + " events are missing");
        }
        AuditEvent last = events.get(events.size() - 1);
        return last.seq() == end.seq && last.hash().equals(end.hash)
                ? List.of()
                : List.of(
                        "The chain ends with event " + last.seq() + " (" + last.hash() + "), its recorded end is event "
                                + end.seq + " (" + end.hash + "): events were removed or added");
    }

    private static Optional<Head> head(JournalDatabase database, String rootRunId) {
        return database.first(
                "select seq, hash from audit_head where root_run_id = ?",
                (row, n) -> new Head(row.getLong("seq"), row.getString("hash")),
                rootRunId);
    }

    /**
     * @param head the hash of the last event: what an anchor outside the database keeps; empty without events
     * @param problems one sentence each; empty when the chain is intact
     */
    public record Verification(String rootRunId, long events, Optional<String> head, List<String> problems) {
        public boolean intact() {
            return problems.isEmpty();
        }
    }

    private record Head(long seq, String hash) {}
}
