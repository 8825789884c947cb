package io.muster.steps.wipe;

import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.DockerClient;
import io.muster.inventory.Facilities;
import io.muster.inventory.Inventory;
import io.muster.inventory.Qualification;
import io.muster.recovery.Backup;
import io.muster.recovery.Backups;
import io.muster.remote.DockerEngines;
import io.muster.step.CleanedUp;
import io.muster.step.Reason;
import io.muster.step.RunFacts;
import io.muster.step.RunTimes;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.step.TestContext;
import io.muster.steps.Markdown;
import io.muster.steps.SandboxBench;
import io.muster.steps.backup.PlanBackup;
import io.muster.steps.backup.PlanRestore;
import io.muster.steps.backup.SealBackup;
import io.muster.steps.backup.StageRestore;
import io.muster.steps.backup.SwapRestore;
import io.muster.steps.backup.TakeBackup;
import io.muster.steps.backup.UndoRestore;
import io.muster.steps.backup.VerifyBackup;
import io.muster.steps.docker.DockerPull;
import io.muster.steps.docker.DockerRemove;
import io.muster.steps.docker.DockerRun;
import io.muster.steps.docker.DockerStart;
import io.muster.steps.docker.DockerStop;
import io.muster.steps.docker.ImageResolve;
import io.muster.steps.volume.VolumesMounted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

/** Wipes of the sandbox's service: what is destroyed is what was approved. */
class SandboxWipeTest {

    private static final String HOST = "experimental-01";
    private static final Instant NOW = TestContext.in("test").clock().instant();

    @TempDir
    static Path directory;

    private static SandboxBench sandbox;
    private static Inventory.Environment environment;
    private static String image;
    private static String good;
    private static String store;

    @BeforeAll
    static void begin() throws IOException {
        sandbox = new SandboxBench(directory);
        environment = sandbox.bench.environment();
        image = sandbox.bench
                .run(ImageResolve.class, with("image", "registry.sandbox.test:5000/notes", "tag", "1.1.0"))
                .reference();
        sandbox.bench.run(DockerPull.class, with("host", HOST, "image", image));
        sandbox.file(HOST, "/srv/persistent/notes/notes/kept.json", "{}");
        PlanBackup.Output backup = sandbox.bench.run(PlanBackup.class, with("service", "notes"));
        good = backup.backup();
        store = backup.backupPath().substring(backup.backupPath().indexOf('/'));
        Map<String, String> whole = with("service", "notes", "backup", good, "takenAt", backup.takenAt());
        sandbox.bench.run(TakeBackup.class, whole);
        sandbox.bench.run(SealBackup.class, whole);
        taken("old", NOW.minus(Duration.ofDays(3)));
        sandbox.bench.get(Backups.class).taken(backup("unread", NOW));
        verified("old");
    }

    private static Backup backup(String id, Instant at) {
        return Backup.taken(
                "test",
                "notes",
                id,
                "monitoring-01",
                "/srv/persistent/backups/" + id,
                10,
                at,
                Duration.ofSeconds(1),
                "r");
    }

    private static void taken(String id, Instant at) {
        sandbox.bench.get(Backups.class).taken(backup(id, at));
    }

    private static void verified(String id) {
        sandbox.bench.get(Backups.class).verified("test", "notes", id, NOW, "r");
    }

    @BeforeEach
    void aServiceThatRuns() throws IOException {
        sandbox.bench.use(environment);
        run();
        sandbox.file(HOST, "/srv/persistent/notes/notes/kept.json", "{}");
    }

    private static void run() {
        Map<String, Object> input = new HashMap<>();
        input.put("host", HOST);
        input.put("name", "notes");
        input.put("image", image);
        input.put("volumes", "/srv/persistent/notes:/data");
        sandbox.bench.run(DockerRun.class, input);
    }

    @AfterAll
    static void end() {
        sandbox.close();
    }

    private static Map<String, String> asked(String backup, List<String> approved) {
        return with("service", "notes", "backup", backup, "scope", "data", "approved", String.join("\n", approved));
    }

    private static WipePlan.Output planned(List<String> approved) {
        return sandbox.bench.run(WipePlan.class, asked(good, approved));
    }

    private static void wipe(List<String> destroyed) {
        sandbox.bench.run(WipeRemove.class, with("service", "notes", "destroyed", String.join("\n", destroyed)));
    }

    private static WipeVerify.Output verified(List<String> destroyed) {
        return sandbox.bench.run(
                WipeVerify.class,
                with(
                        "service",
                        "notes",
                        "destroyed",
                        String.join("\n", destroyed),
                        "backup",
                        good,
                        "backupHost",
                        "monitoring-01",
                        "backupPath",
                        store));
    }

