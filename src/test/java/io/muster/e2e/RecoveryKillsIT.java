package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.e2e.KilledRun.Trouble;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Servers that are killed anywhere in wipes, restores, restore tests and qualifications, up to three times a run, while somebody
 * else changes what the run is about. At the end every run ended as it would have, or asked; nothing was removed that was not
 * approved, and every record is there. {@code -Drecovery.kills} says how many kills there are at least, {@code -Drecovery.seed}
 * where and beside what; {@code -Drecovery.qualifications=false} leaves the qualifications out.
 */
@Tag("long")
class RecoveryKillsIT {

    private static final Logger LOG = LoggerFactory.getLogger(RecoveryKillsIT.class);
    private static final int KILLS = Integer.getInteger("recovery.kills", 12);
    private static final long SEED = Long.getLong("recovery.seed", System.currentTimeMillis() / 86_400_000L);
    private static final boolean QUALIFICATIONS =
            Boolean.parseBoolean(System.getProperty("recovery.qualifications", "true"));
    private static final String SHOP = RecoverySite.SHOP;
    private static final String NOTES = "notes";

    @TempDir
    static Path directory;

    private static RecoverySite site;
    private static KilledServers muster;
    private final Random random = new Random(SEED);
    private int seed;

    @BeforeAll
    static void begin() throws Exception {
        site = new RecoverySite(directory);
        muster = new KilledServers(site, directory.resolve("strike"));
    }

    @AfterAll
    static void end() throws Exception {
        muster.close();
        site.close();
    }

    @Test
    void whateverIsKilledEndsOrAsksAndNothingGoesThatWasNotApproved() throws Exception {
        for (int cycle = 1; muster.kills() < KILLS; cycle++) {
            deployed(SHOP);
            site.write(SHOP, ++seed);
            Map<String, String> first = site.read(SHOP);
            String backup = backedUp(SHOP);
            restored(backup, first);
            wiped(backup, first);
            if (QUALIFICATIONS && cycle % 3 == 1) {
                qualified();
            }
            tested();
            LOG.info("Cycle {} of seed {} is done, {} kills so far.", cycle, SEED, muster.kills());
        }
    }

    private void deployed(String service) {
        if (!site.containers().contains(service)) {
            muster.runs().deployed(service, "1.1.0");
        }
    }

    private String backedUp(String service) {
        String run = muster.started("service-backup", service, Map.of());
        JsonNode ended = muster.runs().awaitState(run, "COMPLETED");
        assertThat(ended.path("outcome").asText()).as(ended.toPrettyString()).isEqualTo("service-backed-up");
        return site.backupOf(run);
    }

    /** Over data that was changed since. */
    private void restored(String backup, Map<String, String> backedUp) throws Exception {
        site.write(SHOP, ++seed);
        Map<String, String> changed = site.read(SHOP);
        restore(backup, backedUp, changed);
    }

    /** @param changed what is there when it is refused; empty: nothing */
    private void restore(String backup, Map<String, String> backedUp, Map<String, String> changed) throws Exception {
        Trouble trouble = pick(Trouble.NONE, Trouble.NONE, Trouble.BACKUP_GONE, Trouble.BACKUP_CHANGED);
        site.servers.stop();
        KilledRun run = killed("service-restore", SHOP, Map.of("backup", backup), backup, trouble, 60);
        site.servers.start();
        if (trouble != Trouble.NONE && run.outcome().equals("restore-refused")) {
            if (changed.isEmpty()) {
                assertThat(site.volume(SHOP)).as(run.said()).doesNotExist();
            } else {
                assertThat(site.read(SHOP)).as(run.said()).isEqualTo(changed);
            }
        } else {
            assertThat(run.outcome()).as(run.said()).isEqualTo("service-restored");
            assertThat(site.read(SHOP)).as(run.said()).isEqualTo(backedUp);
        }
        assertThat(site.beside()).as(run.said()).isEmpty();
    }

