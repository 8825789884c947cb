package io.muster.steps.backup;

import static io.muster.steps.SandboxBench.HOST;
import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.BackupPlan;
import io.muster.inventory.BackupStore;
import io.muster.inventory.Facilities;
import io.muster.recovery.Backup;
import io.muster.recovery.Backups;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.SandboxBench;
import io.muster.steps.TwiceEqualsOnce;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.FileSystemUtils;

/** A backup from one real host to another, and every way in which it is not what it must be. */
class BackupTest {

    static final String DATA = "/srv/persistent/notes";
    static final String STORE = "monitoring-01";
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
    void someData() throws IOException {
        // Of other tests in the same database, at the same time of their clocks.
        new JdbcTemplate(on.bench.get(DataSource.class)).update("delete from backup");
        plan(Plans.of(Plans.files("data", DATA)));
        FileSystemUtils.deleteRecursively(on.inside(STORE, "/srv/persistent/backups"));
        FileSystemUtils.deleteRecursively(on.inside(HOST, DATA));
        on.file(HOST, DATA + "/one.txt", "one");
        on.file(HOST, DATA + "/deep/two words.txt", "two");
        byte[] blob = new byte[700_000];
        new java.util.Random(1).nextBytes(blob);
        Files.write(on.inside(HOST, DATA + "/blob"), blob);
    }

    private static void plan(BackupPlan plan) {
        on.bench.services.compute("notes", (name, service) -> Plans.with(service, plan));
    }

    private static Map<String, String> notes(String... more) {
        Map<String, String> input = with("service", "notes");
        input.putAll(with(more));
        return input;
    }

    private static PlanBackup.Output planned() {
        return on.bench.run(PlanBackup.class, notes());
    }

    private static Map<String, String> of(PlanBackup.Output planned) {
        return notes("backup", planned.backup(), "takenAt", planned.takenAt());
    }

    private static String sealed() {
        PlanBackup.Output planned = planned();
        on.bench.run(TakeBackup.class, of(planned));
        on.bench.run(SealBackup.class, of(planned));
        return planned.backup();
    }

    private static Path stored(String backup, String file) {
        return on.inside(STORE, ROOT + "/" + backup + (file.isEmpty() ? "" : "/" + file));
    }

    private static Backups backups() {
        return on.bench.get(Backups.class);
    }

    private static void refused(String backup, String reason, String... words) {
        StepFailure failure = on.bench.failure(VerifyBackup.class, notes("backup", backup));
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
        assertThat(failure.getMessage()).contains(words).contains(backup);
        assertThat(backups().find("test", "notes", backup).flatMap(Backup::verifiedAt))
                .isEmpty();
    }

    @Test
    void aBackupIsPlannedTakenReadBackAndSealed() throws IOException {
        PlanBackup.Output planned = planned();
        assertThat(planned.estimate()).isBetween(700_006L, 900_000L);
        assertThat(planned.backupPath()).isEqualTo(STORE + ":" + ROOT + "/" + planned.backup());
        assertThat(on.inside(STORE, ROOT)).doesNotExist();

        TakeBackup.Output taken = on.bench.run(TakeBackup.class, of(planned));
        assertThat(stored(planned.backup() + ".incoming", "data.tar")).hasSize(taken.backupBytes());
        assertThat(stored(planned.backup(), "")).doesNotExist();
        assertThat(backups().kept("test", "notes")).extracting(Backup::id).doesNotContain(planned.backup());

        SealBackup.Output sealed = on.bench.run(SealBackup.class, of(planned));
        assertThat(sealed.backupBytes()).isEqualTo(taken.backupBytes());
        assertThat(stored(planned.backup(), "MANIFEST.yml"))
                .content()
                .contains("service: notes", "environment: test", "run: run-1", "name: data.tar", "sha256: ")
                .contains("tar -t: 3 files in 2 directories");
        try (var files = Files.list(stored(planned.backup(), ""))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("MANIFEST.yml", "data.tar");
        }
        Backup known = backups().find("test", "notes", planned.backup()).orElseThrow();
        assertThat(known.verifiedAt()).isPresent();
        assertThat(known.bytes()).isEqualTo(taken.backupBytes());

        VerifyBackup.Output verified = on.bench.run(VerifyBackup.class, notes("backup", "latest"));
        assertThat(verified.backup()).isEqualTo(planned.backup());
    }

