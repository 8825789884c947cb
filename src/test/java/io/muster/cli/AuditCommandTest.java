package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.storage.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.mock.env.MockEnvironment;

class AuditCommandTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Terminal terminal = new Terminal(new PrintStream(out, true), new PrintStream(out, true));

    @TempDir
    Path directory;

    private TestDatabase database;
    private MockEnvironment settings;

    @BeforeEach
    void twoChains() {
        database = TestDatabase.create();
        settings = new MockEnvironment()
                .withProperty("spring.datasource.url", database.url())
                .withProperty("spring.datasource.username", database.user())
                .withProperty("spring.datasource.password", database.password())
                .withProperty("muster.audit-anchors-dir", directory.toString());
        JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
        for (String event : List.of("one", "one", "two")) {
            jdbc.query("select audit_append(?, now(), 'noted', 'x', '{}')", row -> {}, event);
        }
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void intactChainsAreCountedAndTheStatusIsZero() {
        assertThat(AuditCommand.verify(settings, List.of(), terminal)).isZero();
        assertThat(said()).contains("2 chains with 3 events read.").contains(": 0 problems.");
    }

    @Test
    void aChangedEventIsNamedWithItsRunAndTheStatusIsOne() throws Exception {
        forge("update audit_event set body = '{\"approved\":true}' where root_run_id = 'one' and seq = 2");
        assertThat(AuditCommand.verify(settings, List.of(), terminal)).isEqualTo(1);
        assertThat(said()).contains("run one: Event 2 (noted) was changed").contains(": 1 problem.");
        assertThat(AuditCommand.verify(settings, List.of("two"), terminal)).isZero();
    }

    @Test
    void aChainThatIsGoneWithItsEndShowsByItsAnchor() throws Exception {
        Files.writeString(directory.resolve("audit-heads.log"), "2030-01-01T00:00:00Z two 1 " + hash("two") + "\n");
        assertThat(AuditCommand.verify(settings, List.of(), terminal)).isZero();
        forge("delete from audit_event where root_run_id = 'two'", "delete from audit_head where root_run_id = 'two'");
        assertThat(AuditCommand.verify(settings, List.of(), terminal)).isEqualTo(1);
        assertThat(said())
                .contains("run two: event 1, anchored at 2030-01-01T00:00:00Z")
                .contains("is not in the database");
    }

    private String hash(String run) {
        return new JdbcTemplate(database.dataSource())
                .queryForObject("select hash from audit_head where root_run_id = ?", String.class, run);
    }

    private void forge(String... statements) throws Exception {
        try (Connection superuser = database.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("set session_replication_role = replica");
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