    @Test
    void whatIsPlannedIsDestroyedAndSeenToBeGone() {
        WipePlan.Output plan = planned(List.of());
        assertThat(plan.destroyed())
                .hasSize(2)
                .allMatch(line -> line.matches("(container notes|data /srv/persistent/notes) \\S+"));
        assertThat(planned(plan.destroyed()).same()).isTrue();
        assertThat(verified(plan.destroyed()).gone()).isFalse();

        wipe(plan.destroyed());
        WipeVerify.Output gone = verified(plan.destroyed());
        assertThat(gone.summary()).contains("Container deleted: YES", "Data deleted: YES", "Backup still there: YES");
        assertThat(gone.gone()).isTrue();
        assertThat(sandbox.inside(HOST, "/srv/persistent/notes")).doesNotExist();
        wipe(plan.destroyed());
        assertThat(sandbox.bench.failure(WipePlan.class, asked(good, List.of())).reason())
                .isEqualTo(Reason.NOT_FOUND);
    }

    private static EarlierWipe.Output earlier(RunTimes.Change... changes) {
        sandbox.bench.changes.put("wipeRemove", List.of(changes));
        return sandbox.bench.run(EarlierWipe.class, with("service", "notes", "backup", good));
    }

    @Test
    void goneAlreadyIsOnlyWhatThisRunRemovedSinceItDeployedIt() {
        List<String> destroyed = planned(List.of()).destroyed();
        TestContext context = sandbox.bench.context();
        try {
            assertThat(earlier().summary()).contains("has removed nothing of notes");
            sandbox.bench.run(
                    WipeRemove.class, context, with("service", "notes", "destroyed", String.join("\n", destroyed)));
            RunTimes.Change[] journal = context.recorded().stream()
                    .map(effect -> new RunTimes.Change("notes", NOW.minusSeconds(60), effect))
                    .toArray(RunTimes.Change[]::new);
            assertThat(earlier().gone()).as("somebody else did it").isFalse();

            EarlierWipe.Output gone = earlier(journal);
            assertThat(gone.summary()).contains("gone already: this run removed it at " + NOW.minusSeconds(60));
            assertThat(gone.gone()).isTrue();
            assertThat(gone.destroyed()).containsExactlyInAnyOrderElementsOf(destroyed);
            assertThat(gone.wipedAt()).isEqualTo(NOW.minusSeconds(60).toString());
            assertThat(gone.backupHost() + gone.backupPath()).isEqualTo("monitoring-01" + store);
            assertThat(verified(gone.destroyed()).gone()).isTrue();

            sandbox.bench.failed.put("wipeRemove", List.of(journal[0]));
            assertThat(earlier(Arrays.copyOfRange(journal, 1, journal.length)).destroyed())
                    .as("the first attempt failed after the container")
                    .containsExactlyInAnyOrderElementsOf(destroyed);
            assertThat(earlier(journal).destroyed()).hasSameSizeAs(destroyed);
            sandbox.bench.failed.clear();

            RunTimes.Change[] container = Arrays.stream(journal)
                    .filter(change -> change.thing().kind().equals("wipe container"))
                    .toArray(RunTimes.Change[]::new);
            assertThat(container).hasSize(1);
            assertThat(earlier(container).summary()).contains("not removed by this run: /srv/persistent/notes");
            sandbox.bench.changes.put(
                    "dockerRun",
                    List.of(new RunTimes.Change(
                            HOST + "/notes",
                            NOW.minusSeconds(30),
                            new StepContext.Effect("docker create", HOST + "/notes", Optional.empty()))));
            assertThat(earlier(journal).gone()).as("it was deployed since").isFalse();
            sandbox.bench.changes.remove("dockerRun");
            run();
            assertThat(earlier(journal).summary()).contains("There still is, or is again: container notes");
        } finally {
            sandbox.bench.changes.clear();
            sandbox.bench.failed.clear();
        }
    }

    @Test
    void whatIsGoneBeforeItsRemovalIsNotRecordedAsRemoved() throws IOException {
        List<String> destroyed = planned(List.of()).destroyed();
        FileSystemUtils.deleteRecursively(sandbox.inside(HOST, "/srv/persistent/notes"));
        TestContext context = sandbox.bench.context();
        WipeRemove.Output output = sandbox.bench.run(
                WipeRemove.class, context, with("service", "notes", "destroyed", String.join("\n", destroyed)));
        assertThat(output.removed()).containsExactly("container notes");
        assertThat(context.recorded()).noneMatch(effect -> effect.kind().contains("data"));
    }