    /** The store's disk is not mounted, and what is found is the empty directory below. */
    @Test
    void aStoreWithoutTheBackupsThatItHadIsSuspected() throws IOException {
        String backup = sealed();
        assertThat(planned().summary()).doesNotContain("mounted");
        FileSystemUtils.deleteRecursively(stored(backup, ""));
        assertThat(planned().summary())
                .contains("none of the 1 verified backups of notes is in the store, the newest is " + backup, STORE);
        assertThat(on.bench.failure(VerifyBackup.class, notes("backup", backup)))
                .hasMessageContaining("look whether /srv/persistent/backups is mounted there");
        assertThat(backups().find("test", "notes", backup).flatMap(Backup::verifiedAt))
                .isPresent();
    }

    @Test
    void aPlanThatIsSwitchedOffRefusesByName() {
        plan(Plans.disabled(Plans.of(Plans.files("data", DATA))));
        StepFailure failure = on.bench.failure(PlanBackup.class, notes());
        assertThat(failure.reason()).isEqualTo("BackupDisabled");
        assertThat(failure.getMessage()).contains("notes", "enabled: false");
    }

    @Test
    void aTypeThatNobodyKnowsIsRefusedWithThoseThatThereAre() {
        plan(Plans.of(
                Plans.item("db", "firebird", java.util.Optional.empty(), java.util.List.of()),
                Plans.files("data", "/")));
        StepFailure failure = on.bench.failure(PlanBackup.class, notes());
        assertThat(failure.getMessage())
                .contains("'db' has type 'firebird'", "config, ", "files", "'data' has the whole file system");
    }

    @Test
    void dataThatIsNotThereIsNoEmptyBackup() throws IOException {
        FileSystemUtils.deleteRecursively(on.inside(HOST, DATA));
        StepFailure failure = on.bench.failure(PlanBackup.class, notes());
        assertThat(failure.reason()).isEqualTo("NotFound");
        assertThat(failure.getMessage()).contains("there is no " + DATA, HOST);
    }

    @Test
    void aPathThatIsASymbolicLinkIsNoBackupOfWhatItLeadsTo() throws IOException {
        PlanBackup.Output planned = planned();
        Path data = on.inside(HOST, DATA);
        Files.move(data, data.resolveSibling("moved"));
        Files.createSymbolicLink(data, Path.of("/srv/persistent/moved"));
        try {
            for (StepFailure failure : java.util.List.of(
                    on.bench.failure(PlanBackup.class, notes()), on.bench.failure(TakeBackup.class, of(planned)))) {
                assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("SymbolicLink");
                assertThat(failure.getMessage())
                        .contains(DATA + " is a symbolic link to /srv/persistent/moved; name that in the plan", HOST);
            }
        } finally {
            Files.delete(data);
            FileSystemUtils.deleteRecursively(data.resolveSibling("moved"));
        }
    }

    @Test
    void aDirectoryWithoutFilesIsNoBackup() throws IOException {
        FileSystemUtils.deleteRecursively(on.inside(HOST, DATA));
        Files.createDirectories(on.inside(HOST, DATA + "/empty"));
        PlanBackup.Output planned = planned();
        on.bench.run(TakeBackup.class, of(planned));
        StepFailure failure = on.bench.failure(SealBackup.class, of(planned));
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("BackupEmpty");
        assertThat(stored(planned.backup(), "")).doesNotExist();
        assertThat(backups().latestVerified("test", "notes").map(Backup::id))
                .isNotEqualTo(java.util.Optional.of(planned.backup()));
    }

