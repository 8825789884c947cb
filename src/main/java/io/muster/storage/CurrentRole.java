package io.muster.storage;

import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** The role that this server runs with: it must be able to do its work, and should not be able to change evidence. */
final class CurrentRole {

    private static final Logger LOG = LoggerFactory.getLogger(CurrentRole.class);
    private static final int SHOWN = 5;

    private static final String CAN_CHANGE_EVIDENCE =
            """
            select (select rolsuper from pg_roles where rolname = current_user)
                or coalesce(bool_or(pg_has_role(relowner, 'USAGE')), false)
            from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
            """;

    private final JdbcTemplate jdbc;
    private final String database;

    CurrentRole(DataSource dataSource, String database) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.database = database;
    }

    /** @throws StartupRefused when the tables that are there cannot be used */
    void requirePrivileges() {
        List<String> missing = TablePrivileges.all(jdbc).stream()
                .filter(table -> !table.missing().isEmpty())
                .map(TablePrivileges::missingText)
                .toList();
        if (!missing.isEmpty()) {
            String role = jdbc.queryForObject("select current_user", String.class);
            String more = missing.size() > SHOWN ? "\n  - and " + (missing.size() - SHOWN) + " more tables" : "";
            throw new StartupRefused(
                    "The role " + role + " lacks privileges in the database " + database + ":\n  - "
                            + missing.stream().limit(SHOWN).collect(Collectors.joining("\n  - ")) + more,
                    "Run `" + Migrations.COMMAND + "` as the owner of the tables"
                            + " (MUSTER_MIGRATE_DATASOURCE_USERNAME and _PASSWORD): it grants " + role
                            + " what the server needs. Then start again.");
        }
    }

    void warnOfTooMuch() {
        if (Boolean.TRUE.equals(jdbc.queryForObject(CAN_CHANGE_EVIDENCE, Boolean.class))) {
            LOG.warn(
                    "The server's role owns its tables in {}, so it could change evidence and the schema. Give it a role of"
                            + " its own and migrate as the owner: docs/production.md, Roles",
                    database);
        }
    }
}
