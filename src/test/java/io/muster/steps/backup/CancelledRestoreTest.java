package io.muster.steps.backup;

import static io.muster.steps.SandboxBench.HOST;
import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.inventory.Inventory;
import io.muster.step.CleanedUp;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.SandboxBench;
import io.muster.steps.docker.DockerInspect;
import io.muster.steps.docker.DockerPull;
import io.muster.steps.docker.DockerRun;
import io.muster.steps.docker.DockerStart;
import io.muster.steps.docker.DockerStop;
import io.muster.steps.docker.ImageResolve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** Restores that are cancelled at each of their steps: what is there after the clean-up, and after a second one. */
class CancelledRestoreTest {

    private static final String DATA = "/srv/persistent/notes";
    private static final String MORE = "/srv/persistent/more";

    @TempDir
    static Path directory;

    private static SandboxBench on;
    private static String backup;
    private static String image;

    private final List<StepContext.Effect> recorded = new ArrayList<>();

    @BeforeAll
    static void begin() throws IOException {
        on = new SandboxBench(directory);
        on.bench.services.compute(
                "notes", (name, service) -> Plans.with(service, Plans.of(Plans.files("data", DATA, MORE))));
        Inventory.Service notes = on.bench.services.get("notes");
        image = on.bench
                .run(ImageResolve.class, with("image", notes.image(), "tag", "1.1.0"))
                .reference();
        on.bench.run(DockerPull.class, with("host", HOST, "image", image));
        on.file(HOST, DATA + "/one.txt", "kept");
        on.file(HOST, MORE + "/two.txt", "kept");
        PlanBackup.Output planned = on.bench.run(PlanBackup.class, with("service", "notes"));
        backup = planned.backup();
        Map<String, String> input = with("service", "notes", "backup", backup, "takenAt", planned.takenAt());
        on.bench.run(TakeBackup.class, input);
        on.bench.run(SealBackup.class, input);
        on.bench.run(DockerRun.class, with("host", HOST, "name", "notes", "image", image, "volumes", DATA + ":/data"));
    }

    @AfterAll
    static void end() {
        on.close();
    }

    @BeforeEach
    void aServiceThatRunsOnNewerData() throws IOException {
        on.bench.run(DockerStop.class, with("host", HOST, "name", "notes"));
        try (Stream<Path> all = Files.list(on.inside(HOST, "/srv/persistent"))) {
            for (Path path : all.toList()) {
                FileSystemUtils.deleteRecursively(path);
            }
        }
        on.file(HOST, DATA + "/one.txt", "newer");
        on.file(HOST, MORE + "/two.txt", "newer");
        on.bench.run(DockerStart.class, with("host", HOST, "name", "notes"));
        assertThat(running()).isTrue();
    }

    private void step(Class<? extends io.muster.step.Step<?, ?>> type, String... input) {
        TestContext context = on.bench.context();
        run(type, context, with(input));
        recorded.addAll(of(context));
    }

