package io.muster.journal;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionSynchronization;

/** What one engine transaction adds to the journal just before it commits; why, see {@link EngineTransaction}. */
final class PendingWrites implements TransactionSynchronization, Ordered {

    private static final String ACKNOWLEDGE =
            "update step_run set acknowledged_at = clock_timestamp() where id = ? and state <> 'OPEN' and acknowledged_at is null";

    private final JdbcOperations primary;
    private final TreeSet<UUID> acknowledged = new TreeSet<>();
    private final List<Write> writes = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();

    PendingWrites(JdbcOperations primary) {
        this.primary = primary;
    }

    void acknowledge(UUID id) {
        acknowledged.add(id);
    }

    void write(String runId, String sql, Object... arguments) {
        writes.add(new Write(runId, sql, arguments));
    }

    void append(String rootRunId, OffsetDateTime at, String kind, String actor, String body) {
        appendBy(rootRunId, "select audit_append(?, ?, ?, ?, ?::jsonb)", rootRunId, at, kind, actor, body);
    }

    void appendBy(String rootRunId, String sql, Object... arguments) {
        events.add(new Event(rootRunId, sql, arguments));
    }

    @Override
    public void beforeCommit(boolean readOnly) {
        acknowledged.forEach(this::writeAcknowledgement);
        writes.sort(Comparator.comparing(Write::runId));
        writes.forEach(this::write);
        events.sort(Comparator.comparing(Event::rootRunId));
        events.forEach(this::append);
    }

    private void writeAcknowledgement(UUID id) {
        if (primary.update(ACKNOWLEDGE, id) == 0 && !alreadyAcknowledged(id)) {
            throw new IllegalStateException("Step run " + id + " cannot be acknowledged: it is still open, or unknown."
                    + " Close it first; the engine's transaction is rolled back");
        }
    }

    private boolean alreadyAcknowledged(UUID id) {
        return Boolean.TRUE.equals(primary.queryForObject(
                "select exists (select 1 from step_run where id = ? and acknowledged_at is not null)",
                Boolean.class,
                id));
    }

    private void write(Write write) {
        if (primary.update(write.sql, write.arguments) == 0) {
            throw new IllegalStateException("Run " + write.runId + " is not in the journal or has ended already;"
                    + " the engine's transaction is rolled back");
        }
    }

    private void append(Event event) {
        primary.query(event.sql, row -> {}, event.arguments);
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    private record Write(String runId, String sql, Object[] arguments) {}

    private record Event(String rootRunId, String sql, Object[] arguments) {}
}