    /** Its server, or the connection, went between the removal and its record. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasRemovedBeforeTheRecordOfItIsRecorded(boolean resumed) throws IOException {
        List<String> destroyed = planned(List.of()).destroyed();
        String id = destroyed.get(1).substring(destroyed.get(1).lastIndexOf(' ') + 1);
        var begun = new StepContext.Effect("wipe data", HOST + ":/srv/persistent/notes", Optional.of(id));
        FileSystemUtils.deleteRecursively(sandbox.inside(HOST, "/srv/persistent/notes"));
        TestContext context = sandbox.bench.context();
        if (resumed) {
            context.resuming(begun);
        } else {
            sandbox.bench.failed.put("wipeRemove", List.of(new RunTimes.Change("notes", NOW.minusSeconds(60), begun)));
        }
        try {
            WipeRemove.Output output = sandbox.bench.run(
                    WipeRemove.class, context, with("service", "notes", "destroyed", destroyed.get(1)));
            assertThat(output.removed()).containsExactly("data /srv/persistent/notes");
            assertThat(context.recorded())
                    .contains(new StepContext.Effect("wiped data", HOST + ":/srv/persistent/notes", Optional.of(id)));
        } finally {
            sandbox.bench.failed.clear();
        }
    }

    @Test
    void aRemovalIsJournalledUnderTheServiceByWhichItsStateIsFound() {
        WipeRemove step = sandbox.bench.get(WipeRemove.class);
        assertThat(step.target(new WipeRemove.Input("notes", List.of("container notes x"), null, null)))
                .isEqualTo("notes");
        assertThat(WipeRemove.class.getAnnotation(StepInfo.class).name()).isEqualTo("wipeRemove");
    }

    @Test
    void whatIsMountedInAVolumeIsNotEmptiedWithIt() {
        List<String> approved = planned(List.of()).destroyed();
        String inner = "'/srv/persistent/notes/in ner'";
        command("mkdir " + inner + " && mount -t tmpfs none " + inner);
        try {
            assertThat(sandbox.bench.failure(WipePlan.class, asked(good, List.of())))
                    .hasMessageContaining("/srv/persistent/notes/in ner is a mount point");
            assertThat(sandbox.bench.failure(WipeAllowed.class, with("service", "notes")))
                    .hasMessageContainingAll(
                            "its data 'data' on " + HOST + " could not be put back",
                            "/srv/persistent/notes/in ner is a mount point",
                            "Nothing was touched")
                    .extracting("reason")
                    .isEqualTo(Reason.CONFLICT);
            assertThat(sandbox.bench.failure(WipeRemove.class, with("service", "notes", "destroyed", approved.get(1))))
                    .hasMessageContainingAll("/srv/persistent/notes/in ner is a mount point now", "unmount it");
        } finally {
            command("umount " + inner + " && rmdir " + inner);
        }
    }

    private static void command(String command) {
        sandbox.bench.run(io.muster.steps.ssh.SshCommand.class, with("host", HOST, "command", command));
    }

    @Test
    void aVolumeThatIsALinkIsNotWipedInPlaceOfWhatItLeadsTo() throws IOException {
        Path data = sandbox.inside(HOST, "/srv/persistent/notes");
        Path moved = Files.move(data, data.resolveSibling("moved"));
        Files.createSymbolicLink(data, Path.of("/srv/persistent/moved"));
        try {
            assertThat(sandbox.bench.failure(WipePlan.class, asked(good, List.of())))
                    .hasMessageContaining("its data 'data' on " + HOST)
                    .hasMessageContaining("/srv/persistent/notes is a symbolic link to /srv/persistent/moved");
            String approved = "data /srv/persistent/notes " + Files.getAttribute(moved, "unix:dev") + ":"
                    + Files.getAttribute(moved, "unix:ino");
            assertThat(sandbox.bench
                            .failure(WipeRemove.class, with("service", "notes", "destroyed", approved))
                            .reason())
                    .isEqualTo(Reason.CONFLICT);
            assertThat(moved.resolve("notes/kept.json")).exists();
        } finally {
            Files.delete(data);
            Files.move(moved, data);
        }
    }

    @Test
    void aBackupOfWhichOnlyTheManifestIsLeftIsNotThere() throws IOException {
        List<String> destroyed = planned(List.of()).destroyed();
        assertThat(verified(destroyed).findings())
                .anyMatch(line -> line.startsWith("backup | ") && line.contains("| true |"));
        Path file = sandbox.inside("monitoring-01", store + "/data.tar");
        Path aside = Files.move(file, file.resolveSibling("../data.tar"));
        try {
            WipeVerify.Output found = verified(destroyed);
            assertThat(found.findings()).anyMatch(line -> line.startsWith("backup | ") && line.contains("| false |"));
            assertThat(found.summary()).contains("Backup still there: NO", "data.tar is not there");
        } finally {
            Files.move(aside, file);
        }
        sandbox.bench.run(VerifyBackup.class, with("service", "notes", "backup", good));
    }

    @Test
    void somethingNewOfTheSameNameIsLeftAlone() throws IOException {
        List<String> approved = planned(List.of()).destroyed();
        wipe(approved);
        run();
        sandbox.file(HOST, "/srv/persistent/notes/notes/new.json", "{}");
        WipePlan.Output again = planned(approved);
        assertThat(again.same()).isFalse();
        assertThat(again.difference()).contains("approved, and not there any more", "there, and not approved");

        assertThat(sandbox.bench
                        .failure(WipeRemove.class, with("service", "notes", "destroyed", approved.get(0)))
                        .reason())
                .isEqualTo(Reason.CONFLICT);
        String data = "data /srv/persistent/notes 1:1";
        assertThat(sandbox.bench.failure(WipeRemove.class, with("service", "notes", "destroyed", data)))
                .hasMessageContaining("is not the one whose wipe was approved");
        assertThat(Files.exists(sandbox.inside(HOST, "/srv/persistent/notes/notes/new.json")))
                .isTrue();
    }

    /** Two environments may share a host, and have services of one name. */
    @ParameterizedTest
    @CsvSource({
        "notes, production, io.muster.environment=production",
        "other, test, io.muster.service=other",
        ", , did not create"
    })
    void aContainerOfAnotherEnvironmentOrServiceIsNeitherPlannedNorRemoved(
            String owner, String environment, String why) {
        wipe(planned(List.of()).destroyed());
        Map<String, String> labels =
                owner == null ? Map.of() : Map.of("io.muster.service", owner, "io.muster.environment", environment);
        String id = docker(docker -> docker.createContainerCmd(image)
                .withName("notes")
                .withLabels(labels)
                .exec()
                .getId());
        try {
            for (StepFailure failure : List.of(
                    sandbox.bench.failure(WipePlan.class, asked(good, List.of())),
                    sandbox.bench.failure(
                            WipeRemove.class, with("service", "notes", "destroyed", "container notes " + id)))) {
                assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
                assertThat(failure).hasMessageContainingAll(why, "It was left alone");
            }
            String still =
                    docker(docker -> docker.inspectContainerCmd(id).exec().getId());
            assertThat(still).isEqualTo(id);
        } finally {
            docker(docker -> docker.removeContainerCmd(id).exec());
        }
    }

