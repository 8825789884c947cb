package io.muster.steps.volume;

import static io.muster.steps.SandboxBench.HOST;
import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Inventory;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.SandboxBench;
import io.muster.steps.TwiceEqualsOnce;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** An archive from one real host to another, and every way in which it is not what it must be. */
class ArchiveTest {

    private static final String DATA = "/srv/persistent/notes";
    private static final String STORE = "monitoring-01";
    private static final String ARCHIVE = "/srv/persistent/archive/test/notes/run-1";

    @TempDir
    static Path directory;

    private static SandboxBench on;
    private static Optional<Inventory.Archive> configured;

    @BeforeAll
    static void begin() throws IOException {
        on = new SandboxBench(directory);
        configured = on.bench.archive;
    }

    @AfterAll
    static void end() {
        on.close();
    }

    @BeforeEach
    void someData() throws IOException {
        on.bench.archive = configured;
        FileSystemUtils.deleteRecursively(on.inside(STORE, "/srv/persistent/archive"));
        FileSystemUtils.deleteRecursively(on.inside(HOST, DATA));
        on.file(HOST, DATA + "/one.txt", "one");
        on.file(HOST, DATA + "/deep/two words.txt", "two");
        byte[] blob = new byte[700_000];
        new java.util.Random(1).nextBytes(blob);
        Files.write(on.inside(HOST, DATA + "/blob"), blob);
        Files.createSymbolicLink(on.inside(HOST, DATA + "/link"), Path.of("one.txt"));
    }

    private static Map<String, String> notes(String... more) {
        Map<String, String> input = with("host", HOST, "service", "notes", "volumes", DATA + ":/data");
        input.putAll(with(more));
        return input;
    }

    private static Path stored(String file) {
        return on.inside(STORE, ARCHIVE + "/" + file);
    }

    private static ArchiveWrite.Output written() {
        return on.bench.run(ArchiveWrite.class, notes("version", "1.1.0", "image", "notes@sha256:a"));
    }

    private static ArchiveVerify.Output verified() {
        return on.bench.run(ArchiveVerify.class, notes());
    }

    private static StepFailure invalid() {
        StepFailure failure = on.bench.failure(ArchiveVerify.class, notes());
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo("ArchiveInvalid");
        return failure;
    }

    @Test
    void anArchiveIsPlannedWrittenAndReadBack() throws IOException {
        ArchivePlan.Output plan = on.bench.run(ArchivePlan.class, notes("data", "keep"));
        assertThat(plan.bytes()).isEqualTo(700_006);
        assertThat(plan.archive()).isEqualTo(STORE + ":" + ARCHIVE);
        assertThat(stored("MANIFEST.yml")).doesNotExist();

        TestContext context = on.bench.context();
        ArchiveWrite.Output output =
                on.bench.run(ArchiveWrite.class, context, notes("version", "1.1.0", "image", "notes@sha256:a"));
        assertThat(output.archive()).isEqualTo(plan.archive());
        assertThat(context.effects()).containsExactly("write archive " + plan.archive());
        assertThat(stored("MANIFEST.yml"))
                .content(StandardCharsets.UTF_8)
                .contains("service: notes", "version: 1.1.0", "run: run-1", "name: volume-1.tar", "sha256: ");
        assertThat(stored("service.txt")).content().contains("NOTES_TOKEN=secret:notes-token");
        assertThat(verified().summary()).contains("3 files", "the same as the volumes");
        assertThat(on.inside(STORE, ARCHIVE + ".read-back")).doesNotExist();
    }

    @Test
    void anArchiveThatThisRunWroteWholeIsTakenAndOneThatBrokeOffIsBegunAnew() throws IOException {
        ArchiveWrite.Output first = written();
        String manifest = Files.readString(stored("MANIFEST.yml"));
        assertThat(written())
                .isEqualTo(
                        new ArchiveWrite.Output(first.archive(), first.bytes() + Files.size(stored("MANIFEST.yml"))));
        assertThat(stored("MANIFEST.yml")).content().isEqualTo(manifest);

        Files.move(stored(""), stored("").resolveSibling("run-1.incoming"));
        on.file(STORE, ARCHIVE + ".incoming/half", "half of a file");
        written();
        assertThat(stored("half")).doesNotExist();
        verified();
    }

