package io.muster.safety;

import io.muster.journal.JournalDatabase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Shows who holds what, who waits for it, and why. */
public final class LockBoard {

    private static final String ALL =
            """
            select l.target, l.shared, l.root_run_id, l.requested_at, l.granted_at, r.runbook, r.started_by, r.reason
            from run_lock l left join run r on r.id = l.root_run_id
            where l.broken_at is null order by l.target, l.ticket
            """;

    private static final String WAITS =
            """
            select b.root_run_id as waiter, b.target, b.shared, b.by_root_run_id as root_run_id, b.by_granted_at as granted_at,
                   b.by_granted_at as requested_at, r.runbook, r.started_by, r.reason
            from run_lock_blockers() b left join run r on r.id = b.by_root_run_id
            where b.root_run_id = any (?) order by b.target, b.by_ticket
            """;

    private final JournalDatabase database;

    public LockBoard(JournalDatabase database) {
        this.database = database;
    }

    /** Every lock that is held, by target; each with the runs that wait for it, the next one first. */
    public List<Held> held() {
        List<Entry> all = database.query(ALL, LockBoard::entry);
        return all.stream()
                .filter(entry -> entry.grantedAt().isPresent())
                .map(entry -> new Held(
                        entry,
                        all.stream()
                                .filter(other -> other.target().equals(entry.target()))
                                .filter(other -> other.grantedAt().isEmpty())
                                .toList()))
                .toList();
    }

    /** For each of the root runs that waits: whom for. Who waits before it has no {@code grantedAt}. */
    public Map<String, List<Entry>> waits(Collection<String> rootRunIds) {
        if (rootRunIds.isEmpty()) {
            return Map.of();
        }
        return database
                .query(WAITS, (row, n) -> Map.entry(row.getString("waiter"), entry(row, n)), (Object)
                        rootRunIds.toArray(String[]::new))
                .stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }

    private static Entry entry(ResultSet row, int number) throws SQLException {
        return new Entry(
                row.getString("target"),
                row.getBoolean("shared"),
                row.getString("root_run_id"),
                instant(row, "requested_at"),
                instant(row, "granted_at"),
                Optional.ofNullable(row.getString("runbook")),
                Optional.ofNullable(row.getString("started_by")),
                Optional.ofNullable(row.getString("reason")));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    /** @param reason why that run was started */
    public record Entry(
            String target,
            boolean shared,
            String rootRunId,
            Optional<Instant> requestedAt,
            Optional<Instant> grantedAt,
            Optional<String> runbook,
            Optional<String> startedBy,
            Optional<String> reason) {}

    public record Held(Entry holder, List<Entry> waiting) {}
}