    private static <T> T docker(Function<DockerClient, T> call) {
        return sandbox.bench
                .get(DockerEngines.class)
                .call(environment, environment.hosts().get(HOST), "do it by hand", call);
    }

    @Test
    void aContainerThatCameUpWithoutItsVolumeIsSeen() {
        var mounted = sandbox.bench.run(VolumesMounted.class, with("service", "notes"));
        assertThat(mounted.summary()).isEqualTo(HOST + "/notes has /srv/persistent/notes:/data");
        assertThat(mounted.mounted()).isTrue();

        for (String volumes : List.of("", "/srv/persistent/other:/data", "/srv/persistent/notes:/data:ro")) {
            Map<String, Object> input = new HashMap<>(Map.of("host", HOST, "name", "notes", "image", image));
            input.put("volumes", volumes);
            sandbox.bench.run(DockerRun.class, input);
            var without = sandbox.bench.run(VolumesMounted.class, with("service", "notes"));
            assertThat(without.mounted()).isFalse();
            assertThat(without.summary())
                    .contains(
                            // Of an image that asks for a volume, the engine gives it an empty one.
                            volumes.isEmpty() ? "/_data:/data" : "has " + volumes + ", where",
                            "where /srv/persistent/notes:/data belongs");
        }
        wipe(planned(List.of()).destroyed());
        assertThat(sandbox.bench
                        .run(VolumesMounted.class, with("service", "notes"))
                        .summary())
                .isEqualTo("there is no container " + HOST + "/notes");
    }

