package io.muster.steps.backup;

import static io.muster.steps.SandboxBench.HOST;
import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.inventory.BackupPlan;
import io.muster.recovery.Backup;
import io.muster.recovery.Backups;
import io.muster.step.StepFailure;
import io.muster.steps.PlannedData;
import io.muster.steps.SandboxBench;
import io.muster.steps.Targets;
import io.muster.steps.TwiceEqualsOnce;
import io.muster.steps.ssh.SshCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.FileSystemUtils;

/** Restores of files between real hosts, interrupted at each step, also of encrypted backups. */
class RestoreTest {

    private static final String DATA = "/srv/persistent/notes";
    private static final String CONFIG = "/etc/notes.conf";

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
        // Of other tests, at the same time of their clocks.
        new JdbcTemplate(on.bench.get(DataSource.class)).update("delete from backup");
        FileSystemUtils.deleteRecursively(on.inside("monitoring-01", "/srv/persistent/backups"));
        for (String beside : beside()) {
            FileSystemUtils.deleteRecursively(on.inside(HOST, "/srv/persistent/" + beside));
        }
        FileSystemUtils.deleteRecursively(on.inside(HOST, DATA));
        try (var files = Files.newDirectoryStream(on.inside(HOST, "/etc"), "notes.conf.*")) {
            for (Path left : files) {
                FileSystemUtils.deleteRecursively(left);
            }
        }
        plan(Plans.of(Plans.files("data", DATA, CONFIG)));
        on.file(HOST, DATA + "/one.txt", "one");
        on.file(HOST, DATA + "/deep/two words.txt", "two");
        on.file(HOST, CONFIG, "a = 1");
    }

    private static void plan(BackupPlan plan) {
        on.bench.services.compute("notes", (name, service) -> Plans.with(service, plan));
    }

    private static Map<String, String> notes(String... more) {
        Map<String, String> input = with("service", "notes");
        input.putAll(with(more));
        return input;
    }

    private static String backup() {
        PlanBackup.Output planned = on.bench.run(PlanBackup.class, notes());
        Map<String, String> input = notes("backup", planned.backup(), "takenAt", planned.takenAt());
        on.bench.run(TakeBackup.class, input);
        on.bench.run(SealBackup.class, input);
        return planned.backup();
    }

    private static String content(String path) throws IOException {
        return Files.readString(on.inside(HOST, path));
    }

    /** What there is beside the data. */
    private static List<String> beside() throws IOException {
        try (Stream<Path> names = Files.list(on.inside(HOST, "/srv/persistent"))) {
            return names.map(name -> name.getFileName().toString())
                    .filter(name -> name.contains("muster-"))
                    .toList();
        }
    }

    @Test
    void whatThePlanDoesNotHaveAnyMoreIsPutToWhoeverApproves() throws IOException {
        String backup = backup();
        assertThat(on.bench.run(PlanRestore.class, notes("backup", backup)).partial())
                .isFalse();
        plan(Plans.of(Plans.files("data", DATA), Plans.files("more", "/srv/persistent/notes-more")));
        PlanRestore.Output plan = on.bench.run(PlanRestore.class, notes("backup", backup));
        assertThat(plan.partial()).isTrue();
        assertThat(plan.leftOut())
                .containsExactly(
                        "data (files): " + CONFIG + " is in the backup and not in the plan, and is not put back",
                        "more (files): it is in the plan and not in the backup, and stays as it is");
        assertThat(plan.summary()).contains("not the one that it was taken by", CONFIG);
        on.file(HOST, CONFIG, "changed since");
        StageRestore.Output staged = on.bench.run(StageRestore.class, notes("backup", backup));
        assertThat(staged.compared()).as("of what is restored").contains("4 files and directories");
        on.bench.run(UndoRestore.class, notes("backup", backup));
    }

    @Test
    void whatWasStagedAndIsNotWhatTheBackupHoldsIsNamed() throws IOException {
        String backup = backup();
        StageRestore.Output staged = on.bench.run(StageRestore.class, notes("backup", backup));
        assertThat(staged.compared())
                .isEqualTo("Data item 'data': 5 files and directories are as the backup has them.");
        String tag = Streams.tag(on.bench.context());
        on.file(HOST, DATA + "." + tag + "/one.txt", "ONE");
        on.file(HOST, DATA + "." + tag + "/more.txt", "more");
        Files.delete(on.inside(HOST, DATA + "." + tag + "/deep/two words.txt"));

        StepFailure failure = catchThrowableOfType(StepFailure.class, () -> compared(backup, tag));
        assertThat(failure.reason()).isEqualTo("DataDiffers");
        assertThat(failure)
                .hasMessageContainingAll(
                        "data item 'data' on " + HOST,
                        "missing: " + DATA + "/deep/two words.txt; changed: " + DATA + "/one.txt; extra: " + DATA
                                + "/more.txt.");
        assertThat(content(DATA + "/one.txt")).isEqualTo("one");
        on.bench.run(UndoRestore.class, notes("backup", backup));
    }

    private static String compared(String backup, String tag) {
        ServicePlan plan = ServicePlan.of(on.bench.get(Targets.class), on.bench.context(), "notes");
        Manifest manifest = on.bench.get(Kept.class).open(on.bench.context(), plan, backup);
        Manifest.Entry entry = manifest.files().get(0);
        return on.bench
                .get(Comparison.class)
                .compare(
                        on.bench.context(),
                        plan,
                        plan.item(entry.item()),
                        entry,
                        plan.path(backup) + "/" + entry.name(),
                        "",
                        tag);
    }

    @Test
    @TwiceEqualsOnce(again = {"restoreUndo", "restoreFinish"})
    void anInterruptedRestoreGoesOnOrIsTakenBack() throws IOException {
        String backup = backup();
        on.file(HOST, DATA + "/one.txt", "changed");
        on.file(HOST, DATA + "/new.txt", "written since");
        on.file(HOST, CONFIG, "a = 2");
        Map<String, String> input = notes("backup", backup);

        PlanRestore.Output plan = on.bench.run(PlanRestore.class, notes("backup", "latest"));
        assertThat(plan.replaces()).isTrue();
        assertThat(plan.replaced()).singleElement().asString().contains("data (files)", DATA, CONFIG, HOST);

        on.bench.run(StageRestore.class, input);
        assertThat(content(DATA + "/one.txt")).isEqualTo("changed");
        // Died between the two renames of the first path.
        String tag = Streams.tag(on.bench.context());
        Files.move(on.inside(HOST, DATA), on.inside(HOST, DATA + "." + tag + "-old"));
        on.bench.run(SwapRestore.class, input);
        on.bench.run(SwapRestore.class, input);
        assertThat(content(DATA + "/one.txt")).isEqualTo("one");
        assertThat(on.inside(HOST, DATA + "/new.txt")).doesNotExist();
        assertThat(content(CONFIG)).isEqualTo("a = 1");

        on.bench.run(UndoRestore.class, input);
        on.bench.run(UndoRestore.class, input);
        assertThat(content(DATA + "/one.txt")).isEqualTo("changed");
        assertThat(content(DATA + "/new.txt")).isEqualTo("written since");
        assertThat(content(CONFIG)).isEqualTo("a = 2");
        assertThat(beside()).isEmpty();

        on.bench.run(StageRestore.class, input);
        on.bench.run(SwapRestore.class, input);
        Map<String, String> finish = notes("backup", backup, "beganAt", "2026-01-01T00:00:00Z", "seenWell", "true");
        on.bench.run(FinishRestore.class, finish);
        assertThat(on.bench.run(FinishRestore.class, finish).summary()).contains("the service was seen well with it");
        assertThat(content(DATA + "/deep/two words.txt")).isEqualTo("two");
        assertThat(content(CONFIG)).isEqualTo("a = 1");
        assertThat(beside()).isEmpty();
    }

    @Test
    void whatWasThereComesBackAlsoWhereTheBackupIsAwayByNow() throws IOException {
        String backup = backup();
        Files.writeString(on.inside(HOST, DATA + "/one.txt"), "changed");
        Map<String, String> input = notes("backup", backup);
        on.bench.run(StageRestore.class, input);
        on.bench.run(SwapRestore.class, input);
        assertThat(content(DATA + "/one.txt")).isEqualTo("one");
        FileSystemUtils.deleteRecursively(on.inside("monitoring-01", "/srv/persistent/backups/test/notes"));
        on.bench.run(UndoRestore.class, input);
        assertThat(content(DATA + "/one.txt")).isEqualTo("changed");
        assertThat(beside()).isEmpty();
    }

    @Test
    void afterAWipeThereIsNothingToReplace() throws IOException {
        String backup = backup();
        FileSystemUtils.deleteRecursively(on.inside(HOST, DATA));
        Files.delete(on.inside(HOST, CONFIG));
        Map<String, String> input = notes("backup", backup);
        assertThat(on.bench.run(PlanRestore.class, input).replaces()).isFalse();
        on.bench.run(StageRestore.class, input);
        on.bench.run(SwapRestore.class, input);
        assertThat(content(DATA + "/one.txt")).isEqualTo("one");
        on.bench.run(UndoRestore.class, input);
        assertThat(content(DATA + "/one.txt")).as("there was nothing before").isEqualTo("one");
        assertThat(on.bench
                        .run(FinishRestore.class, notes("backup", backup, "beganAt", "2026-01-01T00:00:00Z"))
                        .summary())
                .contains("no container of the service was there to be seen with it");
    }

    /** Renamed with what it is in, emptied with it, and not mounted where it was. */
    @Test
    void whatHasAMountPointInItIsNotReplaced() throws IOException {
        String backup = backup();
        command("mkdir '" + DATA + "/in ner' && mount -t tmpfs none '" + DATA + "/in ner' && echo kept > '" + DATA
                + "/in ner/file'");
        try {
            StepFailure failure = on.bench.failure(PlanRestore.class, notes("backup", backup));
            assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("NotSwappable");
            assertThat(failure.getMessage()).contains(DATA + "/in ner is a mount point");
            assertThat(on.bench.run(PlanBackup.class, notes()).summary())
                    .contains("Attention", "no restore or wipe of notes", DATA + "/in ner is a mount point");
            StepFailure tested = on.bench.failure(TestRestore.class, notes("backup", backup));
            assertThat(tested.reason()).as(tested.getMessage()).isEqualTo("NotSwappable");
            assertThat(beside()).isEmpty();
            on.bench.run(StageRestore.class, notes("backup", backup));
            assertThat(on.bench
                            .failure(SwapRestore.class, notes("backup", backup))
                            .reason())
                    .isEqualTo("NotSwappable");
            command("cat '" + DATA + "/in ner/file'");
            on.bench.run(UndoRestore.class, notes("backup", backup));
        } finally {
            command("umount '" + DATA + "/in ner'");
        }
    }

    private static void command(String command) {
        on.bench.run(io.muster.steps.ssh.SshCommand.class, with("host", HOST, "command", command));
    }

    @Test
    void whatIsALinkNowIsNotReplaced() throws IOException {
        String backup = backup();
        Path data = on.inside(HOST, DATA);
        FileSystemUtils.deleteRecursively(data);
        Files.createSymbolicLink(data, Path.of("/srv/persistent/elsewhere"));
        try {
            StepFailure failure = on.bench.failure(PlanRestore.class, notes("backup", backup));
            assertThat(failure.getMessage()).contains(DATA + " is a symbolic link to /srv/persistent/elsewhere");
        } finally {
            Files.delete(data);
        }
    }

    @Test
    void whereThereIsNoRoomBesideTheDataNothingIsStaged() {
        String full = "/srv/small/notes";
        plan(Plans.of(Plans.files("data", full)));
        said("mkdir /srv/small/notes && head -c 600000 /dev/urandom >/srv/small/notes/noise");
        try {
            String backup = backup();
            for (StepFailure failure : List.of(
                    on.bench.failure(StageRestore.class, notes("backup", backup)),
                    on.bench.failure(TestRestore.class, notes("backup", backup)))) {
                assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("NoSpace");
                assertThat(failure.getMessage())
                        .contains(HOST + " has ", " free beside " + full, " are needed", "Nothing was staged");
            }
            assertThat(said("ls /srv/small")).isEqualTo("notes");
        } finally {
            said("rm -rf /srv/small/notes");
        }
    }

    /** The attempt after one that failed is another one, and knows nothing of it. */
    @Test
    void whatAFailedAttemptStagedTakesNoRoomFromTheNext() {
        String room = "/srv/persistent/room";
        said("mkdir " + room + " && mount -t tmpfs -o size=9m none " + room + " && mkdir " + room + "/notes"
                + " && head -c 3000000 /dev/urandom >" + room + "/notes/noise");
        plan(Plans.of(Plans.files("data", room + "/notes")));
        try {
            String backup = backup();
            on.bench.run(StageRestore.class, notes("backup", backup));
            on.bench.run(StageRestore.class, notes("backup", backup));
            assertThat(said("ls " + room)).isEqualTo("notes\nnotes." + Streams.tag(on.bench.context()));
        } finally {
            said("umount " + room + " && rmdir " + room);
        }
    }

    /** What a command prints on the host, whose file system of its own is seen only there. */
    private static String said(String command) {
        return on.bench
                .run(SshCommand.class, with("host", HOST, "command", command))
                .stdout()
                .strip();
    }

    @Test
    void aBackupThatWasDamagedSinceItWasPlannedReplacesNothing() throws IOException {
        String backup = backup();
        Path tar = on.inside("monitoring-01", "/srv/persistent/backups/test/notes/" + backup + "/data.tar");
        var at = Files.getLastModifiedTime(tar);
        byte[] bytes = Files.readAllBytes(tar);
        bytes[1030] ^= 1;
        Files.write(tar, bytes);
        Files.setLastModifiedTime(tar, at);
        StepFailure failure = on.bench.failure(StageRestore.class, notes("backup", backup));
        assertThat(failure.reason()).as(failure.getMessage()).isIn("BackupCorrupt", "TaskFailed");
        assertThat(beside().stream().filter(name -> !name.contains(".d."))).isEmpty();
        assertThat(content(DATA + "/one.txt")).isEqualTo("one");
    }

    @Test
    void anEncryptedBackupIsReadWithItsIdentityOnly() throws IOException {
        RealServer.require("age", "age");
        String key = RealServer.run("age-keygen");
        String recipient = key.lines()
                .filter(line -> line.contains("age1"))
                .map(line -> line.substring(line.indexOf("age1")))
                .findFirst()
                .orElseThrow();
        String identity = key.lines()
                .filter(line -> line.startsWith("AGE-SECRET-KEY-"))
                .findFirst()
                .orElseThrow();
        on.bench.secrets.put("identity", identity);
        plan(Plans.encrypted(Plans.of(Plans.files("data", DATA, CONFIG)), "secret:identity", recipient));
        String backup = backup();
        Path file = on.inside("monitoring-01", "/srv/persistent/backups/test/notes/" + backup + "/data.tar.age");
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                .startsWith("age-encryption.org/v1")
                .doesNotContain("two words.txt");

        on.file(HOST, DATA + "/one.txt", "changed");
        on.bench.run(StageRestore.class, notes("backup", backup));
        on.bench.run(SwapRestore.class, notes("backup", backup));
        assertThat(content(DATA + "/one.txt")).isEqualTo("one");

        String path = "monitoring-01:/srv/persistent/backups/test/notes/" + backup;
        PlannedData search = on.bench.get(PlannedData.class);
        assertThat(search.found(on.bench.context(), "notes", path, List.of("deep", "nowhere-in-it")))
                .containsExactly("deep");

        on.bench.secrets.put(
                "identity",
                RealServer.run("age-keygen")
                        .lines()
                        .filter(line -> line.startsWith("AGE-SECRET-KEY-"))
                        .findFirst()
                        .orElseThrow());
        refused(backup, "it is encrypted for " + recipient);
        assertThat(catchThrowableOfType(
                                StepFailure.class,
                                () -> search.found(on.bench.context(), "notes", path, List.of("deep")))
                        .reason())
                .isEqualTo("WrongIdentity");
        on.bench.secrets.remove("identity");
        for (StepFailure failure : List.of(
                on.bench.failure(VerifyBackup.class, notes("backup", backup)),
                on.bench.failure(TestRestore.class, notes("backup", backup)))) {
            assertThat(failure.getMessage()).contains("The identity that opens the backup", "identity");
        }
        stillVerified(backup);
        on.bench.secrets.put("identity", "AGE-SECRET-KEY-1NOTAKEY");
        refused(backup, "is no key of age");
        on.bench.secrets.put("identity", identity);
        assertThat(on.bench.run(VerifyBackup.class, notes("backup", backup)).backup())
                .isEqualTo(backup);
    }

    /** It says nothing of the backup, which goes on counting as verified. */
    private static void refused(String backup, String why) {
        for (StepFailure failure : List.of(
                on.bench.failure(VerifyBackup.class, notes("backup", backup)),
                on.bench.failure(StageRestore.class, notes("backup", backup)))) {
            assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("WrongIdentity");
            assertThat(failure.getMessage())
                    .contains(why, "`encryption.identity`")
                    .doesNotContain("AGE-SECRET-KEY-");
        }
        stillVerified(backup);
    }

    private static void stillVerified(String backup) {
        Backup known = on.bench.get(Backups.class).find("test", "notes", backup).orElseThrow();
        assertThat(known.verifiedAt()).isPresent();
        assertThat(known.damage()).isEmpty();
    }
}
