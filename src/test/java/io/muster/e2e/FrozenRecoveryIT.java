package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two servers on one database. One freezes between the record of what it is about to remove or swap and doing it, past its lock; the
 * other brings the run to its end, and the service has new data, when the first one goes on: it touches nothing and records nothing.
 */
@Tag("long")
class FrozenRecoveryIT {

    private static final Duration PATIENCE = Duration.ofMinutes(6);
    private static final String SHOP = RecoverySite.SHOP;

    @TempDir
    static Path directory;

    private static RecoverySite site;
    private static int seed;
    private MusterProcess frozen;
    private MusterProcess other;

    @BeforeAll
    static void begin() throws Exception {
        site = new RecoverySite(directory);
    }

    @AfterAll
    static void end() {
        site.close();
    }

    @AfterEach
    void stop() throws InterruptedException {
        frozen.kill();
        if (other != null) {
            other.kill();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "service-wipe, wipe container",
        "service-wipe, wipe data item",
        "service-wipe, wipe data",
        "service-restore, swap data",
        "service-restore, remove replaced data"
    })
    void whatIsDoneTooLateIsRefused(String runbook, String effect) throws Exception {
        boolean wipe = runbook.equals("service-wipe");
        frozen = site.server("freeze:effect=" + effect + ":after:1", "frozen");
        if (!site.containers().contains(SHOP)) {
            runs(frozen).deployed(SHOP, "1.1.0");
        }
        site.write(SHOP, ++seed);
        String backup = backedUp();
        Map<String, String> backedUp = site.read(SHOP);
        site.servers.stop();
        String run =
                started(frozen, runbook, wipe ? Map.of("backup", backup, "scope", "data") : Map.of("backup", backup));
        runs(frozen).decide(run, wipe ? "approve-wipe" : "approve-restore", true, "Go.");
        await().atMost(PATIENCE).until(() -> Files.readString(Path.of("/proc", Long.toString(frozen.pid()), "stat"))
                .contains(") T "));

        other = site.server("none", "other");
        ended(run, wipe ? "service-wiped" : "service-restored");
        if (wipe) {
            ended(started(other, "service-restore", Map.of("backup", backup)), "service-restored");
            runs(other).deployed(SHOP, "1.1.0");
        }
        site.servers.start();
        assertThat(site.read(SHOP)).isEqualTo(backedUp);
        site.write(SHOP, ++seed);
        Map<String, String> since = site.read(SHOP);
        String container = site.identity(SHOP);
        String evidence = site.evidence();

        int said = frozen.log().length();
        new ProcessBuilder("kill", "-CONT", Long.toString(frozen.pid())).start().waitFor();
        // Either it is told so by the journal, or its database has closed its connection meanwhile.
        await().atMost(PATIENCE).until(() -> frozen.log().substring(said).contains("while executing job"));
        assertThat(site.read(SHOP)).isEqualTo(since);
        assertThat(site.identity(SHOP)).isEqualTo(container);
        assertThat(site.beside()).isEmpty();
        assertThat(site.evidence()).isEqualTo(evidence);
        assertThat(site.problems(run)).isEmpty();
    }

    private static Runs runs(MusterProcess muster) {
        return new Runs(muster.api());
    }

    private static String started(MusterProcess muster, String runbook, Map<String, ?> input) {
        return new Lifecycle(muster.api()).started(runbook, SHOP, input);
    }

    private String backedUp() {
        String run = started(frozen, "service-backup", Map.of());
        assertThat(runs(frozen).awaitState(run, "COMPLETED").path("outcome").asText())
                .isEqualTo("service-backed-up");
        return site.backupOf(run);
    }

    private void ended(String run, String outcome) {
        JsonNode ended = runs(other).awaitState(run, "COMPLETED");
        assertThat(ended.path("outcome").asText()).as(ended.toPrettyString()).isEqualTo(outcome);
    }
}