    @Test
    void onlyAVerifiedBackupThatIsYoungEnoughWillDo() {
        assertThat(sandbox.bench.failure(WipePlan.class, asked("old", List.of())))
                .hasMessageContaining("3 days ago")
                .extracting("reason")
                .isEqualTo(UsableBackup.BACKUP_TOO_OLD);
        assertThat(sandbox.bench.failure(WipePlan.class, asked("unread", List.of())))
                .hasMessageContaining("never read back whole");
        assertThat(sandbox.bench
                        .failure(WipePlan.class, asked("none", List.of()))
                        .reason())
                .isEqualTo(UsableBackup.BACKUP_MISSING);
        assertThat(sandbox.bench.run(WipePlan.class, asked("latest", List.of())).backup())
                .isEqualTo(good);
    }

    private static StepFailure refusal(List<String> destroyed, String backup, Instant planned) {
        return sandbox.bench.failure(
                WipeRemove.class,
                with(
                        "service",
                        "notes",
                        "destroyed",
                        String.join("\n", destroyed),
                        "backup",
                        backup,
                        "plannedAt",
                        planned.toString()));
    }

    private static void answered(RunFacts.ApprovalFact... approvals) {
        sandbox.bench.runs.put("run-1", facts(List.of(approvals), List.of()));
    }

    private static RunFacts.Facts facts(List<RunFacts.ApprovalFact> approvals, List<RunFacts.AnswerFact> answers) {
        return new RunFacts.Facts(
                "service-wipe",
                1,
                Optional.of("operator"),
                NOW,
                Optional.of("test"),
                Optional.of("notes"),
                Optional.empty(),
                Optional.of("a drill"),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                approvals,
                List.of(),
                answers,
                List.of());
    }

    private static RunFacts.ApprovalFact approval(Instant at, boolean approved) {
        return new RunFacts.ApprovalFact("", "Approve wipe", "approver", at, approved, "Seen the backup.", false);
    }

    @Test
    void atTheMomentOfTheRemovalTheBackupMustStillDoAndTheApprovalBeOfThePlan() {
        List<String> destroyed = planned(List.of()).destroyed();
        answered(approval(NOW.minusSeconds(60), true));
        assertThat(refusal(destroyed, "old", NOW.minusSeconds(120)))
                .hasMessageContaining("3 days ago")
                .hasMessageContaining("Nothing was touched.")
                .extracting("reason")
                .isEqualTo(WipeRemove.OUTDATED);
        assertThat(refusal(destroyed, "unread", NOW.minusSeconds(120)))
                .hasMessageContaining("never read back whole")
                .extracting("reason")
                .isEqualTo(WipeRemove.OUTDATED);
        assertThat(refusal(destroyed, good, NOW))
                .hasMessageContaining("was planned at " + NOW)
                .hasMessageContaining("the last answer, by approver at " + NOW.minusSeconds(60) + ", is older.");
        answered(approval(NOW.minusSeconds(60), true), approval(NOW, false));
        assertThat(refusal(destroyed, good, NOW.minusSeconds(120))).hasMessageContaining("was no.");
        answered();
        assertThat(refusal(destroyed, good, NOW.minusSeconds(120)))
                .hasMessageContaining("nobody approved anything in this run");
        assertThat(planned(destroyed).same()).as("nothing was touched").isTrue();

        sandbox.bench.firstEffects.put("the-step", NOW.minusSeconds(30));
        try {
            assertThat(refusal(destroyed, "old", NOW.minusSeconds(120)))
                    .hasMessageContaining("An earlier attempt began the removal at " + NOW.minusSeconds(30))
                    .hasMessageContaining("the rest is as it was");
        } finally {
            sandbox.bench.firstEffects.clear();
        }
    }

    @Test
    void whatAnAttemptHasBegunIsFinishedByTheServerThatComesAfterItWhateverTheTimeAndItSaysWhenItBegan() {
        List<String> destroyed = planned(List.of()).destroyed();
        TestContext context =
                sandbox.bench.context().limitedTo(Duration.ofDays(4)).resuming(BEGUN);
        context.pause(Duration.ofDays(3));
        sandbox.bench.firstEffects.put(context.run().activityId(), NOW.minusSeconds(300));
        try {
            assertThat(refusal(destroyed, "old", NOW)).hasMessageContaining("3 days ago");
            WipeRemove.Output output = sandbox.bench.run(
                    WipeRemove.class,
                    context,
                    with("service", "notes", "destroyed", String.join("\n", destroyed), "backup", good));
            assertThat(output.removed()).hasSize(2);
            assertThat(output.removedAt()).isEqualTo(NOW.minusSeconds(300).toString());
        } finally {
            sandbox.bench.firstEffects.clear();
        }
    }

    private static final StepContext.Effect BEGUN =
            new StepContext.Effect("wipe container", HOST + "/notes", Optional.of("c0ffee"));

