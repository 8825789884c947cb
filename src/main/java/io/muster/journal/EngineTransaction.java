package io.muster.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Writes that become true with the engine's transaction, and not before.
 *
 * <p><b>Why they wait for the commit.</b> An append to an audit chain holds the lock on the chain's end until its
 * transaction is over, and an acknowledgement the lock on its step run. The journal's own pool needs the same two locks
 * (a step that opens or closes). If the engine's transaction took them in the middle of its work, then a step of a
 * parallel branch would wait for as long as that transaction lasts, and a thread that writes to the journal's pool while
 * its own engine transaction holds the lock would wait for itself for ever: PostgreSQL sees two sessions and no cycle.
 * So nothing here touches a row that another connection could want until {@code beforeCommit}, when the engine has
 * flushed its own changes and no step's code runs any more on this thread. What is taken then is held for the length of
 * the remaining writes and the commit.
 *
 * <p><b>Order of locks.</b> Everyone takes: engine rows, then step runs (by id), then runs (by id), then chain ends (by
 * root run id). The journal's pool takes one step run, then one chain end, in one statement, and holds nothing else. No
 * cycle is possible. Between {@code beforeCommit} and the commit this thread uses the journal's pool no more; the
 * synchronization asks to be the last for that reason.
 *
 * <p>The insert of a new run's row is done at once: nobody else knows its id, so nobody can wait for it.
 */
final class EngineTransaction {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JdbcOperations primary;

    EngineTransaction(JdbcOperations primary) {
        this.primary = primary;
    }

    void acknowledge(UUID id) {
        pending("acknowledge step run " + id).acknowledge(id);
    }

    /** A write to the row of a run that others may know, done just before the commit. */
    void write(String runId, String sql, Object... arguments) {
        pending("write run " + runId).write(runId, sql, arguments);
    }

    /** An audit event, appended just before the commit, in the order of the calls. */
    void append(String rootRunId, Instant at, String kind, String actor, Map<String, ?> body) {
        pending("append " + kind + " of run " + rootRunId)
                .append(rootRunId, Rows.timestamp(at), kind, actor, json(body));
    }

    /** As {@link #append}, by a query that appends the event itself, or none. */
    void appendBy(String rootRunId, String sql, Object... arguments) {
        pending("append to run " + rootRunId).appendBy(rootRunId, sql, arguments);
    }

    private PendingWrites pending(String what) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()
                || !TransactionSynchronizationManager.isSynchronizationActive()) {
            throw new IllegalStateException(
                    "Cannot " + what + ": there is no transaction to join. Call it from the engine's"
                            + " transaction, or open one on the primary data source");
        }
        return TransactionSynchronizationManager.getSynchronizations().stream()
                .filter(PendingWrites.class::isInstance)
                .map(PendingWrites.class::cast)
                .findFirst()
                .orElseGet(this::register);
    }

    private PendingWrites register() {
        PendingWrites writes = new PendingWrites(primary);
        TransactionSynchronizationManager.registerSynchronization(writes);
        return writes;
    }

    private static String json(Map<String, ?> body) {
        try {
            return Text.storableJson(JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Audit event body is not JSON", e);
        }
    }
}