    private static List<StepContext.Effect> of(TestContext context) {
        return context.effects().stream()
                .map(line -> {
                    int cut = line.lastIndexOf(' ');
                    return new StepContext.Effect(line.substring(0, cut), line.substring(cut + 1), Optional.empty());
                })
                .toList();
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static void run(Class type, TestContext context, Map<String, String> input) {
        on.bench.run(type, context, input);
    }

    private void stage() {
        step(StageRestore.class, "service", "notes", "backup", backup);
    }

    private void stop() {
        step(DockerStop.class, "host", HOST, "name", "notes");
    }

    private void swap() {
        step(SwapRestore.class, "service", "notes", "backup", backup);
    }

    private void start() {
        step(DockerStart.class, "host", HOST, "name", "notes");
    }

    private CleanedUp cleanUp() {
        TestContext context = on.bench.context().about("notes").resuming(recorded.toArray(StepContext.Effect[]::new));
        CleanedUp cleaned = on.bench.get(UndoRestore.class).cleanUp(context);
        recorded.addAll(of(context));
        return cleaned;
    }

    /** A second one finds nothing to do: a server may die at the end of the first. */
    private CleanedUp cleanUpTwice() {
        CleanedUp first = cleanUp();
        assertThat(cleanUp().running()).isEqualTo(first.running());
        return first;
    }

    private static boolean running() {
        return on.bench
                .run(DockerInspect.class, with("host", HOST, "name", "notes"))
                .status()
                .equals("running");
    }

    private static String content() throws IOException {
        return Files.readString(on.inside(HOST, DATA + "/one.txt")) + " "
                + Files.readString(on.inside(HOST, MORE + "/two.txt"));
    }

    private static List<String> beside() throws IOException {
        try (Stream<Path> names = Files.list(on.inside(HOST, "/srv/persistent"))) {
            return names.map(name -> name.getFileName().toString())
                    .filter(name -> name.contains("muster-"))
                    .sorted()
                    .toList();
        }
    }

    private void isAsBefore() throws IOException {
        assertThat(content()).isEqualTo("newer newer");
        assertThat(beside()).isEmpty();
        assertThat(running()).isTrue();
    }

    @Test
    void beforeAnythingWasStagedNothingIsDone() throws IOException {
        assertThat(cleanUpTwice().summary()).contains("Nothing had been staged");
        assertThat(recorded).isEmpty();
        isAsBefore();
    }

    @Test
    void whatWasStagedIsRemovedAndTheServiceIsLeftAlone() throws IOException {
        stage();
        assertThat(beside()).hasSize(2);
        assertThat(cleanUpTwice().summary()).contains("had not been stopped");
        isAsBefore();
    }

    @Test
    void aServiceThatTheRunHadStoppedIsStartedAgain() throws IOException {
        stage();
        stop();
        assertThat(running()).isFalse();
        CleanedUp cleaned = cleanUpTwice();
        assertThat(cleaned.running()).isTrue();
        assertThat(cleaned.summary()).contains("as it was before the restore", "is started again");
        isAsBefore();
    }

    @Test
    void aServiceThatSomebodyElseHadStoppedIsNot() throws IOException {
        stage();
        on.bench.run(DockerStop.class, with("host", HOST, "name", "notes"));
        assertThat(cleanUpTwice().summary()).contains("not this run that stopped it");
        assertThat(running()).isFalse();
        assertThat(content()).isEqualTo("newer newer");
    }

    @Test
    void dataThatWasSwappedInPartOrWhollyComesBack() throws IOException {
        stage();
        stop();
        String tag = Streams.tag(on.bench.context());
        Files.move(on.inside(HOST, DATA), on.inside(HOST, DATA + "." + tag + "-old"));
        recorded.add(new StepContext.Effect("swap data", HOST + "/data", Optional.empty()));
        cleanUpTwice();
        isAsBefore();

        recorded.clear();
        stage();
        stop();
        swap();
        assertThat(content()).isEqualTo("kept kept");
        cleanUpTwice();
        isAsBefore();
    }

    @Test
    void restoredDataUnderAServiceThatRunsIsLeftAndWhatToDoIsSaid() throws IOException {
        stage();
        stop();
        swap();
        start();
        for (int time = 0; time < 2; time++) {
            StepFailure failure = catchThrowableOfType(StepFailure.class, this::cleanUp);
            assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
            assertThat(failure.reason()).isEqualTo("DataInUse");
            String tag = Streams.tag(on.bench.context());
            assertThat(failure.getMessage())
                    .contains("notes ran on the restored data already", HOST, "'." + tag + "-old'", "remove them");
            assertThat(beside()).containsExactly("more." + tag + "-old", "notes." + tag + "-old");
        }
        assertThat(content()).isEqualTo("kept kept");
        assertThat(running()).isTrue();
    }

    @Test
    void whereItDiedOnTheRestoredDataItsOwnComesBack() throws IOException {
        stage();
        stop();
        swap();
        start();
        on.bench.run(DockerStop.class, with("host", HOST, "name", "notes"));
        cleanUpTwice();
        isAsBefore();
    }

    @Test
    void anUndoThatWasCancelledIsBroughtToItsEnd() throws IOException {
        stage();
        stop();
        swap();
        start();
        stop();
        step(UndoRestore.class, "service", "notes", "backup", backup);
        cleanUpTwice();
        isAsBefore();

        start();
        assertThat(cleanUpTwice().running()).isTrue();
        isAsBefore();
    }

    /** What the first item had before may be gone: to put back that of the second would mix two times. */
    @Test
    void aRemovalThatHadBegunIsBroughtToItsEnd() throws IOException {
        stage();
        stop();
        swap();
        start();
        String tag = Streams.tag(on.bench.context());
        FileSystemUtils.deleteRecursively(on.inside(HOST, DATA + "." + tag + "-old"));
        recorded.add(new StepContext.Effect("remove replaced data", HOST + "/data", Optional.empty()));
        assertThat(cleanUpTwice().summary()).contains("restored data is in its place");
        assertThat(content()).isEqualTo("kept kept");
        assertThat(beside()).isEmpty();
        assertThat(running()).isTrue();
    }

    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static boolean scratch() {
        return on.bench
                .run(DockerInspect.class, with("host", HOST, "name", "notes--restore-test"))
                .exists();
    }

    /** Its server dies while the scratch container is waited for; whoever notices has only what was recorded. */
    @Test
    void aRestoreTestWhoseServerDiedIsRemovedByWhoeverNotices() throws IOException {
        TestContext context = on.bench.context().whilePausing(() -> {
            throw new Died();
        });
        Map<String, String> input = with("service", "notes", "backup", backup, "image", image);
        assertThat(catchThrowableOfType(Died.class, () -> on.bench.run(TestRestore.class, context, input)))
                .isNotNull();
        assertThat(scratch()).isTrue();
        assertThat(beside()).isNotEmpty();

        TestContext other = on.bench.context().resuming(context.recorded().toArray(StepContext.Effect[]::new));
        assertThat(on.bench.get(TestRestore.class).abandon(other).orElseThrow()).contains("beside notes were removed");
        assertThat(scratch()).isFalse();
        isAsBefore();
        on.bench.get(TestRestore.class).sweep(other);
    }

    @Test
    void aRestoreTestOfAServiceWhoseImageIsGoneSaysWhatToDo() throws IOException {
        String gone = "127.0.0.1/notes@sha256:" + "0".repeat(64);
        StepFailure failure =
                on.bench.failure(TestRestore.class, with("service", "notes", "backup", backup, "image", gone));
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("NotFound");
        assertThat(failure.getMessage()).contains(gone + " is not on " + HOST, "it counts as before", "Pull the image");
        assertThat(scratch()).isFalse();
        isAsBefore();
    }
}