    @Test
    void theSizeLimitHoldsBeforeAndDuringTheStream() throws IOException {
        plan(Plans.limited(Plans.of(Plans.files("data", DATA)), Duration.ofMinutes(5), 500_000));
        assertThat(on.bench.failure(PlanBackup.class, notes()).reason()).isEqualTo("TooLarge");
        Map<String, String> input = notes("backup", "20260101T000000Z-abcd", "takenAt", "2026-01-01T00:00:00Z");
        StepFailure failure = on.bench.failure(TakeBackup.class, input);
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("TooLarge");
        assertThat(failure.getMessage()).contains("488.3 KiB");
        try (var left = Files.list(stored("20260101T000000Z-abcd.incoming", ""))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void theTimeLimitIsThatOfTheWholeBackup() {
        plan(Plans.limited(Plans.of(Plans.files("data", DATA)), Duration.ofMinutes(5), 1 << 30));
        StepFailure failure = on.bench.failure(
                TakeBackup.class, notes("backup", "20251231T230000Z-abcd", "takenAt", "2025-12-31T23:00:00Z"));
        assertThat(failure.reason()).isEqualTo("TimedOut");
        assertThat(failure.getMessage()).contains("PT5M", "no backup came of it");
    }

    @Test
    void aDiskThatFillsDuringTheStreamIsSaidWithFiguresAndLeavesNoBackup() throws IOException {
        Facilities configured = on.bench.facilities;
        byte[] large = new byte[3 << 20];
        new java.util.Random(2).nextBytes(large);
        Files.write(on.inside(HOST, DATA + "/large"), large);
        on.bench.facilities = new Facilities(
                java.util.Optional.of(new BackupStore(STORE, "/srv/small")),
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                false);
        try {
            assertThat(on.bench.failure(PlanBackup.class, notes()).reason()).isEqualTo("NoSpace");
            String id = "20260101T000000Z-f011";
            StepFailure failure =
                    on.bench.failure(TakeBackup.class, notes("backup", id, "takenAt", "2026-01-01T00:00:00Z"));
            assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("NoSpace");
            assertThat(failure.getMessage()).contains("became full", "are free there now", "no backup came of it");
            StepFailure refused = on.bench.failure(VerifyBackup.class, notes("backup", id));
            assertThat(refused.reason()).isEqualTo("BackupIncomplete");
            assertThat(on.bench
                            .failure(VerifyBackup.class, notes("backup", "latest"))
                            .reason())
                    .isEqualTo("NoBackup");
        } finally {
            on.bench.facilities = configured;
        }
    }

    @Test
    void whatBrokeOffIsBegunAnewAndWhatIsWholeIsNotTakenTwice() throws IOException {
        PlanBackup.Output planned = planned();
        Path incoming = stored(planned.backup() + ".incoming", "");
        Files.createDirectories(incoming);
        Files.writeString(incoming.resolve("data.tar.part"), "half of it");
        on.bench.run(TakeBackup.class, of(planned));
        byte[] first = Files.readAllBytes(incoming.resolve("data.tar"));
        assertThat(incoming.resolve("data.tar.part")).doesNotExist();

        on.file(HOST, DATA + "/three.txt", "written since");
        TestContext again = on.bench.context();
        on.bench.run(TakeBackup.class, again, of(planned));
        assertThat(Files.readAllBytes(incoming.resolve("data.tar"))).isEqualTo(first);
        assertThat(again.lines()).anyMatch(line -> line.contains("was taken already"));

        on.bench.run(SealBackup.class, of(planned));
        on.bench.run(SealBackup.class, of(planned));
        assertThat(stored(planned.backup(), "data.tar")).isRegularFile();
    }

    /** As of a service that runs: in its directory something comes and goes, and a file is written to. */
    @Test
    void whatComesAndGoesInADirectoryMeanwhileIsNoFaultAndAFileThatIsWrittenToIs() throws Exception {
        Path large = on.inside(HOST, DATA + "/large");
        RealServer.run("fallocate", "-l", "150MiB", large.toString());
        PlanBackup.Output planned = planned();
        TestContext context = on.bench.context();
        while (context.lines().stream().noneMatch(line -> line.contains("file changed as we read it"))) {
            meanwhile(
                    () -> Files.delete(Files.writeString(on.inside(HOST, DATA + "/.probe"), "x")),
                    () -> on.bench.run(TakeBackup.class, context, of(planned)));
            FileSystemUtils.deleteRecursively(stored(planned.backup() + ".incoming", ""));
        }
        StepFailure[] failure = new StepFailure[1];
        meanwhile(
                () -> Files.writeString(large, "x", java.nio.file.StandardOpenOption.APPEND),
                () -> failure[0] = on.bench.failure(TakeBackup.class, of(planned)));
        assertThat(failure[0].reason()).as(failure[0].getMessage()).isEqualTo("DataChanges");
        assertThat(failure[0].getMessage()).contains(DATA.substring(1) + "/large: file changed as we read it");
        Files.delete(large);
    }

    @Test
    void aDumpThatIsKilledHalfWayLeavesNothingThatCouldBeTakenForABackup() throws Exception {
        Path large = on.inside(HOST, DATA + "/large");
        RealServer.run("fallocate", "-l", "400MiB", large.toString());
        PlanBackup.Output planned = planned();
        Path part = stored(planned.backup() + ".incoming", "data.tar.part");
        var killed = java.util.concurrent.CompletableFuture.runAsync(() -> {
            org.awaitility.Awaitility.await()
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> Files.exists(part) && Files.size(part) > 1 << 20);
            on.bench.run(
                    io.muster.steps.ssh.SshCommand.class,
                    with(
                            "host",
                            HOST,
                            "command",
                            "for p in /proc/[0-9]*; do [ \"$(cat $p/comm)\" != tar ] || kill -9 ${p#/proc/}; done"));
        });
        StepFailure failure = on.bench.failure(TakeBackup.class, of(planned));
        killed.get();
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("ToolKilled");
        assertThat(failure.getMessage()).contains("Reading data item 'data' on " + HOST, "exit status 137");
        assertThat(part).doesNotExist();
        assertThat(on.bench
                        .failure(VerifyBackup.class, notes("backup", "latest"))
                        .reason())
                .isEqualTo("NoBackup");
        assertThat(on.bench.failure(SealBackup.class, of(planned)).reason()).isEqualTo("BackupIncomplete");
        Files.delete(large);
        on.bench.run(TakeBackup.class, of(planned));
        on.bench.run(SealBackup.class, of(planned));
        assertThat(on.bench.run(VerifyBackup.class, notes("backup", "latest")).backup())
                .isEqualTo(planned.backup());
    }

    private interface Act {
        void run() throws IOException;
    }

    private static void meanwhile(Act again, Runnable work) throws Exception {
        var done = new java.util.concurrent.atomic.AtomicBoolean();
        var other = java.util.concurrent.CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                try {
                    again.run();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        });
        try {
            work.run();
        } finally {
            done.set(true);
        }
        other.get();
    }

