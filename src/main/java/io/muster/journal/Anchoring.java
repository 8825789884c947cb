package io.muster.journal;

import io.muster.journal.AuditAnchors.Anchor;
import io.muster.journal.AuditAnchors.Head;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes the ends of the audit chains out of the database, and compares them with it. */
public final class Anchoring {

    /** An event's time is taken before its transaction commits, and steps run inside the engine's. */
    private static final Duration COMMITS_WITHIN = Duration.ofHours(24);

    private static final String HEADS = "select root_run_id, seq, hash from audit_head where root_run_id in"
            + " (select root_run_id from audit_event where at >= ?) order by root_run_id";

    private static final String MISSING =
            """
            select a.root_run_id from unnest(?::text[], ?::bigint[], ?::text[]) a (root_run_id, seq, hash)
            where not exists (select 1 from audit_event e
                              where e.root_run_id = a.root_run_id and e.seq = a.seq and e.hash = a.hash)
            """;

    private final JournalDatabase database;
    private final AuditAnchors anchors;
    private final Clock clock;
    private final Map<String, Long> written = new HashMap<>();
    private Instant since = Instant.EPOCH;

    public Anchoring(JournalDatabase database, AuditAnchors anchors, Clock clock) {
        this.database = database;
        this.anchors = anchors;
        this.clock = clock;
    }

    /** Anchored ends that the database does not have, the oldest first: it was restored, or events were removed or rewritten. */
    public List<Anchor> missing() {
        List<Anchor> all = new ArrayList<>(anchors.newest().values());
        Set<String> lost = new HashSet<>(database.query(
                MISSING,
                (row, n) -> row.getString(1),
                all.stream().map(anchor -> anchor.head().rootRunId()).toArray(String[]::new),
                all.stream().map(anchor -> anchor.head().seq()).toArray(Long[]::new),
                all.stream().map(anchor -> anchor.head().hash()).toArray(String[]::new)));
        return all.stream()
                .filter(anchor -> lost.contains(anchor.head().rootRunId()))
                .sorted(Comparator.comparing(Anchor::at))
                .toList();
    }

    /** Those of {@link #missing()} that no noted restore explains. */
    public List<Anchor> unexplained() {
        return missing().stream().filter(anchor -> !anchor.beforeRestore()).toList();
    }

    /** From now on, what was anchored until now may be missing. */
    public void acknowledgeRestore() {
        anchors.appendRestored(clock.instant());
    }

    /** Writes the ends that have changed since the last call; at the first call, all that the file does not have. */
    public synchronized void write() {
        Instant now = clock.instant();
        if (since.equals(Instant.EPOCH)) {
            anchors.newest().values().stream()
                    .filter(anchor -> !anchor.beforeRestore())
                    .forEach(anchor ->
                            written.put(anchor.head().rootRunId(), anchor.head().seq()));
        }
        List<Head> changed = database
                .query(
                        HEADS,
                        (row, n) -> new Head(row.getString("root_run_id"), row.getLong("seq"), row.getString("hash")),
                        Rows.timestamp(since))
                .stream()
                .filter(head -> head.seq() > written.getOrDefault(head.rootRunId(), 0L))
                .toList();
        if (!changed.isEmpty()) {
            anchors.append(now, changed);
            changed.forEach(head -> written.put(head.rootRunId(), head.seq()));
        }
        since = now.minus(COMMITS_WITHIN);
    }
}
