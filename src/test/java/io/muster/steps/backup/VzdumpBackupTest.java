package io.muster.steps.backup;

import static io.muster.steps.SandboxBench.HOST;
import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.BackupPlan;
import io.muster.inventory.DataItem;
import io.muster.inventory.Inventory;
import io.muster.inventory.Vzdump;
import io.muster.recovery.Backup;
import io.muster.recovery.Backups;
import io.muster.remote.ProxmoxNodes;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.SandboxBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.FileSystemUtils;

/** The plan of a service whose LXC container is backed up as a whole: the node keeps the archive, the store the manifest. */
class VzdumpBackupTest {

    private static final String DATA = "/srv/persistent/notes";
    private static final String STORE = "monitoring-01";
    private static final String ROOT = "/srv/persistent/backups/test/notes";

    @TempDir
    static Path directory;

    private static SandboxBench on;

    @BeforeAll
    static void begin() throws IOException {
        on = new SandboxBench(directory);
    }

    @AfterAll
    static void end() {
        on.close();
    }

    @BeforeEach
    void nothingKept() throws IOException {
        new JdbcTemplate(on.bench.get(DataSource.class)).update("delete from backup");
        FileSystemUtils.deleteRecursively(on.inside(STORE, "/srv/persistent/backups"));
        on.file(HOST, DATA + "/one.txt", "one");
        plan(Plans.of(container()));
    }