    @Test
    void aFileThatIsNotWhatWasReadIsNotSealed() throws IOException {
        PlanBackup.Output planned = planned();
        on.bench.run(TakeBackup.class, of(planned));
        flip(stored(planned.backup() + ".incoming", "data.tar"));
        StepFailure failure = on.bench.failure(SealBackup.class, of(planned));
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("BackupCorrupt");
        assertThat(stored(planned.backup(), "")).doesNotExist();
    }

    @Test
    void eachWayOfBeingDamagedIsRefusedByName() throws IOException {
        String backup = sealed();
        Path tar = stored(backup, "data.tar");
        Path manifest = stored(backup, "MANIFEST.yml");
        byte[] whole = Files.readAllBytes(tar);
        String said = Files.readString(manifest);
        FileTime at = Files.getLastModifiedTime(tar);

        change(tar, new byte[0], at);
        refused(backup, "BackupEmpty", "data.tar has 0 bytes instead of " + whole.length);
        change(tar, java.util.Arrays.copyOf(whole, 1000), at);
        refused(backup, "BackupTruncated", "data.tar has 1000 bytes");
        change(tar, whole, at);
        flip(tar);
        Files.setLastModifiedTime(tar, at);
        refused(backup, "BackupCorrupt", "SHA-256");
        change(tar, whole, FileTime.from(Instant.now().plusSeconds(60)));
        refused(backup, "BackupChanged", "changed after the manifest");
        change(tar, whole, FileTime.from(Instant.parse("2025-06-01T00:00:00Z")));
        refused(backup, "BackupChanged", "older than the manifest says");
        change(tar, whole, at);

        Manifest own = Manifest.read(said);
        Files.writeString(
                manifest,
                of(own, Map.of("service", "wiki", "environment", "prod")).write());
        refused(backup, "BackupForeign", "'wiki', not 'notes'", "'prod', not 'test'");
        Files.writeString(
                manifest, new Manifest(own.about(), own.takenAt().plusSeconds(9), own.sealedAt(), own.files()).write());
        refused(backup, "ManifestInvalid", "says that it was taken at");
        Files.writeString(manifest, said.replaceFirst("version: .*", "version: 9.9.9"));
        refused(backup, "ManifestInvalid", "changed after it was sealed");
        Files.writeString(manifest, said.substring(0, said.indexOf("seal: ")));
        refused(backup, "ManifestInvalid", "has no seal at its end");
        Files.writeString(manifest, said.substring(0, said.indexOf("sha256")));
        refused(backup, "ManifestInvalid", "cannot be read");
        Files.writeString(manifest, "");
        refused(backup, "ManifestInvalid", "cannot be read");
        Files.delete(manifest);
        refused(backup, "ManifestInvalid", "has no MANIFEST.yml");
        Files.writeString(manifest, said);
        Files.writeString(stored(backup, "more.tar"), "x");
        Files.setLastModifiedTime(stored(backup, "more.tar"), at);
        refused(backup, "BackupChanged", "more.tar is there, and the manifest does not name it");
        Files.delete(stored(backup, "more.tar"));
        Files.delete(tar);
        refused(backup, "BackupIncomplete", "data.tar is not there");
        change(tar, whole, at);
        assertThat(on.bench.run(VerifyBackup.class, notes("backup", backup)).backup())
                .isEqualTo(backup);
        assertThat(backups().find("test", "notes", backup).orElseThrow().damage())
                .isEmpty();

        Files.move(stored(backup, ""), stored(backup + ".incoming", ""));
        refused(backup, "BackupIncomplete", "only written in part");
        FileSystemUtils.deleteRecursively(stored(backup + ".incoming", ""));
        StepFailure none = on.bench.failure(VerifyBackup.class, notes("backup", "latest"));
        assertThat(none.reason()).isEqualTo("NoBackup");
    }