    @Test
    void whatIsNotAsItWasWrittenIsFound() throws IOException {
        written();
        Path tar = stored("volume-1.tar");
        byte[] bytes = Files.readAllBytes(tar);
        bytes[bytes.length / 2] ^= 1;
        Files.write(tar, bytes);
        assertThat(invalid())
                .hasMessageContaining("volume-1.tar is")
                .hasMessageContaining("Nothing of the service was removed");
        Files.delete(tar);
        assertThat(invalid()).hasMessageContaining("volume-1.tar is not there");
        Files.writeString(stored("MANIFEST.yml"), "just: text");
        assertThat(invalid()).hasMessageContaining("MANIFEST.yml cannot be read");
    }

    @Test
    void aVolumeThatGoesOnChangingIsNotWhatWasArchived() throws IOException {
        written();
        on.file(HOST, DATA + "/late.txt", "written after the archive");
        assertThat(invalid()).hasMessageContaining("not what is in " + DATA);
    }

    @Test
    @TwiceEqualsOnce(again = "volumeRemove")
    void dataIsRemovedOnlyWithTheArchiveThatWasVerified() throws IOException {
        written();
        String manifest = verified().manifest();
        StepFailure other = on.bench.failure(VolumeRemove.class, notes("manifest", "0".repeat(64)));
        assertThat(other.reason()).isEqualTo(Reason.NOT_FOUND);
        Files.move(stored(""), stored("").resolveSibling("elsewhere"));
        assertThat(on.bench.failure(VolumeRemove.class, notes("manifest", manifest)))
                .hasMessageContaining("so no data was removed");
        assertThat(on.inside(HOST, DATA + "/one.txt")).exists();

        Files.move(stored("").resolveSibling("elsewhere"), stored(""));
        assertThat(on.bench.run(VolumeRemove.class, notes("manifest", manifest)).removed())
                .containsExactly(DATA);
        assertThat(on.inside(HOST, DATA)).doesNotExist();
        assertThat(on.bench.run(VolumeRemove.class, notes("manifest", manifest)).removed())
                .isEmpty();
        assertThat(on.inside(HOST, "/srv/persistent")).exists();
    }

    @Test
    void dataThatIsNotTheServicesAloneIsNeverRemoved() {
        for (String volume :
                new String[] {"/srv/persistent:/data", "/srv/persistent/notes-misplaced/sub:/data", "/etc:/data"}) {
            StepFailure failure = on.bench.failure(ArchivePlan.class, notes("volumes", volume, "data", "remove"));
            assertThat(failure.reason()).as(volume).isEqualTo(Reason.CONFLICT);
            assertThat(on.bench
                            .failure(VolumeRemove.class, notes("volumes", volume, "manifest", "0".repeat(64)))
                            .reason())
                    .isEqualTo(Reason.CONFLICT);
        }
    }

    @Test
    void aPlaceThatIsNoArchiveIsRefusedBeforeAnythingIsWritten() {
        on.bench.archive = Optional.empty();
        assertThat(refused()).hasMessageContaining("no `archive`");
        on.bench.archive = Optional.of(new Inventory.Archive(HOST, "/srv/persistent/archive"));
        assertThat(refused()).hasMessageContaining("must be on another one");
        on.bench.archive = Optional.of(new Inventory.Archive(STORE, "/tmp/archive"));
        assertThat(refused()).hasMessageContaining("not below `persistent-storage`");
    }

    private static StepFailure refused() {
        StepFailure failure = on.bench.failure(ArchivePlan.class, notes("data", "keep"));
        assertThat(failure.reason()).isEqualTo(Reason.NOT_IN_INVENTORY);
        return failure;
    }

    @Test
    void whatWouldNotFitIsRefusedBeforeAnythingIsWritten() throws IOException {
        StepFailure limit = on.bench.failure(ArchivePlan.class, notes("data", "keep", "maximum", "100KiB"));
        assertThat(limit.reason()).isEqualTo("NoSpace");
        assertThat(limit).hasMessageContaining("more than the limit of 100 KiB");
        try (var sparse =
                new java.io.RandomAccessFile(on.inside(HOST, DATA + "/huge").toFile(), "rw")) {
            sparse.setLength(1L << 43);
        }
        StepFailure full = on.bench.failure(ArchivePlan.class, notes("data", "keep", "maximum", "2048TiB"));
        assertThat(full.reason()).isEqualTo("NoSpace");
        assertThat(full).hasMessageContaining(STORE).hasMessageContaining("are needed");
        assertThat(on.inside(STORE, "/srv/persistent/archive")).doesNotExist();
    }
}
