package io.muster.storage;

import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The role that the server runs with where the tables belong to another: it reads and writes what the server needs, and
 * can neither change the schema nor evidence.
 */
final class RuntimeRole {

    private static final String UNFIT =
            """
            select case
                when r.rolsuper then 'is a superuser'
                when pg_has_role(r.oid, current_user, 'MEMBER') then 'is a member of ' || current_user || ', which owns the tables'
                when r.rolcreaterole then 'may create roles, and so make itself a member of others'
                when r.rolreplication then 'may replicate the whole cluster'
                when pg_has_role(r.oid, 'pg_write_all_data', 'MEMBER') then 'is a member of pg_write_all_data'
                when pg_has_role(r.oid, 'pg_write_server_files', 'MEMBER') then 'is a member of pg_write_server_files'
                when pg_has_role(r.oid, 'pg_execute_server_program', 'MEMBER')
                    then 'is a member of pg_execute_server_program'
                when pg_has_role(r.oid, d.datdba, 'MEMBER') then 'owns the database'
                when pg_has_role(r.oid, n.nspowner, 'MEMBER') and n.nspowner <> 'pg_database_owner'::regrole
                    then 'owns the schema ' || n.nspname
            end as unfit
            from pg_roles r, pg_database d, pg_namespace n
            where r.rolname = ? and d.datname = current_database() and n.nspname = current_schema()
            """;

    private final DataSource owner;
    private final String role;

    /** @param owner connects as the role that owns the tables */
    RuntimeRole(DataSource owner, String role) {
        this.owner = owner;
        this.role = role;
    }

    /**
     * Gives the role what it needs and takes away what else it had, in one transaction.
     *
     * @return whether there was anything to do: not for the owner itself
     * @throws StartupRefused when the role does not exist, or has power that no grant limits
     */
    boolean grant() {
        JdbcTemplate jdbc = new JdbcTemplate(owner);
        if (role.equals(jdbc.queryForObject("select current_user", String.class))) {
            return false;
        }
        requireFit(jdbc);
        new TransactionTemplate(new JdbcTransactionManager(owner)).executeWithoutResult(tx -> grant(jdbc));
        if (can(jdbc, "has_schema_privilege(?, current_schema(), 'CREATE')")) {
            throw new StartupRefused(
                    "The role " + role + " can still create tables in the schema: another role granted it that.",
                    "As the schema's owner or a superuser: REVOKE CREATE ON SCHEMA public FROM PUBLIC, " + role + ";"
                            + " then run it again.");
        }
        return true;
    }

    private void requireFit(JdbcOperations jdbc) {
        List<Optional<String>> found = jdbc.query(UNFIT, (row, n) -> Optional.ofNullable(row.getString("unfit")), role);
        if (found.isEmpty()) {
            throw new StartupRefused(
                    "There is no role " + role + " in the database to grant the server's rights to.",
                    "CREATE ROLE " + role + " LOGIN PASSWORD '…'; then run it again (docs/production.md).");
        }
        found.get(0).ifPresent(reason -> {
            throw new StartupRefused(
                    "The role " + role + " cannot be limited to what the server needs: it " + reason + ".",
                    "Give the server a role of its own without that (SPRING_DATASOURCE_USERNAME), or run `migrate` as"
                            + " another owner (MUSTER_MIGRATE_DATASOURCE_USERNAME).");
        });
    }

    private void grant(JdbcOperations jdbc) {
        String to = jdbc.queryForObject("select quote_ident(?)", String.class, role);
        String schema = jdbc.queryForObject("select quote_ident(current_schema())", String.class);
        List.of(
                        "revoke create on schema %s from public",
                        "revoke all on schema %s from " + to,
                        "revoke all on all tables in schema %s from public, " + to,
                        "revoke all on all sequences in schema %s from public, " + to,
                        "revoke all on all functions in schema %s from " + to,
                        "grant usage on schema %s to " + to,
                        "grant usage on all sequences in schema %s to " + to,
                        "grant execute on all functions in schema %s to " + to)
                .forEach(sql -> jdbc.execute(sql.formatted(schema)));
        TablePrivileges.all(jdbc)
                .forEach(table -> jdbc.execute(
                        "grant " + String.join(", ", table.needed()) + " on " + table.table() + " to " + to));
    }

    private boolean can(JdbcOperations jdbc, String privilege) {
        return Boolean.TRUE.equals(jdbc.queryForObject("select " + privilege, Boolean.class, role));
    }
}
