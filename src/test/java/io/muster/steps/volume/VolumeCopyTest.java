package io.muster.steps.volume;

import static io.muster.steps.SandboxBench.HOST;
import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.SandboxBench;
import io.muster.steps.TwiceEqualsOnce;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** Volumes from one real host to another: whole or not at all. */
class VolumeCopyTest {

    private static final String DATA = "/srv/persistent/notes";
    private static final String CORE = "core-01";
    private static final String THERE = "/srv/persistent/production/notes";

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
        FileSystemUtils.deleteRecursively(on.inside(CORE, "/srv/persistent/production"));
        FileSystemUtils.deleteRecursively(on.inside(HOST, DATA));
        on.file(HOST, DATA + "/one.txt", "one");
        on.file(HOST, DATA + "/deep/-two\nlines", "two");
        Files.createDirectories(on.inside(HOST, DATA + "/empty"));
        Files.setPosixFilePermissions(on.inside(HOST, DATA + "/one.txt"), PosixFilePermissions.fromString("rw-r-----"));
        Files.createSymbolicLink(on.inside(HOST, DATA + "/link"), Path.of("deep"));
    }

    private static Map<String, String> notes(String... more) {
        Map<String, String> input = with(
                "service",
                "notes",
                "from",
                HOST,
                "volumes",
                DATA + ":/data",
                "to",
                CORE,
                "toVolumes",
                THERE + ":/data");
        input.putAll(with(more));
        return input;
    }

    private static VolumeCopy.Output copied() {
        return on.bench.run(VolumeCopy.class, notes());
    }

    private static String text(Map<String, String> digests) {
        return digests.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining("\n"));
    }

    @Test
    void whatArrivesIsTheSameInContentModeAndLinksAndTwiceEqualsOnce() throws IOException {
        assertThat(on.bench.run(VolumeMovePlan.class, notes()).bytes()).isEqualTo(6);
        TestContext context = on.bench.context();
        VolumeCopy.Output first = on.bench.run(VolumeCopy.class, context, notes());
        assertThat(first.files()).isEqualTo(2);
        assertThat(first.bytes()).isEqualTo(6);
        assertThat(first.digests().get(DATA)).matches("[0-9a-f]{64}");
        assertThat(context.effects()).containsExactly("copy volume " + CORE + ":" + THERE);
        assertThat(on.inside(CORE, THERE + "/deep/-two\nlines")).hasContent("two");
        assertThat(on.inside(CORE, THERE + "/empty")).isEmptyDirectory();
        assertThat(Files.readSymbolicLink(on.inside(CORE, THERE + "/link"))).isEqualTo(Path.of("deep"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(on.inside(CORE, THERE + "/one.txt"))))
                .isEqualTo("rw-r-----");
        try (var left = Files.list(on.inside(CORE, "/srv/persistent/production"))) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly("notes");
        }
        assertThat(copied()).isEqualTo(first);
        assertThat(on.inside(HOST, DATA + "/one.txt")).hasContent("one");
    }

    @Test
    void whatIsThereAlreadyAndDiffersIsNeverOverwritten() throws IOException {
        on.file(CORE, THERE + "/mine.txt", "somebody's");
        assertThat(on.bench.failure(VolumeMovePlan.class, notes()).reason()).isEqualTo(Reason.CONFLICT);
        StepFailure failure = on.bench.failure(VolumeCopy.class, notes());
        assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(failure).hasMessageContaining(THERE).hasMessageContaining("It was not touched");
        assertThat(on.inside(CORE, THERE + "/mine.txt")).hasContent("somebody's");
        assertThat(on.inside(CORE, THERE + "/one.txt")).doesNotExist();
    }

    @Test
    void anAttemptThatBrokeOffIsNeverTakenForWholeButBegunAnew() throws IOException {
        on.file(CORE, THERE + ".muster-incoming/data/one.txt", "on");
        on.file(CORE, THERE + ".muster-incoming/volume.tar", "half of an archive");
        copied();
        assertThat(on.inside(CORE, THERE + "/one.txt")).hasContent("one");
        assertThat(on.inside(CORE, THERE + ".muster-incoming")).doesNotExist();
        // An empty directory, as a container engine leaves for a bind that was not there, is no data.
        FileSystemUtils.deleteRecursively(on.inside(CORE, THERE));
        Files.createDirectories(on.inside(CORE, THERE));
        copied();
        assertThat(on.inside(CORE, THERE + "/one.txt")).hasContent("one");
    }

    /** The connections of the receiving host are cut while the archive is on its way. */
    @Test
    void aTransferThatBrokeOffLeavesNothingThatCountsAndIsBegunAnew() throws Exception {
        byte[] much = new byte[96 << 20];
        new Random(7).nextBytes(much);
        Files.write(on.inside(HOST, DATA + "/much"), much);
        Path part = on.inside(CORE, THERE + ".muster-incoming/volume.tar.part");
        Path fault = directory.resolve("sandbox/faults/" + CORE + ".ssh-drop");
        Files.createDirectories(fault.getParent());
        Thread cable = new Thread(() -> {
            await().pollInterval(Duration.ofMillis(2)).until(() -> Files.exists(part));
            try {
                Files.createFile(fault);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        cable.start();
        StepFailure failure = on.bench.failure(VolumeCopy.class, notes());
        cable.join();
        assertThat(failure).isInstanceOf(StepFailure.Transient.class);
        assertThat(failure.reason()).isEqualTo(Reason.CONNECTION_LOST);
        assertThat(on.inside(CORE, THERE)).doesNotExist();

        assertThat(copied().files()).isEqualTo(3);
        assertThat(on.inside(CORE, THERE + "/much")).hasBinaryContent(much);
        assertThat(on.inside(CORE, THERE + ".muster-incoming")).doesNotExist();
    }

    @Test
    void moreThanTheLimitAndWhatDoesNotFitIsRefusedAndNothingIsWritten() {
        assertThat(on.bench.failure(VolumeMovePlan.class, notes("maximum", "5")).reason())
                .isEqualTo("NoSpace");
        assertThat(on.bench.failure(VolumeCopy.class, notes("maximum", "5")).reason())
                .isEqualTo("NoSpace");
        StepFailure full = on.bench.failure(VolumeCopy.class, notes("toVolumes", "/srv/small/notes:/data"));
        assertThat(full.reason()).isEqualTo("NoSpace");
        assertThat(full).hasMessageContaining("/srv/small");
        assertThat(on.inside(CORE, THERE)).doesNotExist();
    }

    @Test
    void whatItOnlyReadsIsNotCopiedAndMustBeThere() throws IOException {
        Map<String, String> input = notes(
                "volumes", DATA + ":/data\n/etc/notes:/etc/notes:ro", "toVolumes", THERE + ":/data\n/etc/notes:/c:ro");
        StepFailure absent = on.bench.failure(VolumeMovePlan.class, input);
        assertThat(absent.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(absent).hasMessageContaining("There is no /etc/notes on " + CORE);
        on.file(CORE, "/etc/notes/config", "theirs");
        assertThat(on.bench.run(VolumeMovePlan.class, input).bytes()).isEqualTo(6);
        on.bench.run(VolumeCopy.class, input);
        assertThat(on.inside(CORE, "/etc/notes/config")).hasContent("theirs");
        FileSystemUtils.deleteRecursively(on.inside(CORE, "/etc/notes"));
    }

    @Test
    void volumesThatDoNotMatchAreRefused() {
        for (Map<String, String> wrong : java.util.List.of(
                notes("toVolumes", ""), notes("to", HOST), notes("toVolumes", THERE + ":/a\n/srv/persistent/b:/b"))) {
            assertThat(on.bench.failure(VolumeCopy.class, wrong).reason()).isEqualTo(Reason.INVALID_INPUT);
        }
        assertThat(on.bench
                        .run(VolumeCopy.class, notes("volumes", "", "toVolumes", ""))
                        .files())
                .isZero();
    }

    @Test
    @TwiceEqualsOnce(again = "volumeDiscard")
    void theOldCopyIsRemovedOnlyWhileItIsWhatWasCopied() throws IOException {
        String digests = text(copied().digests());
        on.file(HOST, DATA + "/late.txt", "written since");
        StepFailure changed =
                on.bench.failure(VolumeDiscard.class, with("host", HOST, "service", "notes", "digests", digests));
        assertThat(changed.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(changed).hasMessageContaining("no longer what was copied");
        assertThat(on.inside(HOST, DATA + "/one.txt")).exists();

        Files.delete(on.inside(HOST, DATA + "/late.txt"));
        Map<String, String> input = with("host", HOST, "service", "notes", "digests", digests);
        assertThat(on.bench.run(VolumeDiscard.class, input).removed()).containsExactly(DATA);
        assertThat(on.inside(HOST, DATA)).doesNotExist();
        assertThat(on.bench.run(VolumeDiscard.class, input).removed()).isEmpty();
        assertThat(on.inside(CORE, THERE + "/one.txt")).exists();
    }

    @Test
    void whatIsNotTheServicesAloneIsNotDiscarded() {
        StepFailure shared = on.bench.failure(
                VolumeDiscard.class,
                with("host", HOST, "service", "notes", "digests", "/srv/persistent/notes-misplaced=0"));
        assertThat(shared.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(shared).hasMessageContaining("used by service notes-misplaced too");
    }
}