    @Test
    void aToolThatFailsDoesNotMakeAGoodBackupADamagedOne() throws IOException {
        String backup = sealed();
        Path tar = stored(backup, "data.tar");
        FileTime at = Files.getLastModifiedTime(tar);
        // As an older tool finds a whole file: its manifest has the SHA-256 of what is there.
        byte[] strange = "of a tool that is not born yet".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        change(tar, strange, at);
        Manifest was = Manifest.read(Files.readString(stored(backup, "MANIFEST.yml")));
        Manifest.Entry entry = was.files().get(0);
        String sha256 = RealServer.run("sha256sum", tar.toString()).split(" ")[0];
        Manifest.Entry fits = new Manifest.Entry(
                entry.name(), entry.item(), entry.type(), entry.host(), entry.of(), strange.length, sha256, "");
        Files.writeString(
                stored(backup, "MANIFEST.yml"),
                new Manifest(was.about(), was.takenAt(), was.sealedAt(), java.util.List.of(fits)).write());

        new JdbcTemplate(on.bench.get(DataSource.class))
                .update("update backup set bytes = ?, content = null", strange.length);
        StepFailure failure = on.bench.failure(VerifyBackup.class, notes("backup", backup));
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("BackupUnreadable");
        assertThat(failure.getMessage()).contains(backup, "It counts as before");
        assertThat(backups().find("test", "notes", backup).flatMap(Backup::verifiedAt))
                .isPresent();
    }

