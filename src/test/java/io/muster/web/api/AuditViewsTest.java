package io.muster.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.journal.AuditAnchors;
import io.muster.journal.AuditSearch;
import io.muster.journal.JournalDatabase;
import io.muster.journal.SecretMasking;
import io.muster.storage.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** What the audit trail's API says of chains that somebody changed who has the database's keys, or the anchors'. */
class AuditViewsTest {

    @TempDir
    Path directory;

    private TestDatabase database;
    private JdbcTemplate jdbc;
    private AuditViews views;

    @BeforeEach
    void twoChains() {
        database = TestDatabase.create();
        jdbc = new JdbcTemplate(database.dataSource());
        for (String chain : List.of("environment/a", "environment/a", "environment/b")) {
            jdbc.query("select audit_append(?, now(), 'environment-frozen', 'x', '{}')", row -> {}, chain);
        }
        views = new AuditViews(
                new JournalDatabase(database.dataSource()),
                AuditAnchors.in(directory),
                new SecretMasking(Set::of),
                new ObjectMapper());
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void aChangedEventMakesItsWholeChainNotIntactAndNoOther() throws Exception {
        assertThat(intact())
                .containsExactlyInAnyOrder("environment/a true", "environment/a true", "environment/b true");
        forge("update audit_event set actor = 'y' where root_run_id = 'environment/a' and seq = 1");
        assertThat(intact())
                .containsExactlyInAnyOrder("environment/a false", "environment/a false", "environment/b true");
        assertThat(views.chain("environment/a").orElseThrow().problems())
                .singleElement()
                .asString()
                .contains("Event 1 (environment-frozen) was changed");
    }

    @Test
    void anEndThatIsNotTheAnchoredOneMakesTheChainNotIntact() throws Exception {
        anchored("2030-01-01T00:00:00Z environment/a 2 " + hash("environment/a"));
        assertThat(intact()).doesNotContain("environment/a false");
        anchored("2030-01-01T00:00:00Z environment/b 1 " + "ab".repeat(32));
        assertThat(intact())
                .containsExactlyInAnyOrder("environment/a true", "environment/a true", "environment/b false");
        assertThat(views.chain("environment/b").orElseThrow().problems())
                .singleElement()
                .asString()
                .contains("Event 1 as it was anchored at 2030-01-01T00:00:00Z", "is not in the database");
    }

    /** Who removes all of a run, its chain and its rows, leaves nothing in the database that could be missed. */
    @Test
    void chainsThatOnlyTheAnchorsKnowAreListedFirstAndCounted() throws Exception {
        anchored(
                "2030-01-01T00:00:00Z gone-1 7 " + "ab".repeat(32),
                "2030-01-02T00:00:00Z gone-2 3 " + "cd".repeat(32),
                "2030-01-03T00:00:00Z environment/a 2 " + hash("environment/a"));
        assertThat(listed(10, 0))
                .containsExactly("gone-2 false", "gone-1 false", "environment/a true", "environment/b true");
        assertThat(views.chains()).isEqualTo(4);
        assertThat(listed(1, 0)).containsExactly("gone-2 false");
        assertThat(listed(2, 1)).containsExactly("gone-1 false", "environment/a true");
        assertThat(listed(2, 3)).containsExactly("environment/b true");
        assertThat(listed(2, 4)).isEmpty();
        AuditViews.Chain gone = views.chain("gone-1").orElseThrow();
        assertThat(gone.events()).isZero();
        assertThat(gone.anchor().seq()).isEqualTo(7);
        assertThat(gone.problems()).contains("The whole chain is missing");
    }

    @Test
    void chainsThatARestoreExplainsAreNotListed() throws Exception {
        anchored(
                "2030-01-01T00:00:00Z before 7 " + "ab".repeat(32),
                "2030-01-02T00:00:00Z restored",
                "2030-01-03T00:00:00Z after 3 " + "cd".repeat(32));
        assertThat(listed(10, 0)).containsExactly("after false", "environment/a true", "environment/b true");
        assertThat(views.chains()).isEqualTo(3);
    }

    private List<String> intact() {
        AuditSearch all = new AuditSearch(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return views.events(views.page(all, 50, 0).events(), true).stream()
                .map(event -> event.chain() + " " + event.intact())
                .toList();
    }

    private List<String> listed(int limit, int offset) {
        return views.chains(limit, offset).stream()
                .map(chain -> chain.id() + " " + chain.intact())
                .toList();
    }

    private void anchored(String... lines) throws IOException {
        Files.write(directory.resolve("audit-heads.log"), List.of(lines));
    }

    private String hash(String chain) {
        return jdbc.queryForObject("select hash from audit_head where root_run_id = ?", String.class, chain);
    }

    private void forge(String sql) throws SQLException {
        try (Connection superuser = database.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("set session_replication_role = replica");
            statement.execute(sql);
        }
    }
}
