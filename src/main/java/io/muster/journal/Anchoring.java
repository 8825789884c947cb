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
import java.util.stream.Collectors;

/** Takes the ends of the audit chains out of the database, and compares them with it. */
public final class Anchoring {

    /** An event's time is taken before its transaction commits, and steps run inside the engine's. */
    private static final Duration COMMITS_WITHIN = Duration.ofHours(24);

    /** Nearly all events commit within it; for the others there is a wider look now and then. */
    private static final Duration RECENT = Duration.ofMinutes(15);

    private static final Duration WIDE_EVERY = Duration.ofHours(1);

    private static final String ALL = "select root_run_id, seq, hash from audit_head order by root_run_id";

    private static final String HEADS = "select root_run_id, seq, hash from audit_head where root_run_id in"
            + " (select root_run_id from audit_event where at >= ?) order by root_run_id";

    /**
     * A commit that waits for the disk takes those before it there too, also those that did not wait: what is anchored must not
     * be lost with the power. Only a transaction that has written something waits.
     */
    private static final String TO_DISK = "select set_config('synchronous_commit', 'on', true),"
            + " pg_logical_emit_message(true, 'muster', 'anchored'::text)";

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
    private Instant lookedWide = Instant.EPOCH;

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
        boolean first = lookedWide.equals(Instant.EPOCH);
        boolean wide = first || now.isAfter(lookedWide.plus(WIDE_EVERY));
        if (first) {
            anchors.newest().values().stream()
                    .filter(anchor -> !anchor.beforeRestore())
                    .forEach(anchor ->
                            written.put(anchor.head().rootRunId(), anchor.head().seq()));
        }
        List<Head> found = first ? heads(ALL) : heads(HEADS, Rows.timestamp(now.minus(wide ? COMMITS_WITHIN : RECENT)));
        List<Head> changed = found.stream()
                .filter(head -> head.seq() > written.getOrDefault(head.rootRunId(), 0L))
                .toList();
        if (!changed.isEmpty()) {
            database.query(TO_DISK, (row, n) -> true);
            anchors.append(now, changed);
            changed.forEach(head -> written.put(head.rootRunId(), head.seq()));
        }
        if (wide) {
            // A chain that is not among them has no event that a later look could find, or a new one.
            written.keySet().retainAll(found.stream().map(Head::rootRunId).collect(Collectors.toSet()));
            lookedWide = now;
        }
    }

    private List<Head> heads(String sql, Object... arguments) {
        return database.query(
                sql,
                (row, n) -> new Head(row.getString("root_run_id"), row.getLong("seq"), row.getString("hash")),
                arguments);
    }
}
