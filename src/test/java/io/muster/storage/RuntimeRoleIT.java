package io.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** On PostgreSQL 15: what the restricted role can do, and what it cannot. */
class RuntimeRoleIT {

    private static LocalPostgres postgres;
    private static String url;
    private static JdbcTemplate superuser;
    private static JdbcTemplate server;

    @BeforeAll
    static void aDatabaseThatItsOwnerMigrated(@TempDir Path directory) {
        postgres = InstalledPostgres.version15(directory);
        JdbcTemplate cluster = connect(postgres.url("postgres"), "postgres", postgres.password());
        cluster.execute("create role muster_owner login password 'owner'");
        cluster.execute("create role muster_server login password 'server'");
        cluster.execute("create database runbooks owner muster_owner");
        url = postgres.url("runbooks");
        superuser = connect(url, "postgres", postgres.password());
        DatabaseMigration.Result result =
                DatabaseMigration.of(url, "muster_owner", "owner").run(Optional.of("muster_server"));
        assertThat(result.limited()).contains("muster_server");
        server = connect(url, "muster_server", "server");
        server.query("select audit_append('r1', now(), 'run-started', 'x', '{}')", row -> {});
    }

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void theServersRoleHasAllItNeedsAndNothingIsRefusedAtTheStart() {
        new CurrentRole(dataSource("muster_server", "server"), url).requirePrivileges();
        assertThat(server.queryForObject("select count(*) from audit_event", Long.class))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table loot (id int)",
                "drop table audit_event",
                "truncate audit_event",
                "alter table audit_event disable trigger append_only",
                "drop trigger append_only on audit_event",
                "alter function audit_append(text, timestamptz, text, text, jsonb) owner to muster_server",
                "create or replace function evidence_is_append_only() returns trigger language plpgsql as 'begin return new; end'",
                "set session_replication_role = replica",
                "update audit_event set body = '{}'",
                "delete from audit_event",
                "insert into audit_event select * from audit_event",
                "update audit_head set seq = 0",
                "delete from audit_head",
                "delete from step_run",
                "delete from run",
                "update step_log set text = ''",
                "delete from step_log",
                "update approval set approved = true",
                "delete from approval",
                "delete from document",
                "update inventory_snapshot set content = '{}'",
                "update image_tag set digest = ''",
                "update flyway_schema_history set checksum = 0",
                "update recovery_decision set reason = 'x'",
                "set role muster_owner",
                "copy run to program 'id'",
            })
    void theServersRoleCannotChangeEvidenceOrTheSchema(String sql) {
        assertThatThrownBy(() -> server.execute(sql))
                .rootCause()
                .hasMessageMatching("(?s)ERROR: (permission denied|must be owner|must be superuser).*");
    }

    @Test
    void noTableIsForgotten() {
        List<String> changeable = superuser.queryForList(
                """
                select relname from pg_class c join pg_trigger t on t.tgrelid = c.oid and t.tgname = 'append_only'
                where (t.tgtype & 8 <> 0 and has_table_privilege('muster_server', c.oid, 'DELETE'))
                   or (t.tgtype & 16 <> 0 and has_table_privilege('muster_server', c.oid, 'UPDATE'))
                   or has_table_privilege('muster_server', c.oid, 'TRUNCATE')
                """,
                String.class);
        assertThat(changeable).isEmpty();
    }

    @Test
    void aTableThatTheRoleMayNotUseStopsTheStartWithWhatToRun() {
        superuser.execute("revoke insert on step_log from muster_server");
        CurrentRole role = new CurrentRole(dataSource("muster_server", "server"), url);
        assertThatThrownBy(role::requirePrivileges).isInstanceOfSatisfying(StartupRefused.class, refused -> {
            assertThat(refused)
                    .hasMessageContaining("muster_server")
                    .hasMessageContaining(url)
                    .hasMessageContaining("public.step_log: INSERT");
            assertThat(refused.action()).contains("migrate").contains("MUSTER_MIGRATE_DATASOURCE_USERNAME");
        });
        DatabaseMigration.of(url, "muster_owner", "owner").run(Optional.of("muster_server"));
        role.requirePrivileges();
    }

    @Test
    void rolesWithPowerThatNoGrantLimitsAreRefused() {
        superuser.execute("create role heir login password 'x' in role muster_owner");
        superuser.execute("create role writer login password 'x' in role pg_write_all_data");
        superuser.execute("create role maker login password 'x' createrole");
        DatabaseMigration migration = DatabaseMigration.of(url, "muster_owner", "owner");
        Map.of(
                        "heir", "a member of muster_owner",
                        "writer", "a member of pg_write_all_data",
                        "maker", "may create roles",
                        "postgres", "a superuser")
                .forEach((role, reason) -> assertThatThrownBy(() -> migration.run(Optional.of(role)))
                        .isInstanceOf(StartupRefused.class)
                        .hasMessageContaining(role)
                        .hasMessageContaining(reason));
    }

    @Test
    void whatAnotherGrantedBeforeIsTakenAway() {
        superuser.execute("grant all on all tables in schema public to public");
        superuser.execute("grant create on schema public to public");
        DatabaseMigration.of(url, "muster_owner", "owner").run(Optional.of("muster_server"));
        assertThatThrownBy(() -> server.execute("delete from approval")).isInstanceOf(Exception.class);
        assertThatThrownBy(() -> server.execute("create table loot (id int)")).isInstanceOf(Exception.class);
    }

    private static JdbcTemplate connect(String url, String user, String password) {
        return new JdbcTemplate(new DriverManagerDataSource(url, user, password));
    }

    private static DataSource dataSource(String user, String password) {
        return new DriverManagerDataSource(url, user, password);
    }
}