    @Test
    void noDataIsRemovedWhoseBackupWasLostWhileTheServerWasGone() throws IOException {
        List<String> destroyed = planned(List.of()).destroyed();
        Map<String, String> input = with("service", "notes", "destroyed", String.join("\n", destroyed), "backup", good);
        Path file = sandbox.inside("monitoring-01", store + "/data.tar");
        Path aside = Files.move(file, file.resolveSibling("../data.tar"));
        try {
            for (TestContext context :
                    List.of(sandbox.bench.context(), sandbox.bench.context().resuming(BEGUN))) {
                assertThat(sandbox.bench.failure(WipeRemove.class, context, input))
                        .hasMessageContaining("data.tar is not there")
                        .extracting("reason")
                        .isEqualTo(WipeRemove.OUTDATED);
                assertThat(sandbox.inside(HOST, "/srv/persistent/notes/notes/kept.json"))
                        .exists();
            }
            FileSystemUtils.deleteRecursively(sandbox.inside(HOST, "/srv/persistent/notes"));
            TestContext nothingToLose = sandbox.bench.context().resuming(BEGUN);
            sandbox.bench.run(WipeRemove.class, nothingToLose, input);
        } finally {
            Files.move(aside, file);
        }
        sandbox.bench.run(VerifyBackup.class, with("service", "notes", "backup", good));
    }

    /** Also where the host cannot tell it from what was there. */
    @Test
    void whatComesAfterARecordedRemovalIsLeftAlone() {
        List<String> destroyed = planned(List.of()).destroyed();
        String id = destroyed.get(1).substring(destroyed.get(1).lastIndexOf(' ') + 1);
        TestContext context = sandbox.bench
                .context()
                .resuming(
                        BEGUN, new StepContext.Effect("wiped data", HOST + ":/srv/persistent/notes", Optional.of(id)));
        WipeRemove.Output output = sandbox.bench.run(
                WipeRemove.class,
                context,
                with("service", "notes", "destroyed", String.join("\n", destroyed), "backup", good));
        assertThat(output.removed()).containsExactly("container notes");
        assertThat(sandbox.inside(HOST, "/srv/persistent/notes/notes/kept.json"))
                .exists();
        assertThat(verified(destroyed).summary()).contains("left on " + HOST + ": /srv/persistent/notes");
    }

    private static CleanedUp cancelled(TestContext context) {
        return sandbox.bench.get(WipeRemove.class).cleanUp(context.about("notes"));
    }

    @Test
    void whoeverCancelsAWipeIsToldWhatIsGoneAndWhatIsLeft() throws IOException {
        CleanedUp before = cancelled(sandbox.bench.context());
        assertThat(before.summary()).isEqualTo("The wipe was cancelled before anything was removed.");
        assertThat(before.running()).isTrue();

        List<String> destroyed = planned(List.of()).destroyed();
        TestContext context = sandbox.bench.context();
        sandbox.bench.run(WipeRemove.class, context, with("service", "notes", "destroyed", destroyed.get(0)));
        CleanedUp without = cancelled(context);
        assertThat(without.summary())
                .contains(
                        "begun to remove: container " + HOST + "/notes.",
                        "Still there: /srv/persistent/notes.",
                        "`service-deployment`");
        assertThat(without.running()).isFalse();
        assertThat(sandbox.inside(HOST, "/srv/persistent/notes/notes/kept.json"))
                .exists();

        Path data = sandbox.inside(HOST, "/srv/persistent/notes");
        Path half = Files.move(data, data.resolveSibling("notes.muster-wipe-1:2"));
        context.resuming(new StepContext.Effect("wipe data", HOST + ":/srv/persistent/notes", Optional.of("1:2")));
        StepFailure left = catchThrowableOfType(StepFailure.class, () -> cancelled(context));
        assertThat(left)
                .hasMessageContaining(HOST + ":/srv/persistent/notes (its end is not recorded)")
                .hasMessageContaining("Still there: nothing.")
                .hasMessageContaining("left so: /srv/persistent/notes.muster-wipe-1:2 on " + HOST);
        assertThat(half).exists();

        FileSystemUtils.deleteRecursively(half);
        context.resuming(new StepContext.Effect("wiped data", HOST + ":/srv/persistent/notes", Optional.of("1:2")));
        assertThat(cancelled(context).summary()).contains("/srv/persistent/notes (gone)", "Still there: nothing.");
    }

