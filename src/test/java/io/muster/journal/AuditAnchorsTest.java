package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.AuditAnchors.Anchor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditAnchorsTest {

    private static final Instant NOW = Instant.parse("2020-01-02T03:04:05Z");

    @TempDir
    Path directory;

    private JournalFixture journal;
    private AuditAnchors anchors;
    private Anchoring anchoring;

    @BeforeEach
    void start() {
        journal = new JournalFixture();
        anchors = AuditAnchors.in(directory.resolve("anchors"));
        anchoring = anchoring();
    }

    @AfterEach
    void stop() {
        journal.close();
    }

    private Anchoring anchoring() {
        return new Anchoring(
                new JournalDatabase(journal.journalPool), AuditAnchors.in(directory.resolve("anchors")), fixed());
    }

    private static Clock fixed() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }

    @Test
    void theEndOfEachChainIsWrittenOnceAndAgainWhenItHasGrown() throws Exception {
        String run = journal.startRun();
        anchoring.write();
        anchoring.write();
        assertThat(Files.readAllLines(anchors.file())).singleElement().satisfies(line -> assertThat(line)
                .startsWith("2020-01-02T03:04:05Z " + run + " 1 "));
        append(run);
        anchoring.write();
        anchoring().write();
        assertThat(Files.readAllLines(anchors.file())).hasSize(2);
        assertThat(anchors.newest().get(run).head().seq()).isEqualTo(2);
        assertThat(anchoring.missing()).isEmpty();
    }

    @Test
    void aChainThatWasCutTogetherWithItsRecordedEndShows() throws Exception {
        String run = journal.startRun();
        append(run);
        anchoring.write();
        forge(
                "delete from audit_event where seq = 2",
                "update audit_head set seq = 1, hash = (select hash from audit_event where seq = 1)");
        assertThat(journal.chain.verify(run).problems()).isEmpty();
        assertThat(anchoring.missing())
                .singleElement()
                .satisfies(anchor -> assertThat(anchor.head().seq()).isEqualTo(2))
                .extracting(Anchor::beforeRestore)
                .isEqualTo(false);
    }

    @Test
    void aRestoreThatAPersonHasNotedIsToldApartFromWhatIsMissingSince() throws Exception {
        String lost = journal.startRun();
        anchoring.write();
        forge("delete from audit_event", "delete from audit_head", "delete from run");
        anchoring.acknowledgeRestore();
        assertThat(anchoring.missing()).singleElement().satisfies(anchor -> assertThat(anchor.beforeRestore())
                .isTrue());

        String later = journal.startRun();
        anchoring.write();
        forge("delete from audit_event", "delete from audit_head", "delete from run");
        assertThat(anchoring.missing())
                .extracting(anchor -> Map.entry(anchor.head().rootRunId(), anchor.beforeRestore()))
                .containsExactlyInAnyOrder(Map.entry(lost, true), Map.entry(later, false));
    }

    @Test
    void aLineThatACrashCutShortIsLeftOutAndAnythingElseIsNamed() throws Exception {
        String run = journal.startRun();
        anchoring.write();
        Files.writeString(anchors.file(), "2020-01-02T03:04", StandardOpenOption.APPEND);
        assertThat(anchors.newest()).containsOnlyKeys(run);
        append(run);
        anchoring.write();
        assertThat(anchors.newest().get(run).head().seq()).isEqualTo(2);

        Files.writeString(anchors.file(), "something else\n", StandardOpenOption.APPEND);
        assertThatThrownBy(anchors::newest)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Line 4 of " + anchors.file())
                .hasMessageContaining("something else");
    }

    private void append(String run) {
        journal.engine.executeWithoutResult(
                tx -> journal.runs.noted(run, "noted", "operator", Map.of("why", "a test")));
    }

    private void forge(String... statements) throws Exception {
        try (Connection superuser = journal.database.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("set session_replication_role = replica");
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void whatIsAnchoredIsOnTheDatabasesDisk() {
        String run = journal.startRun();
        // As the entry of a step that can be repeated: its commit does not wait for the disk.
        journal.engine.executeWithoutResult(tx -> {
            journal.primary.execute("set local synchronous_commit = off");
            journal.primary.query(
                    "select audit_append(?, now(), 'grown', 'test', jsonb_build_object('text', repeat('x', 9000)))",
                    row -> {},
                    run);
        });
        String written = journal.primary.queryForObject("select pg_current_wal_insert_lsn()::text", String.class);
        anchoring.write();
        assertThat(journal.primary.queryForObject(
                        "select pg_current_wal_flush_lsn() >= ?::pg_lsn", Boolean.class, written))
                .isTrue();
        assertThat(anchors.newest().get(run).head().seq()).isEqualTo(2);
    }

    @Test
    void anEventThatCommitsLateIsAnchoredByTheWiderLook() {
        TurnedClock clock = new TurnedClock();
        Anchoring watched = new Anchoring(new JournalDatabase(journal.journalPool), anchors, clock);
        String run = journal.startRun();
        watched.write();
        journal.primary.query(
                "select audit_append(?, now() - interval '2 hours', 'late', 'test', '{}')", row -> {}, run);
        clock.now = clock.now.plusSeconds(1_200);
        watched.write();
        assertThat(anchors.newest().get(run).head().seq()).isOne();
        clock.now = clock.now.plusSeconds(3_600);
        watched.write();
        assertThat(anchors.newest().get(run).head().seq()).isEqualTo(2);
        long size = anchors.file().toFile().length();
        clock.now = clock.now.plusSeconds(3_700);
        watched.write();
        assertThat(anchors.file().toFile().length())
                .as("nothing is written twice")
                .isEqualTo(size);
    }

    private static final class TurnedClock extends Clock {
        private Instant now = Instant.now();

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }
}