    @Test
    @TwiceEqualsOnce("backupPrune")
    void whatIsBeyondItsRetentionIsRemovedAndNeverTheLastVerifiedOne() throws IOException {
        String own = sealed();
        for (String day : java.util.List.of("20251001", "20251101", "20251201")) {
            copy(own, day + "T000000Z-abcd", true);
        }
        copy(own, "20251215T000000Z-abcd", false);
        Files.createDirectories(stored("20251216T000000Z-dead.incoming", ""));
        Files.writeString(stored("20251101T000000Z-abcd.test-data.tsv", ""), "goes with it");
        Files.writeString(stored("20251201T000000Z-abcd.test-data.tsv", ""), "stays with it");

        plan(Plans.kept(Plans.of(Plans.files("data", DATA)), 2, Duration.ofDays(45)));
        PruneBackups.Output pruned = on.bench.run(PruneBackups.class, notes("backup", own));
        assertThat(pruned.removed())
                .containsExactlyInAnyOrder(
                        "20251216T000000Z-dead.incoming", "20251101T000000Z-abcd", "20251001T000000Z-abcd");
        assertThat(stored("20251101T000000Z-abcd.test-data.tsv", "")).doesNotExist();
        assertThat(stored("20251201T000000Z-abcd.test-data.tsv", "")).exists();
        assertThat(stored("20251201T000000Z-abcd", "")).isDirectory();
        assertThat(on.bench.run(PruneBackups.class, notes("backup", own)).removed())
                .isEmpty();
        assertThat(backups()
                        .find("test", "notes", "20251001T000000Z-abcd")
                        .orElseThrow()
                        .removedAt())
                .isPresent();

        // The own one turns out to be damaged: the one of December is the last verified one now.
        plan(Plans.kept(Plans.of(Plans.files("data", DATA)), 1, Duration.ofDays(1)));
        backups().damaged("test", "notes", own, "a test");
        assertThat(on.bench.run(PruneBackups.class, notes()).removed()).isEmpty();
        assertThat(stored("20251201T000000Z-abcd", "")).isDirectory();
    }

    /** The store is away when the first of two is removed: it does not count as kept, and is removed by the next run. */
    @Test
    void aRemovalThatBreaksOffIsBroughtToItsEndByTheNext() throws IOException {
        String own = sealed();
        String old = "20251001T000000Z-abcd";
        copy(own, old, true);
        plan(Plans.kept(Plans.of(Plans.files("data", DATA)), 1, Duration.ofDays(1)));
        TestContext context = on.bench.context();
        StepContext dying = (StepContext) java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {StepContext.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("effect")) {
                        throw new StepFailure.Transient("HostUnreachable", "The store is away. Look at it.");
                    }
                    return method.invoke(context, arguments);
                });
        assertThat(on.bench
                        .failure(PruneBackups.class, dying, notes("backup", own))
                        .reason())
                .isEqualTo("HostUnreachable");
        assertThat(stored(old, "")).isDirectory();
        assertThat(backups().kept("test", "notes")).extracting(Backup::id).containsExactly(own);
        on.bench.run(PruneBackups.class, notes("backup", own));
        assertThat(stored(old, "")).doesNotExist();
        assertThat(stored(own, "")).isDirectory();
    }

    private static Manifest of(Manifest own, Map<String, String> other) {
        Map<String, String> about = new java.util.LinkedHashMap<>(own.about());
        about.putAll(other);
        return new Manifest(about, own.takenAt(), own.sealedAt(), own.files());
    }

    private static void copy(String own, String id, boolean verified) throws IOException {
        FileSystemUtils.copyRecursively(stored(own, ""), stored(id, ""));
        Instant at = Store.takenAt(id);
        backups().taken(Backup.taken("test", "notes", id, STORE, ROOT + "/" + id, 1, at, Duration.ZERO, "run-0"));
        if (verified) {
            backups().verified("test", "notes", id, at, "run-0");
        }
    }

    private static void change(Path file, byte[] content, FileTime at) throws IOException {
        Files.write(file, content);
        Files.setLastModifiedTime(file, at);
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }
}