    @Test
    void theReportSaysWhoApprovedAndAnsweredWhatWhereAndWhen() {
        List<String> destroyed = planned(List.of()).destroyed();
        wipe(destroyed);
        sandbox.bench.runs.put(
                "run-1",
                facts(
                        List.of(approval(NOW, true)),
                        List.of(new RunFacts.AnswerFact(
                                "",
                                "clean-up-manually",
                                "Clean up by hand",
                                "operator",
                                NOW,
                                Map.of("cleanupNote", "Removed *it* by hand.")))));
        TestContext context = sandbox.bench.context();
        Map<String, String> input = new HashMap<>(
                with("service", "notes", "backup", good, "backupHost", "monitoring-01", "backupPath", store));
        input.put("destroyed", String.join("\n", destroyed));
        input.put("wipedAt", NOW.toString());
        input.put("version", "1.1.0");
        sandbox.bench.run(WipeVerify.class, context, input);
        String at = Markdown.time(NOW);
        assertThat(context.documents().get("wipe.md"))
                .contains(
                        "| Started by | operator |",
                        "| Reason | a drill |",
                        "| Version | 1.1.0 |",
                        "| Host | " + HOST + " |",
                        "| Container | " + HOST + "/notes |",
                        "| Wiped at | " + at + " |",
                        "- container notes, id ",
                        "- volume /srv/persistent/notes, device, inode and birth ",
                        "- **Approve wipe**: approved by approver at " + at + ": Seen the backup.",
                        "- **Clean up by hand**: answered by operator at " + at
                                + ": cleanupNote = Removed \\*it\\* by hand.",
                        "Ready for restoration | YES");
    }

    @Test
    void aServiceThatTheInventoryGivesNoUrlIsNotAskedAndThatIsSaid() {
        Inventory.Service notes = sandbox.bench.services.get("notes");
        List<String> destroyed = planned(List.of()).destroyed();
        wipe(destroyed);
        sandbox.bench.services.put("notes", withoutUrl(notes));
        WipeVerify.Output found = verified(destroyed);
        assertThat(found.findings())
                .contains(
                        "unreachable | Service no longer accessible | not asked | the inventory gives it no URL to ask,"
                                + " neither `health.url` nor `external.url`");
        assertThat(found.summary()).contains("Service not accessible: not asked (the inventory gives it no URL to ask");
        assertThat(found.gone()).isTrue();
        sandbox.bench.services.put("notes", notes);
        assertThat(verified(destroyed).findings())
                .contains(
                        "container | Container completely deleted | true | there is none of the name on experimental-01")
                .anyMatch(line -> line.startsWith("unreachable | Service no longer accessible | true | http"))
                .anyMatch(line -> line.startsWith("data | Data removed | true | ") && line.contains(" not there on "));
    }

    @Test
    void dataThatWasNoPartOfAWipeIsNotCalledRemoved() {
        List<String> container = planned(List.of()).destroyed().stream()
                .filter(line -> line.startsWith("container "))
                .toList();
        assertThat(verified(container).findings())
                .contains("data | Data removed | false | no data was part of the wipe");
    }

    private static Inventory.Service withoutUrl(Inventory.Service like) {
        Qualification of = like.qualification();
        return new Inventory.Service(
                like.name(),
                like.description(),
                like.image(),
                like.containerClass(),
                like.container(),
                like.volumes(),
                like.ports(),
                like.env(),
                like.secretEnv(),
                like.limits(),
                like.restart(),
                Optional.empty(),
                like.healthCheck(),
                like.metrics(),
                like.dependencies(),
                like.labels(),
                like.recovery(),
                like.promotion(),
                new Qualification(
                        Optional.empty(), of.automation(), of.backup(), of.testData(), of.protectedFromWipe()));
    }

    @Test
    void whatIsProtectedIsNamed() {
        sandbox.bench.facilities = new Facilities(
                environment.facilities().backups(),
                environment.facilities().vantage(),
                environment.facilities().control(),
                true);
        for (var failure : List.of(
                sandbox.bench.failure(WipePlan.class, asked(good, List.of())),
                sandbox.bench.failure(WipeAllowed.class, with("service", "notes")),
                sandbox.bench.failure(WipeRemove.class, with("service", "notes", "destroyed", "container notes x")))) {
            assertThat(failure.reason()).isEqualTo(Protection.PROTECTED);
            assertThat(failure).hasMessageContaining("environment 'test'");
        }
    }