    private void wiped(String backup, Map<String, String> first) throws Exception {
        Map<String, String> before = site.read(SHOP);
        Trouble trouble = pick(
                Trouble.NONE,
                Trouble.OTHER_CONTAINER,
                Trouble.SAME_CONTAINER,
                Trouble.BACKUP_GONE,
                Trouble.BACKUP_CHANGED,
                Trouble.OTHER_VOLUME);
        Map<String, String> input = Map.of("backup", backup, "scope", "data");
        KilledRun run = killed("service-wipe", SHOP, input, backup, trouble, 45);
        if (run.outcome().equals("wipe-refused")) {
            assertThat(trouble).as(run.said()).isNotEqualTo(Trouble.NONE);
            if (run.removed().isEmpty() && trouble != Trouble.OTHER_VOLUME) {
                assertThat(site.read(SHOP)).as(run.said()).isEqualTo(before);
            }
            // The rest of it, in peace.
            deployed(SHOP);
            run = killed("service-wipe", SHOP, input, backup, Trouble.NONE, 0);
        }
        assertThat(run.outcome()).as(run.said()).isEqualTo("service-wiped");
        if (trouble == Trouble.NONE) {
            // A wipe that failed and is retried records a data item once more that was gone already.
            assertThat(run.removed()).as("nothing is removed twice").doesNotHaveDuplicates();
        }
        assertThat(site.volume(SHOP)).doesNotExist();
        assertThat(site.servers.empty()).as(run.said()).isTrue();
        assertThat(site.beside()).as(run.said()).isEmpty();
        assertThat(site.containers()).doesNotContain(SHOP);
        assertThat(muster.document(run.last(), "wipe.md"))
                .contains("Ready for restoration | YES", "complete: container and data");

        while (!site.volume(SHOP).toFile().exists()) {
            restore(backup, first, Map.of());
        }
    }

    private void tested() throws Exception {
        deployed(NOTES);
        site.write(NOTES, ++seed);
        String backup = backedUp(NOTES);
        String before = site.identity(NOTES);
        Trouble trouble = pick(Trouble.NONE, Trouble.BACKUP_CHANGED, Trouble.BACKUP_GONE);
        KilledRun run = killed("restore-test", NOTES, Map.of("backup", backup), backup, trouble, 45);
        boolean proven = run.outcome().equals("restore-proven");
        assertThat(proven || (trouble != Trouble.NONE && run.outcome().equals("restore-failed")))
                .as(run.said())
                .isTrue();
        assertThat(muster.drill(run.id()).path("state").asText()).isEqualTo(proven ? "PASSED" : "FAILED");
        assertThat(site.containers()).as(run.said()).noneMatch(name -> name.endsWith("--restore-test"));
        assertThat(site.beside()).as(run.said()).isEmpty();
        assertThat(site.identity(NOTES)).isEqualTo(before);
    }

    private void qualified() throws Exception {
        KilledRun run = killed("service-qualification", NOTES, Map.of("version", "1.1.0"), "", Trouble.NONE, 250);
        assertThat(run.outcome()).as(run.said()).isEqualTo("service-production-ready");
        JsonNode drill = muster.drill(run.id());
        assertThat(drill.path("state").asText()).isEqualTo("PASSED");
        assertThat(drill.path("criteria"))
                .isNotEmpty()
                .noneMatch(criterion -> criterion.path("result").asText().equals("FAILED"));
        assertThat(run.removed()).as("nothing is removed twice").doesNotHaveDuplicates();
        assertThat(site.beside()).as(run.said()).isEmpty();
        assertThat(muster.document(run.last(), "completion.md"))
                .contains("Service status: **PRODUCTION READY**", "165 records");
    }

    private Trouble pick(Trouble... troubles) {
        return troubles[random.nextInt(troubles.length)];
    }

    /** @param most journal calls after which a server dies at the latest, counted anew in each life; 0: none dies */
    private KilledRun killed(
            String runbook, String service, Map<String, ?> input, String backup, Trouble trouble, int most)
            throws Exception {
        KilledRun run = new KilledRun(site, muster, service, backup, trouble, random, most);
        run.toItsEnd(runbook, input);
        LOG.info("{}", run.said());
        return run;
    }
}
