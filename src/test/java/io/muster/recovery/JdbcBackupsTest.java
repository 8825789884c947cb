package io.muster.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.Patience;
import io.muster.storage.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class JdbcBackupsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final Backups backups =
            new JdbcBackups(TestDatabase.create().dataSource(), new Patience(Duration.ofSeconds(20)));

    private static Backup backup(String service, String id, Instant at) {
        return Backup.taken("prod", service, id, "store", "/srv/b/" + id, 42, at, Duration.ofSeconds(3), "run-1");
    }

    private static Restored restored(boolean proven, Restored.Kind kind, String run) {
        return new Restored(
                "prod", "notes", "a", kind, proven, NOW, Duration.ofSeconds(9), 42, run, "3 files compared");
    }

    @Test
    void aBackupCountsAsVerifiedOnceItWasReadBackAndUntilItIsFoundDamaged() {
        backups.taken(backup("notes", "a", NOW));
        backups.taken(backup("notes", "b", NOW.plusSeconds(60)));
        backups.taken(backup("wiki", "c", NOW));
        assertThat(backups.kept("prod", "notes")).extracting(Backup::id).containsExactly("b", "a");
        assertThat(backups.latestVerified("prod", "notes")).isEmpty();

        backups.verified("prod", "notes", "a", NOW, "run-2");
        assertThat(backups.latestVerified("prod", "notes").map(Backup::id)).contains("a");
        backups.verified("prod", "notes", "b", NOW, "run-2");
        assertThat(backups.latestVerified("prod", "notes").map(Backup::id)).contains("b");

        backups.damaged("prod", "notes", "b", "data.tar: checksum");
        assertThat(backups.latestVerified("prod", "notes").map(Backup::id)).contains("a");
        assertThat(backups.find("prod", "notes", "b").orElseThrow().damage()).contains("data.tar: checksum");
    }

    @Test
    void recordingTwiceChangesNothing() {
        backups.taken(backup("notes", "a", NOW));
        backups.verified("prod", "notes", "a", NOW, "run-2");
        backups.taken(backup("notes", "a", NOW.plusSeconds(5)));
        assertThat(backups.find("prod", "notes", "a").orElseThrow().takenAt()).isEqualTo(NOW);
        assertThat(backups.latestVerified("prod", "notes")).isPresent();
        assertThat(backups.find("prod", "notes", "a").orElseThrow().content()).isEmpty();
        backups.taken(backup("notes", "a", NOW).of("a".repeat(64)));
        backups.taken(backup("notes", "a", NOW).of("b".repeat(64)));
        assertThat(backups.find("prod", "notes", "a").orElseThrow().content()).contains("a".repeat(64));

        backups.removed("prod", "notes", "a", NOW);
        backups.removed("prod", "notes", "a", NOW.plusSeconds(5));
        assertThat(backups.kept("prod", "notes")).isEmpty();
        assertThat(backups.find("prod", "notes", "a").orElseThrow().removedAt()).contains(NOW);

        backups.restored(restored(true, Restored.Kind.TEST, "run-3"));
        backups.restored(restored(true, Restored.Kind.TEST, "run-3"));
        assertThat(backups.restores("prod", "notes", 10)).hasSize(1);
    }

    @Test
    void whatWasNeverTakenIsNotVerified() {
        assertThatThrownBy(() -> backups.verified("prod", "notes", "x", NOW, "run-2"))
                .hasMessageContaining("never recorded as taken");
    }

    @Test
    void theLastProvenRestoreIsNotTheLastFailedOne() {
        backups.restored(restored(true, Restored.Kind.TEST, "run-3"));
        backups.restored(restored(false, Restored.Kind.RESTORE, "run-4"));
        assertThat(backups.lastProven("prod", "notes")).contains(restored(true, Restored.Kind.TEST, "run-3"));
        assertThat(backups.restores("prod", "notes", 10))
                .extracting(Restored::runId)
                .containsExactly("run-4", "run-3");
        assertThat(backups.lastProven("prod", "wiki")).isEmpty();
    }
}