    /** `notes-team` with the volume of `notes` as its own. */
    private static void sharing() {
        Inventory.Service notes = environment.services().get("notes");
        Inventory.Service team = environment.services().get("notes-team");
        sandbox.bench.services.put(
                "notes-team",
                new Inventory.Service(
                        team.name(),
                        team.description(),
                        team.image(),
                        team.containerClass(),
                        HOST,
                        notes.volumes(),
                        team.ports(),
                        team.env(),
                        team.secretEnv(),
                        team.limits(),
                        team.restart(),
                        team.health(),
                        team.healthCheck(),
                        team.metrics(),
                        team.dependencies(),
                        team.labels(),
                        team.recovery(),
                        team.promotion(),
                        team.qualification()));
    }

    @Test
    void dataThatIsAnotherServicesTooIsNeitherWipedNorReplacedUnderIt() {
        Inventory.Service before = sandbox.bench.services.get("notes-team");
        Map<String, String> restore = with("service", "notes", "backup", good);
        Map<String, String> team = with("host", HOST, "name", "notes-team");
        sharing();
        try {
            for (StepFailure failure : List.of(
                    sandbox.bench.failure(WipePlan.class, asked(good, List.of())),
                    sandbox.bench.failure(WipeAllowed.class, with("service", "notes")))) {
                assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
                assertThat(failure).hasMessageContaining("/srv/persistent/notes is used by service notes-team too");
            }
            Map<String, Object> container = new HashMap<>(team);
            container.put("image", image);
            sandbox.bench.run(DockerRun.class, container);
            assertThat(sandbox.bench.failure(PlanRestore.class, restore).reason())
                    .isEqualTo("DataInUse");
            StepFailure failure = sandbox.bench.failure(StageRestore.class, restore);
            assertThat(failure.reason()).isEqualTo("DataInUse");
            assertThat(failure)
                    .hasMessageContaining("/srv/persistent/notes on " + HOST + " by service notes-team")
                    .hasMessageContaining("Nothing was replaced");
            assertThat(sandbox.bench.failure(SwapRestore.class, restore).reason())
                    .isEqualTo("DataInUse");
            sandbox.bench.run(DockerStop.class, team);
            sandbox.bench.run(StageRestore.class, restore);
            sandbox.bench.run(DockerStart.class, team);
            sandbox.bench.run(UndoRestore.class, restore);
            sandbox.bench.run(DockerStop.class, team);
            neitherIsItPutBackUnderIt(restore, team);
        } finally {
            sandbox.bench.run(DockerRemove.class, with("host", HOST, "name", "notes-team", "force", "true"));
            sandbox.bench.services.put("notes-team", before);
        }
    }

    private static void neitherIsItPutBackUnderIt(Map<String, String> restore, Map<String, String> team) {
        sandbox.bench.run(DockerStop.class, with("host", HOST, "name", "notes"));
        Path kept = sandbox.inside(HOST, "/srv/persistent/notes/notes/kept.json");
        write(kept, "newer");
        sandbox.bench.run(StageRestore.class, restore);
        sandbox.bench.run(SwapRestore.class, restore);
        sandbox.bench.run(DockerStart.class, team);
        TestContext cancelled = sandbox.bench
                .context()
                .about("notes")
                .resuming(
                        new StepContext.Effect("stage restore", HOST + "/data", Optional.empty()),
                        new StepContext.Effect("swap data", HOST + "/data", Optional.empty()));
        for (StepFailure failure : List.of(
                sandbox.bench.failure(UndoRestore.class, restore),
                catchThrowableOfType(
                        StepFailure.class,
                        () -> sandbox.bench.get(UndoRestore.class).cleanUp(cancelled)))) {
            assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("DataInUse");
            assertThat(failure)
                    .hasMessageContaining("/srv/persistent/notes on " + HOST + " by service notes-team")
                    .hasMessageContaining("Nothing was put back")
                    .hasMessageContaining("-old'. Stop them, then retry");
            assertThat(kept).hasContent("{}");
        }
        sandbox.bench.run(DockerStop.class, team);
        sandbox.bench.run(UndoRestore.class, restore);
        assertThat(kept).hasContent("newer");
        sandbox.bench.run(DockerStart.class, team);
        sandbox.bench.run(UndoRestore.class, restore);
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aServiceWhoseDataNothingBringsBackKeepsIt() {
        sandbox.bench
                .get(Backups.class)
                .taken(Backup.taken(
                        "test", "notes-team", "t1", "monitoring-01", "/b", 1, NOW, Duration.ofSeconds(1), "r"));
        sandbox.bench.get(Backups.class).verified("test", "notes-team", "t1", NOW, "r");
        assertThat(sandbox.bench.failure(
                        WipePlan.class, with("service", "notes-team", "backup", "t1", "scope", "data")))
                .hasMessageContaining("is in no data item of its backup plan")
                .extracting("reason")
                .isEqualTo(Reason.CONFLICT);
    }
}
