package io.muster.recovery;

import io.muster.journal.JournalDatabase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/** Table {@code drill}, on the journal's pool. */
@Component
final class JdbcDrills implements Drills {

    /** A drill whose run is over can go on no more. */
    private static final String ALL =
            """
            select * from (
              select d.*, case when d.passed then 'PASSED' when not d.passed then 'FAILED'
                               when r.end_state is not null then 'ABANDONED' else 'RUNNING' end as state,
                     coalesce(d.ended_at, r.ended_at) as over_at
              from drill d left join run r on r.id = d.run_id) d
            """;

    private final JournalDatabase database;

    JdbcDrills(@Qualifier("journalDataSource") DataSource source) {
        this.database = new JournalDatabase(source);
    }

    @Override
    public void start(
            String runId, Drill.Kind kind, String environment, String service, Optional<String> version, Instant at) {
        database.update(
                "insert into drill (run_id, kind, environment, service, version, started_at) values (?, ?, ?, ?, ?, ?)"
                        + " on conflict (run_id) do nothing",
                runId,
                kind.name(),
                environment,
                service,
                version.orElse(null),
                time(at));
    }

    @Override
    public Drill end(String runId, boolean passed, String result, Instant at) {
        database.update(
                "update drill set ended_at = ?, passed = ?, result = ? where run_id = ? and ended_at is null",
                time(at),
                passed,
                result,
                runId);
        return find(runId).orElseThrow(() -> new IllegalStateException("Run " + runId + " is no drill"));
    }

    @Override
    public Optional<Drill> find(String runId) {
        return database.first(ALL + " where run_id = ?", JdbcDrills::row, runId);
    }

    @Override
    public long count(Filter filter) {
        List<Object> arguments = new ArrayList<>();
        String where = where(filter, arguments);
        return database.first(
                        ALL.replace("select * from (", "select count(*) as total from (") + where,
                        (row, n) -> row.getLong("total"),
                        arguments.toArray())
                .orElseThrow();
    }

    private static String where(Filter filter, List<Object> arguments) {
        List<String> conditions = new ArrayList<>(List.of("true"));
        add("environment", filter.environment(), conditions, arguments);
        add("service", filter.service(), conditions, arguments);
        add("kind", filter.kind().map(Enum::name), conditions, arguments);
        add("state", filter.state().map(Enum::name), conditions, arguments);
        return " where " + String.join(" and ", conditions);
    }

    @Override
    public List<Drill> list(Filter filter, int limit, int offset) {
        List<Object> arguments = new ArrayList<>();
        String where = where(filter, arguments);
        arguments.add(limit);
        arguments.add(offset);
        return database.query(
                ALL + where + " order by started_at desc, run_id limit ? offset ?",
                JdbcDrills::row,
                arguments.toArray());
    }

    @Override
    public List<Drill> proven(String environment, int most, Instant now) {
        return database.query(
                """
                select * from (select *, 'PASSED' as state, ended_at as over_at,
                                      row_number() over (partition by service, kind order by ended_at desc, run_id) as age
                               from drill where environment = ? and passed and ended_at <= ?) d
                where age <= ? order by service, ended_at, run_id desc""",
                JdbcDrills::row,
                environment,
                time(now.plus(Backups.SKEW)),
                most);
    }

    @Override
    public Optional<Instant> lastProven(String environment, String service, Instant now) {
        return database.first(
                        ALL
                                + " where environment = ? and service = ? and state = 'PASSED' and over_at <= ? order by over_at desc limit 1",
                        JdbcDrills::row,
                        environment,
                        service,
                        time(now.plus(Backups.SKEW)))
                .flatMap(Drill::endedAt);
    }

    @Override
    public List<Drill> newest(String environment) {
        return database.query(
                "select distinct on (service) * from (" + ALL
                        + " where environment = ?) n order by service, started_at desc, run_id",
                JdbcDrills::row,
                environment);
    }

    @Override
    public List<Drill> newestEnded(String environment, Instant now) {
        return database.query(
                "select distinct on (service, kind) * from (" + ALL
                        + " where environment = ? and passed is not null) n order by service, kind, ended_at > ?, ended_at desc, run_id",
                JdbcDrills::row,
                environment,
                time(now.plus(Backups.SKEW)));
    }

    private static void add(String column, Optional<String> wanted, List<String> conditions, List<Object> arguments) {
        wanted.ifPresent(value -> {
            conditions.add(column + " = ?");
            arguments.add(value);
        });
    }

    static OffsetDateTime time(Instant at) {
        return at.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    private static Drill row(ResultSet row, int number) throws SQLException {
        return new Drill(
                row.getString("run_id"),
                Drill.Kind.valueOf(row.getString("kind")),
                row.getString("environment"),
                row.getString("service"),
                Optional.ofNullable(row.getString("version")),
                Drill.State.valueOf(row.getString("state")),
                instant(row, "started_at").orElseThrow(),
                instant(row, "over_at"),
                Optional.ofNullable(row.getString("result")));
    }
}
