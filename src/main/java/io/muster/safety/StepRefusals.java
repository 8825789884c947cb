package io.muster.safety;

import io.muster.journal.JournalDatabase;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

/** What keeps a changing step from starting now. To be asked after the step's journal entry was opened, and before its work. */
public final class StepRefusals {

    private final JournalDatabase database;

    public StepRefusals(JournalDatabase database) {
        this.database = database;
    }

    /** @param environment the run's, null when it has none */
    public List<Refusal> of(String rootRunId, String environment) {
        return database.query(
                "select * from step_refusals(?, ?)",
                (row, n) -> new Refusal(
                        Kind.valueOf(row.getString("kind")),
                        row.getString("what"),
                        row.getString("by"),
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        row.getString("reason")),
                rootRunId,
                environment);
    }

    public enum Kind {
        LOCK_BROKEN,
        FROZEN
    }

    /** @param what the lock's target, or the environment */
    public record Refusal(Kind kind, String what, String by, Instant at, String reason) {}
}
