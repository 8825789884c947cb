package io.muster.journal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the events of all audit chains, searched and paged in the database. */
public final class AuditTrail {

    /** An event names its run in its body, as PostgreSQL writes JSON; an event without one is of the chain's run. */
    private static final String OWN =
            """
             (position('"run": "' || r.id || '"' in e.body) > 0
              or r.id = e.root_run_id and position('"run": "' in e.body) = 0)
            """;

    private static final String FROM = " from audit_event e left join run r on r.root_id = e.root_run_id and" + OWN;

    /** The newest first; chains without a run, of which there are few, before them. */
    private static final String CHAINS =
            """
            select c.id from (
                select root_run_id as id from audit_head union select root_run_id from audit_event union select root_id from run
            ) c left join run r on r.id = c.id
            """;

    private static final String UNKNOWN =
            """
            select a.id from unnest(?::text[]) a (id)
            where not exists (select from audit_head where root_run_id = a.id)
              and not exists (select from audit_event where root_run_id = a.id)
              and not exists (select from run where root_id = a.id)
            """;

    private final JournalDatabase database;

    public AuditTrail(JournalDatabase database) {
        this.database = database;
    }

    /** The newest first. */
    public AuditSearch.Page events(AuditSearch search, int limit, int offset) {
        Where where = new Where(search);
        return new AuditSearch.Page(
                database.query(
                        "select e.*, r.id, r.runbook, r.environment, r.service" + FROM + where.text()
                                + " order by e.at desc, e.root_run_id, e.seq desc limit ? offset ?",
                        AuditTrail::found,
                        where.arguments(limit, offset)),
                database.first(
                                "select count(*)" + (where.ofRuns ? FROM : " from audit_event e") + where.text(),
                                (row, n) -> row.getLong(1),
                                where.arguments())
                        .orElseThrow());
    }

    /** Ids of outermost runs, also of those whose chain is gone, and names of other chains. */
    public List<String> chains(int limit, int offset) {
        return database.query(
                CHAINS + " order by r.started_at desc nulls first, c.id limit ? offset ?",
                (row, n) -> row.getString("id"),
                limit,
                offset);
    }

    public long chains() {
        return database.first("select count(*) from (" + CHAINS + ") all_chains", (row, n) -> row.getLong(1))
                .orElseThrow();
    }

    /** Those of the ids that no row speaks of: neither a run, nor an event, nor the end of a chain. */
    public Set<String> unknown(Collection<String> ids) {
        return Set.copyOf(
                database.query(UNKNOWN, (row, n) -> row.getString("id"), (Object) ids.toArray(String[]::new)));
    }

    /** Whether the chain has this event. */
    public boolean has(AuditAnchors.Head head) {
        return database.first(
                        "select 1 from audit_event where root_run_id = ? and seq = ? and hash = ?",
                        (row, n) -> true,
                        head.rootRunId(),
                        head.seq(),
                        head.hash())
                .isPresent();
    }

    private static AuditSearch.Found found(ResultSet row, int number) throws SQLException {
        String run = row.getString("id");
        return new AuditSearch.Found(
                Rows.auditEvent(row, number),
                run == null
                        ? Optional.empty()
                        : Optional.of(new AuditSearch.About(
                                run,
                                row.getString("runbook"),
                                Rows.text(row, "environment"),
                                Rows.text(row, "service"))));
    }

    private static final class Where {
        private final List<String> conditions = new ArrayList<>();
        private final List<Object> arguments = new ArrayList<>();
        private boolean ofRuns;

        Where(AuditSearch search) {
            search.who().ifPresent(who -> where("e.actor = ?", who));
            search.from().ifPresent(from -> where("e.at >= ?", Rows.timestamp(from)));
            search.to().ifPresent(to -> where("e.at < ?", Rows.timestamp(to)));
            if (!search.kinds().isEmpty()) {
                where("e.kind = any (?)", (Object) search.kinds().toArray(String[]::new));
            }
            search.run().ifPresent(this::run);
            search.service().ifPresent(service -> ofRun("r.service = ?", service));
            search.environment()
                    .ifPresent(name ->
                            ofRun("(r.environment = ? or e.root_run_id = left(?, 64))", name, "environment/" + name));
        }

        private void run(String run) {
            ofRun(
                    "e.root_run_id = coalesce((select root_id from run where id = ?), ?)"
                            + " and (e.root_run_id = ? or r.id = ?)",
                    run,
                    run,
                    run,
                    run);
        }

        private void ofRun(String condition, Object... values) {
            ofRuns = true;
            where(condition, values);
        }

        private void where(String condition, Object... values) {
            conditions.add(condition);
            arguments.addAll(List.of(values));
        }

        String text() {
            return conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
        }

        Object[] arguments(Object... more) {
            List<Object> all = new ArrayList<>(arguments);
            all.addAll(List.of(more));
            return all.toArray();
        }
    }
}
