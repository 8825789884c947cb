package io.muster.steps.backup;

import static io.muster.steps.SandboxBench.HOST;
import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.recovery.Backup;
import io.muster.recovery.Backups;
import io.muster.step.StepFailure;
import io.muster.steps.PlannedData;
import io.muster.steps.SandboxBench;
import io.muster.steps.wipe.WipePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.FileSystemUtils;

/** Backups that somebody tampered with who knows how a manifest is sealed: refused by who verifies, restores and wipes. */
class CorruptedBackupTest {

    private static final String STORE = "monitoring-01";
    private static final String ROOT = "/srv/persistent/backups/test/notes";
    private static final String FUTURE = "20260103T000000Z-abcd";

    @TempDir
    static Path directory;

    private static SandboxBench on;

    private String backup;
    private Path kept;
    private Manifest own;
    private FileTime at;

    @BeforeAll
    static void begin() throws IOException {
        on = new SandboxBench(directory);
        on.bench.services.compute(
                "notes",
                (name, service) -> Plans.with(
                        service,
                        Plans.of(
                                Plans.files("data", "/srv/persistent/notes"),
                                Plans.files("more", "/srv/persistent/more"))));
        on.file(HOST, "/srv/persistent/notes/one.txt", "one");
        on.file(HOST, "/srv/persistent/more/two.txt", "two");
    }

    @AfterAll
    static void end() {
        on.close();
    }

    @BeforeEach
    void aGoodBackup() throws IOException {
        new JdbcTemplate(on.bench.get(DataSource.class)).update("delete from backup");
        FileSystemUtils.deleteRecursively(on.inside(STORE, ROOT));
        PlanBackup.Output planned = on.bench.run(PlanBackup.class, with("service", "notes"));
        backup = planned.backup();
        Map<String, String> input = with("service", "notes", "backup", backup, "takenAt", planned.takenAt());
        on.bench.run(TakeBackup.class, input);
        on.bench.run(SealBackup.class, input);
        kept = on.inside(STORE, ROOT + "/" + backup);
        own = Manifest.read(Files.readString(kept.resolve(Manifest.NAME)));
        at = Files.getLastModifiedTime(kept.resolve("data.tar"));
        assertThat(latest()).contains(backup);
    }

    private static java.util.Optional<String> latest() {
        return on.bench.get(Backups.class).latestVerified("test", "notes").map(Backup::id);
    }

    private void seal(Manifest manifest) throws IOException {
        Files.writeString(kept.resolve(Manifest.NAME), manifest.write());
    }

    private void seal(UnaryOperator<Manifest.Entry> change) throws IOException {
        List<Manifest.Entry> files = new ArrayList<>(own.files());
        files.set(0, change.apply(files.get(0)));
        seal(new Manifest(own.about(), own.takenAt(), own.sealedAt(), files));
    }

    private static Manifest.Entry entry(Manifest.Entry was, String name, long bytes, String sha256) {
        return new Manifest.Entry(name, was.item(), was.type(), was.host(), was.of(), bytes, sha256, was.verified());
    }

