package io.muster.recovery;

import io.muster.journal.JournalDatabase;
import io.muster.journal.Patience;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/** Tables {@code backup} and {@code backup_restore}. */
@Component
final class JdbcBackups implements Backups {

    private static final String ONE = " where environment = ? and service = ? and id = ?";

    /** One look in the index for each service, however many of its backups were removed. */
    private static final String FIRST =
            """
            select first.* from (select distinct environment, service from backup where environment = ?%s
                                 and removed_at is null and verified_at is not null) kept
            cross join lateral (select * from backup b where b.environment = kept.environment and b.service = kept.service
                                and b.verified_at is not null order by b.taken_at, b.id limit 1) first""";

    private final Rows rows;

    JdbcBackups(@Qualifier("journalDataSource") DataSource source, Patience patience) {
        this.rows = new Rows(new JournalDatabase(source), patience);
    }

    @Override
    public void taken(Backup backup) {
        rows.update(
                """
                insert into backup (environment, service, id, host, path, bytes, taken_at, took_ms, run_id, content)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (environment, service, id)
                do update set content = excluded.content where backup.content is null""",
                backup.environment(),
                backup.service(),
                backup.id(),
                backup.host(),
                backup.path(),
                backup.bytes(),
                backup.takenAt(),
                backup.took().toMillis(),
                backup.runId(),
                backup.content().orElse(null));
    }

    @Override
    public void verified(String environment, String service, String id, Instant at, String runId) {
        one(
                rows.update(
                        "update backup set verified_at = ?, verified_run = ?, damage = null" + ONE,
                        at,
                        runId,
                        environment,
                        service,
                        id),
                environment,
                service,
                id);
    }

    @Override
    public void damaged(String environment, String service, String id, String why) {
        rows.update(
                "update backup set verified_at = null, verified_run = null, damage = ?" + ONE,
                why,
                environment,
                service,
                id);
    }

    @Override
    public void removed(String environment, String service, String id, Instant at) {
        rows.update("update backup set removed_at = coalesce(removed_at, ?)" + ONE, at, environment, service, id);
    }

    @Override
    public Optional<Backup> find(String environment, String service, String id) {
        return rows.query("select * from backup" + ONE, JdbcBackups::backup, environment, service, id).stream()
                .findFirst();
    }

    @Override
    public List<Backup> kept(String environment, String service) {
        return rows.query(
                "select * from backup where environment = ? and service = ? and removed_at is null"
                        + " order by taken_at desc, id desc",
                JdbcBackups::backup,
                environment,
                service);
    }

    @Override
    public Map<String, Backup> latestVerified(String environment, Instant now) {
        return byService(rows.query(
                "select distinct on (service) * from backup where environment = ? and removed_at is null"
                        + " and verified_at is not null and taken_at <= ? order by service, taken_at desc, id desc",
                JdbcBackups::backup,
                environment,
                now.plus(SKEW)));
    }

    @Override
    public Map<String, Backup> firstVerified(String environment) {
        return byService(rows.query(FIRST.formatted(""), JdbcBackups::backup, environment));
    }

    @Override
    public Optional<Backup> firstVerified(String environment, String service) {
        return rows.query(FIRST.formatted(" and service = ?"), JdbcBackups::backup, environment, service).stream()
                .findFirst();
    }

    private static Map<String, Backup> byService(List<Backup> backups) {
        return backups.stream().collect(Collectors.toMap(Backup::service, Function.identity()));
    }

    @Override
    public void restored(Restored restored) {
        rows.update(
                """
                insert into backup_restore
                  (environment, service, backup, kind, proven, at, took_ms, bytes, run_id, detail)
                select v.* from (values (?, ?, ?, ?, ?, ?, ?::bigint, ?::bigint, ?, ?))
                  v (environment, service, backup, kind, proven, at, took_ms, bytes, run_id, detail)
                where not exists (select 1 from backup_restore b where b.run_id = v.run_id and b.environment = v.environment
                  and b.service = v.service and b.backup = v.backup and b.kind = v.kind and b.proven = v.proven)""",
                restored.environment(),
                restored.service(),
                restored.backup(),
                restored.kind().name(),
                restored.proven(),
                restored.at(),
                restored.took().toMillis(),
                restored.bytes(),
                restored.runId(),
                restored.detail());
    }

    @Override
    public Optional<Restored> lastProven(String environment, String service) {
        return rows
                .query(
                        "select * from backup_restore where environment = ? and service = ? and proven"
                                + " order by id desc limit 1",
                        JdbcBackups::restored,
                        environment,
                        service)
                .stream()
                .findFirst();
    }

    @Override
    public List<Restored> restores(String environment, String service, int most) {
        return rows.query(
                "select * from backup_restore where environment = ? and service = ? order by id desc limit ?",
                JdbcBackups::restored,
                environment,
                service,
                most);
    }

    private static void one(int changed, String environment, String service, String id) {
        if (changed != 1) {
            throw new IllegalStateException(
                    "Backup " + id + " of " + environment + "/" + service + " was never recorded as taken.");
        }
    }

    private static Backup backup(ResultSet row) throws SQLException {
        return new Backup(
                row.getString("environment"),
                row.getString("service"),
                row.getString("id"),
                row.getString("host"),
                row.getString("path"),
                row.getLong("bytes"),
                Rows.instant(row, "taken_at").orElseThrow(),
                Duration.ofMillis(row.getLong("took_ms")),
                row.getString("run_id"),
                Rows.instant(row, "verified_at"),
                Optional.ofNullable(row.getString("damage")),
                Rows.instant(row, "removed_at"),
                Optional.ofNullable(row.getString("content")));
    }

    private static Restored restored(ResultSet row) throws SQLException {
        return new Restored(
                row.getString("environment"),
                row.getString("service"),
                row.getString("backup"),
                Restored.Kind.valueOf(row.getString("kind")),
                row.getBoolean("proven"),
                Rows.instant(row, "at").orElseThrow(),
                Duration.ofMillis(row.getLong("took_ms")),
                row.getLong("bytes"),
                row.getString("run_id"),
                row.getString("detail"));
    }
}
