package io.muster.journal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/** Rows to records. Times are kept to the microsecond, as PostgreSQL does. */
final class Rows {

    private Rows() {}

    static StepRun stepRun(ResultSet row, int number) throws SQLException {
        return new StepRun(
                row.getObject("id", UUID.class),
                row.getString("run_id"),
                row.getString("root_run_id"),
                row.getString("job_id"),
                row.getString("activity_id"),
                row.getString("title"),
                row.getString("step"),
                row.getString("target"),
                StepRun.State.valueOf(row.getString("state")),
                row.getInt("attempt"),
                row.getString("owner"),
                row.getLong("epoch"),
                instant(row, "started_at").orElseThrow(),
                instant(row, "ended_at"),
                row.getString("input"),
                Optional.ofNullable(row.getString("output")),
                failure(row),
                row.getObject("acknowledged_at") != null);
    }

    private static Optional<StepRun.Failure> failure(ResultSet row) throws SQLException {
        String kind = row.getString("failure_kind");
        return kind == null
                ? Optional.empty()
                : Optional.of(
                        new StepRun.Failure(kind, row.getString("failure_reason"), row.getString("failure_message")));
    }

    static JournalReader.RunRow run(ResultSet row, int number) throws SQLException {
        return new JournalReader.RunRow(
                new RunJournal.NewRun(
                        row.getString("id"),
                        row.getString("root_id"),
                        text(row, "parent_id"),
                        row.getString("runbook"),
                        row.getInt("version"),
                        row.getString("definition_id"),
                        row.getString("diagram_hash"),
                        text(row, "started_by"),
                        instant(row, "started_at").orElseThrow(),
                        text(row, "environment"),
                        text(row, "service"),
                        text(row, "target_version"),
                        text(row, "reason")),
                instant(row, "ended_at"),
                text(row, "end_state").map(RunJournal.EndState::valueOf),
                text(row, "outcome"));
    }

    static RunJournal.Approval approval(ResultSet row, int number) throws SQLException {
        return new RunJournal.Approval(
                row.getString("run_id"),
                row.getString("task_id"),
                row.getString("task"),
                row.getString("title"),
                row.getString("by"),
                instant(row, "at").orElseThrow(),
                row.getBoolean("approved"),
                row.getString("comment"),
                row.getBoolean("self"));
    }

    static Decision decision(ResultSet row, int number) throws SQLException {
        return new Decision(
                row.getString("task_id"),
                row.getString("run_id"),
                row.getString("root_run_id"),
                row.getString("job_id"),
                row.getString("activity_id"),
                row.getString("title"),
                text(row, "step"),
                Optional.ofNullable(row.getObject("step_run_id", UUID.class)),
                row.getString("target"),
                row.getString("reason"),
                row.getString("message"),
                row.getString("owners"),
                row.getBoolean("skippable"),
                instant(row, "asked_at").orElseThrow(),
                taken(row));
    }

    private static Optional<Decision.Taken> taken(ResultSet row) throws SQLException {
        String choice = row.getString("choice");
        return choice == null
                ? Optional.empty()
                : Optional.of(new Decision.Taken(
                        Decision.Choice.valueOf(choice),
                        text(row, "by"),
                        instant(row, "at").orElseThrow(),
                        text(row, "why"),
                        text(row, "input")));
    }

    static AuditEvent auditEvent(ResultSet row, int number) throws SQLException {
        return new AuditEvent(
                row.getString("root_run_id"),
                row.getLong("seq"),
                instant(row, "at").orElseThrow(),
                row.getString("kind"),
                row.getString("actor"),
                row.getString("body"),
                row.getString("prev_hash"),
                row.getString("hash"));
    }

    static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    static OffsetDateTime timestamp(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }
}
