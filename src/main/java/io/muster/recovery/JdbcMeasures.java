package io.muster.recovery;

import io.muster.journal.JournalDatabase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/** Tables {@code measure} and {@code criterion}, on the journal's pool. */
@Component
final class JdbcMeasures implements Measures {

    private final JournalDatabase database;

    JdbcMeasures(@Qualifier("journalDataSource") DataSource source) {
        this.database = new JournalDatabase(source);
    }

    @Override
    public void record(String runId, UUID stepRun, Collection<Measure> measures) {
        measures.forEach(measure -> database.update(
                "insert into measure (run_id, step_run_id, name, unit, value, target, grade, at)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (step_run_id, name) do nothing",
                runId,
                stepRun,
                measure.name(),
                measure.unit().name(),
                measure.value(),
                measure.target().orElse(null),
                measure.grade().map(Enum::name).orElse(null),
                JdbcDrills.time(measure.at())));
    }

    @Override
    public void judge(String runId, UUID stepRun, Collection<Criterion> criteria) {
        criteria.forEach(criterion -> database.update(
                "insert into criterion (run_id, step_run_id, phase, name, text, result, judge, evidence, at)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (step_run_id, name) do nothing",
                runId,
                stepRun,
                criterion.phase(),
                criterion.name(),
                criterion.text(),
                criterion.result().name(),
                criterion.judge().name(),
                criterion.evidence(),
                JdbcDrills.time(criterion.at())));
    }

    @Override
    public Map<String, List<Measure>> of(Collection<String> runIds) {
        if (runIds.isEmpty()) {
            return Map.of();
        }
        return database
                .query(
                        "select distinct on (run_id, name) * from measure where run_id in ("
                                + runIds.stream().map(id -> "?").collect(Collectors.joining(", "))
                                + ") order by run_id, name, id desc",
                        (row, n) -> Map.entry(row.getString("run_id"), measure(row)),
                        runIds.toArray())
                .stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }

    @Override
    public List<Criterion> criteria(String runId) {
        return database.query(
                """
                select * from (select distinct on (phase, name) *,
                                      min(id) over (partition by phase, name) as place
                               from criterion where run_id = ? order by phase, name, id desc) c
                order by phase, place""",
                (row, n) -> new Criterion(
                        row.getInt("phase"),
                        row.getString("name"),
                        row.getString("text"),
                        Criterion.Result.valueOf(row.getString("result")),
                        Criterion.Judge.valueOf(row.getString("judge")),
                        row.getString("evidence"),
                        JdbcDrills.instant(row, "at").orElseThrow()),
                runId);
    }

    private static Measure measure(ResultSet row) throws SQLException {
        return new Measure(
                row.getString("name"),
                Measure.Unit.valueOf(row.getString("unit")),
                row.getBigDecimal("value"),
                Optional.ofNullable(row.getBigDecimal("target")),
                Optional.ofNullable(row.getString("grade")).map(Measure.Grade::valueOf),
                JdbcDrills.instant(row, "at").orElseThrow());
    }
}