    private void change(String file, byte[] content) throws IOException {
        Files.write(kept.resolve(file), content);
        Files.setLastModifiedTime(kept.resolve(file), at);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void refused(String reason, String... words) {
        refusedBy(on.bench.failure(VerifyBackup.class, with("service", "notes", "backup", backup)), reason, words);
        for (StepFailure failure : List.of(
                on.bench.failure(PlanRestore.class, with("service", "notes", "backup", backup)),
                on.bench.failure(StageRestore.class, with("service", "notes", "backup", backup)),
                lookedAtAfterTheApproval())) {
            refusedBy(failure, reason, words);
        }
        notWiped();
    }

    private StepFailure lookedAtAfterTheApproval() {
        return catchThrowableOfType(
                StepFailure.class, () -> on.bench.get(PlannedData.class).files(on.bench.context(), "notes", backup));
    }

    private void refusedBy(StepFailure failure, String reason, String... words) {
        assertThat(failure).isNotNull();
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
        assertThat(failure.getMessage()).contains(words).contains(backup);
    }

    private void notWiped() {
        assertThat(latest()).isEmpty();
        StepFailure failure =
                on.bench.failure(WipePlan.class, with("service", "notes", "backup", backup, "scope", "container"));
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("BackupMissing");
        assertThat(failure.getMessage()).contains("notes is not wiped", backup, "is damaged");
    }

    @Test
    void twoFilesOfTheSameSizeChangedPlaces() throws IOException {
        byte[] data = Files.readAllBytes(kept.resolve("data.tar"));
        byte[] more = Files.readAllBytes(kept.resolve("more.tar"));
        assertThat(data).hasSameSizeAs(more).isNotEqualTo(more);
        change("data.tar", more);
        change("more.tar", data);
        assertThat(on.bench.failure(StageRestore.class, with("service", "notes", "backup", backup)))
                .hasMessageContaining("the backup does not hold /srv/persistent/notes");
        refusedBy(
                on.bench.failure(VerifyBackup.class, with("service", "notes", "backup", backup)),
                "BackupCorrupt",
                "data.tar has",
                "more.tar has");
        notWiped();
    }

    @Test
    void theManifestOfAnotherServiceAndAnotherTime() throws IOException {
        Map<String, String> about = new LinkedHashMap<>(own.about());
        about.put("service", "wiki");
        seal(new Manifest(about, own.takenAt().minusSeconds(3600), own.sealedAt(), own.files()));
        refused("BackupForeign", "'wiki', not 'notes'", "says that it was taken at");
    }

    @Test
    void aManifestThatLeadsOutOfTheBackup() throws IOException {
        for (String path :
                List.of("../elsewhere/data.tar", "/srv/persistent/data.tar", "..", ".hidden", "MANIFEST.yml")) {
            seal(was -> entry(was, path, was.bytes(), was.sha256()));
            refused("ManifestInvalid", "it names '" + path + "', which is no file beside it");
        }
    }

    @Test
    void aFileThatIsALinkOutOfTheStore() throws IOException {
        Path outside = on.inside(STORE, "/srv/persistent/outside.tar");
        Files.move(kept.resolve("data.tar"), outside);
        Files.createSymbolicLink(kept.resolve("data.tar"), Path.of("/srv/persistent/outside.tar"));
        refused("SymbolicLink", "data.tar is a symbolic link to /srv/persistent/outside.tar");
        Files.delete(outside);
    }

    @Test
    void aBackupThatIsALinkOutOfTheStore() throws IOException {
        Path outside = on.inside(STORE, "/srv/persistent/outside");
        FileSystemUtils.deleteRecursively(outside);
        Files.move(kept, outside);
        Files.createSymbolicLink(kept, Path.of("/srv/persistent/outside"));
        refused("SymbolicLink", "it is a symbolic link to /srv/persistent/outside");
        Files.delete(kept);
        FileSystemUtils.deleteRecursively(outside);
    }

    @Test
    void aTruncatedFileWhoseManifestWasChangedToo() throws IOException {
        byte[] half = java.util.Arrays.copyOf(Files.readAllBytes(kept.resolve("data.tar")), 1030);
        change("data.tar", half);
        seal(was -> entry(was, was.name(), half.length, was.sha256()));
        refused("ManifestInvalid", "it was recorded with", "not the one that was sealed");

        // A server that has never heard of it: its tool cannot read it.
        new JdbcTemplate(on.bench.get(DataSource.class)).update("delete from backup");
        seal(was -> entry(was, was.name(), half.length, sha256(half)));
        refusedBy(
                on.bench.failure(VerifyBackup.class, with("service", "notes", "backup", backup)),
                "BackupUnreadable",
                "tar cannot read it to its end");
        assertThat(latest()).isEmpty();
    }

    @Test
    void aFileOfTheSameSizeWhoseManifestWasSealedAnew() throws IOException {
        byte[] other = Files.readAllBytes(kept.resolve("data.tar"));
        other[1024] ^= 1;
        change("data.tar", other);
        seal(was -> entry(was, was.name(), was.bytes(), sha256(other)));
        refused("ManifestInvalid", "names other files or checksums than were recorded", "not the one that was sealed");
    }

    @Test
    void anEmptyFileWhoseManifestSaysSo() throws IOException {
        change("data.tar", new byte[0]);
        seal(was -> entry(was, was.name(), 0, sha256(new byte[0])));
        new JdbcTemplate(on.bench.get(DataSource.class))
                .update(
                        "update backup set bytes = ?, content = null",
                        own.files().get(1).bytes());
        refused("BackupEmpty", "data.tar is empty");
    }

    @Test
    void aFileThatIsNamedTwice() throws IOException {
        List<Manifest.Entry> twice = List.of(own.files().get(0), own.files().get(0));
        seal(new Manifest(own.about(), own.takenAt(), own.sealedAt(), twice));
        refused("ManifestInvalid", "it names file 'data.tar' twice");
        Manifest.Entry second = own.files().get(1);
        seal(was -> new Manifest.Entry(
                was.name(), second.item(), was.type(), was.host(), was.of(), was.bytes(), was.sha256(), ""));
        refused("ManifestInvalid", "it names data item 'more' twice");
    }

    @Test
    void aBackupOfATimeToCome() throws IOException {
        Files.move(kept, kept.resolveSibling(FUTURE));
        backup = FUTURE;
        kept = kept.resolveSibling(FUTURE);
        Map<String, String> about = new LinkedHashMap<>(own.about());
        about.put("backup", FUTURE);
        Instant then = Store.takenAt(FUTURE);
        seal(new Manifest(about, then, then, own.files()));
        refusedBy(
                on.bench.failure(VerifyBackup.class, with("service", "notes", "backup", "latest")),
                "ManifestInvalid",
                "which is yet to come");

        // Verified while a clock was wrong.
        Backups backups = on.bench.get(Backups.class);
        backups.taken(
                Backup.taken("test", "notes", FUTURE, STORE, ROOT + "/" + FUTURE, 1, then, Duration.ZERO, "run-0"));
        backups.verified("test", "notes", FUTURE, then, "run-0");
        refusedBy(
                on.bench.failure(WipePlan.class, with("service", "notes", "backup", FUTURE, "scope", "container")),
                "BackupTooOld",
                "how old it is cannot be told");
    }

    @Test
    void aDataItemThatTheBackupDoesNotHaveIsNamed() throws IOException {
        Files.delete(kept.resolve("more.tar"));
        seal(new Manifest(
                own.about(), own.takenAt(), own.sealedAt(), own.files().subList(0, 1)));
        refused("ManifestInvalid", "it was recorded with");
        new JdbcTemplate(on.bench.get(DataSource.class)).update("delete from backup");
        assertThat(on.bench
                        .run(PlanRestore.class, with("service", "notes", "backup", backup))
                        .summary())
                .contains("more (files): it is in the plan and not in the backup, and stays as it is");
    }
}