    private static DataItem container() {
        return new DataItem(
                "container",
                DataItem.VZDUMP,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Vzdump("local", "suspend", "zstd", false)));
    }

    private static void plan(BackupPlan plan) {
        on.bench.services.compute("notes", (name, service) -> Plans.with(service, plan));
    }

    private static Map<String, String> notes(String... more) {
        Map<String, String> input = with("service", "notes");
        input.putAll(with(more));
        return input;
    }

    private static Map<String, String> of(PlanBackup.Output planned) {
        return notes("backup", planned.backup(), "takenAt", planned.takenAt());
    }

    private static PlanBackup.Output planned() {
        return on.bench.run(PlanBackup.class, notes());
    }

    private static String sealed() {
        PlanBackup.Output planned = planned();
        on.bench.run(TakeBackup.class, of(planned));
        on.bench.run(SealBackup.class, of(planned));
        return planned.backup();
    }

    /** Of a run of its own, so many seconds after the first. */
    private static String sealedLater(int seconds) {
        TestContext context = on.bench.context();
        context.pause(Duration.ofSeconds(seconds));
        PlanBackup.Output planned = on.bench.run(PlanBackup.class, context, notes());
        on.bench.run(TakeBackup.class, context, of(planned));
        on.bench.run(SealBackup.class, context, of(planned));
        return planned.backup();
    }

    private static JsonNode get(String path, Map<String, String> query) {
        Inventory.Node node =
                on.bench.nodes.get(on.bench.hosts.get(HOST).lxc().orElseThrow().node());
        return on.bench
                .get(ProxmoxNodes.class)
                .get(on.bench.environment(), node, "/nodes/" + node.node() + path, query);
    }

    /** Notes of the archives that the node keeps. */
    private static List<String> kept() {
        return get("/storage/local/content", Map.of("content", "backup")).findValuesAsText("notes");
    }

    private static String stored(String backup) throws IOException {
        return Files.readString(on.inside(STORE, ROOT + "/" + backup + "/MANIFEST.yml"));
    }

    private static Path archive(String backup) throws IOException {
        String volume = Manifest.read(stored(backup)).archives().get(0).kept().volume();
        try (var files = Files.walk(directory)) {
            return files.filter(file -> file.getFileName().toString().equals(volume.substring(volume.indexOf('/') + 1)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Optional<Backup> known(String backup) {
        return on.bench.get(Backups.class).find("test", "notes", backup);
    }

    private static void removeAll(String... backups) {
        for (String backup : backups) {
            on.bench
                    .get(GuestBackups.class)
                    .remove(
                            on.bench.context(),
                            ServicePlan.of(on.bench.get(io.muster.steps.Targets.class), on.bench.context(), "notes"),
                            backup,
                            List.of());
        }
        assertThat(kept()).isEmpty();
    }

    @Test
    void theNodeKeepsTheArchiveAndTheStoreWhatIsKnownOfIt() throws IOException {
        String backup = sealed();

        Manifest manifest = Manifest.read(stored(backup));
        assertThat(manifest.files()).isEmpty();
        assertThat(manifest.archives()).singleElement().satisfies(archive -> {
            assertThat(archive.kept().hostname()).isEqualTo(HOST);
            assertThat(archive.kept().bytes()).isEqualTo(Files.size(archive(backup)));
            assertThat(archive.kept().task()).startsWith("task OK, mode ");
            assertThat(archive.verified()).contains("its files were not read");
        });
        assertThat(kept()).containsExactly("[muster test/notes/" + backup + "/container]");
        assertThat(known(backup).orElseThrow().bytes()).isEqualTo(manifest.bytes());
        assertThat(known(backup).orElseThrow().verifiedAt()).isPresent();
        VerifyBackup.Output verified = on.bench.run(VerifyBackup.class, notes("backup", "latest"));
        assertThat(verified.backupManifest()).contains("vzdump of LXC container", HOST, "task OK");
        removeAll(backup);
    }

    @Test
    void takenAndSealedTwiceItIsOne() {
        PlanBackup.Output planned = planned();
        for (int i = 0; i < 2; i++) {
            on.bench.run(TakeBackup.class, of(planned));
        }
        for (int i = 0; i < 2; i++) {
            on.bench.run(SealBackup.class, of(planned));
        }
        assertThat(kept()).hasSize(1);
        removeAll(planned.backup());
    }

    @Test
    void anArchiveThatIsNotWhatItWasIsRefusedAndDoesNotCountAsVerified() throws IOException {
        String backup = sealed();
        Path file = archive(backup);
        byte[] whole = Files.readAllBytes(file);

        Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
        StepFailure cut = on.bench.failure(VerifyBackup.class, notes("backup", backup));
        assertThat(cut.reason()).isEqualTo(BackupFailure.CORRUPT);
        assertThat(cut).hasMessageContaining("bytes instead of " + whole.length);
        assertThat(known(backup).flatMap(Backup::verifiedAt)).isEmpty();

        Files.write(file, whole);
        on.bench.run(VerifyBackup.class, notes("backup", backup));
        assertThat(known(backup).flatMap(Backup::verifiedAt)).isPresent();

        Files.delete(file);
        StepFailure gone = on.bench.failure(VerifyBackup.class, notes("backup", backup));
        assertThat(gone.reason()).isEqualTo(BackupFailure.INCOMPLETE);
        assertThat(known(backup).flatMap(Backup::verifiedAt)).isEmpty();
    }

    @Test
    void aRestoreTestRestoresItIntoAContainerOfItsOwn() {
        String backup = sealed();
        int containers = get("/lxc", Map.of()).size();
        TestContext context = on.bench.context();

        TestRestore.Output output = on.bench.run(TestRestore.class, context, notes("backup", backup));

        assertThat(output.restored()).singleElement().asString().contains("was restored into container", "not started");
        assertThat(output.summary()).contains("of containers each archive was restored into one that was not started");
        assertThat(output.restoredBytes()).isPositive();
        assertThat(context.effects()).anyMatch(effect -> effect.startsWith("lxc restore test "));
        assertThat(get("/lxc", Map.of())).hasSize(containers);
        removeAll(backup);
    }

    @Test
    void aWholeContainerIsNotPutBackForOneServiceAndNothingElseIsHeldUpByIt() {
        String whole = sealed();
        StepFailure failure = on.bench.failure(PlanRestore.class, notes("backup", whole));
        assertThat(failure.reason()).isEqualTo(BackupFailure.NOT_SWAPPABLE);
        assertThat(failure).hasMessageContaining("lxcRestore").hasMessageContaining("Nothing was touched");

        plan(Plans.of(Plans.files("data", DATA), container()));
        String both = sealedLater(60);
        TestContext context = on.bench.context();
        PlanRestore.Output planned = on.bench.run(PlanRestore.class, context, notes("backup", both));
        assertThat(planned.replaced()).singleElement().asString().contains("data (files)");
        assertThat(context.lines()).anyMatch(line -> line.contains("'container' is left alone"));
        on.bench.run(StageRestore.class, notes("backup", both));
        on.bench.run(UndoRestore.class, notes("backup", both));
        removeAll(whole, both);
    }

    @Test
    void withABackupBeyondItsRetentionGoesItsArchiveAndNeverTheLastVerifiedOne() {
        plan(Plans.kept(Plans.of(container()), 1, null));
        String first = sealed();
        String second = sealedLater(60);
        assertThat(kept()).hasSize(2);

        PruneBackups.Output output = on.bench.run(PruneBackups.class, notes("backup", second));

        assertThat(output.removed()).containsExactly(first);
        assertThat(kept()).containsExactly("[muster test/notes/" + second + "/container]");
        on.bench.get(Backups.class).damaged("test", "notes", second, "for a test");
        String third = sealedLater(120);
        on.bench.get(Backups.class).damaged("test", "notes", third, "for a test");
        assertThat(on.bench.run(PruneBackups.class, notes()).removed()).isEmpty();
        assertThat(kept()).hasSize(2);
        removeAll(second, third);
    }

    @Test
    void whatARunLeftThatNeverSealedGoesToo() {
        PlanBackup.Output planned = planned();
        on.bench.run(TakeBackup.class, of(planned));
        assertThat(kept()).hasSize(1);

        assertThat(on.bench.run(PruneBackups.class, notes()).removed()).containsExactly(planned.backup() + ".incoming");
        assertThat(kept()).isEmpty();
        assertThat(on.inside(STORE, ROOT)).isEmptyDirectory();
    }

    /** The node leaves it out without a word. */
    @Test
    void aVolumeOnAMountThatVzdumpLeavesOutRefusesThePlan() {
        configure(Map.of("mp0", "local:1,mp=/srv/persistent"));
        try {
            StepFailure failure = on.bench.failure(PlanBackup.class, notes());
            assertThat(failure.reason()).isEqualTo(Reason.INVALID_INPUT);
            assertThat(failure).hasMessageContaining("would be without " + DATA).hasMessageContaining("backup=1");

            plan(Plans.of(Plans.files("data", DATA), container()));
            TestContext context = on.bench.context();
            on.bench.run(PlanBackup.class, context, notes());
            assertThat(context.lines()).contains("Note: vzdump leaves /srv/persistent out.");
        } finally {
            configure(Map.of("delete", "mp0"));
        }
        plan(Plans.of(container()));
        planned();
    }

    private static void configure(Map<String, String> change) {
        Inventory.Lxc lxc = on.bench.hosts.get(HOST).lxc().orElseThrow();
        Inventory.Node node = on.bench.nodes.get(lxc.node());
        on.bench
                .get(ProxmoxNodes.class)
                .send(
                        on.bench.environment(),
                        node,
                        "PUT",
                        "/nodes/" + node.node() + "/lxc/" + lxc.vmid() + "/config",
                        change);
    }

    @Test
    void whatIsBeyondThePlansLimitsIsNoBackup() {
        plan(Plans.limited(Plans.of(container()), Duration.ofMinutes(5), 1000));
        PlanBackup.Output planned = planned();
        StepFailure large = on.bench.failure(TakeBackup.class, of(planned));
        assertThat(large.reason()).isEqualTo(BackupFailure.TOO_LARGE);
        assertThat(kept()).isEmpty();

        plan(Plans.of(container()));
        TestContext late = on.bench.context();
        late.pause(Duration.ofMinutes(6));
        StepFailure slow = on.bench.failure(TakeBackup.class, late, of(planned));
        assertThat(slow.reason()).isEqualTo(Reason.TIMED_OUT);
        assertThat(slow).hasMessageContaining("within the plan's time limit of PT5M");
        assertThat(kept()).isEmpty();
    }
}
