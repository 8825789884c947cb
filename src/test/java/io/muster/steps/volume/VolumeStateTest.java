package io.muster.steps.volume;

import static io.muster.steps.SandboxBench.HOST;
import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.SandboxBench;
import io.muster.steps.TwiceEqualsOnce;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** What is recorded of volumes, and that what happens to them afterwards is seen, on a real host. */
class VolumeStateTest {

    private static final String DATA = "/srv/persistent/kept";

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
    void someFiles() throws IOException {
        FileSystemUtils.deleteRecursively(on.inside(HOST, DATA));
        on.file(HOST, DATA + "/a.txt", "one");
        on.file(HOST, DATA + "/deep/b c.txt", "two");
        on.file(HOST, DATA + "/deep/-new\nline", "three");
        on.file(HOST, "/srv/persistent/read-only/x", "fixed");
    }

    private static Map<String, String> volumes(String... more) {
        Map<String, String> input =
                with("host", HOST, "service", "kept", "volumes", DATA + ":/data\n/srv/persistent/read-only:/ro:ro");
        input.putAll(with(more));
        return input;
    }

    private static VolumeRecord.Output recorded() {
        return on.bench.run(VolumeRecord.class, volumes());
    }

    private static VolumeCheck.Output check(VolumeRecord.Output record) {
        return on.bench.run(VolumeCheck.class, volumes("digest", record.digest()));
    }

    private static StepFailure lost(VolumeRecord.Output record) {
        StepFailure failure = on.bench.failure(VolumeCheck.class, volumes("digest", record.digest()));
        assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
        return failure;
    }

    @Test
    @TwiceEqualsOnce(again = "volumeRecord")
    void whatMayBeWrittenIsRecordedAndTwiceEqualsOnce() {
        TestContext context = on.bench.context();
        VolumeRecord.Output first = on.bench.run(VolumeRecord.class, context, volumes());
        assertThat(first.files()).isEqualTo(3);
        assertThat(first.bytes()).isEqualTo(11);
        assertThat(first.digest()).matches("[0-9a-f]{64}");
        assertThat(context.effects()).containsExactly("record volumes " + HOST + "/kept");
        assertThat(recorded()).isEqualTo(first);
        assertThat(check(first))
                .isEqualTo(new VolumeCheck.Output(3, 0, 0, 0, "3 files unchanged, 0 changed, 0 added, 0 gone."));
    }

    @Test
    void whatChangesAndIsAddedIsCountedAndWhatIsGoneIsNamed() throws IOException {
        VolumeRecord.Output record = recorded();
        on.file(HOST, DATA + "/a.txt", "another");
        on.file(HOST, DATA + "/new.txt", "new");
        VolumeCheck.Output changed = check(record);
        assertThat(changed.unchanged()).isEqualTo(2);
        assertThat(changed.changed()).isEqualTo(1);
        assertThat(changed.added()).isEqualTo(1);

        Files.delete(on.inside(HOST, DATA + "/deep/b c.txt"));
        StepFailure failure = lost(record);
        assertThat(failure.reason()).isEqualTo("StateLost");
        assertThat(failure)
                .hasMessageContaining("1 of 3 files are gone (./deep/b c.txt)")
                .hasMessageContaining("restore what is missing from a backup");
        assertThat(on.bench
                        .run(VolumeCheck.class, volumes("digest", record.digest(), "mayBeGone", "34"))
                        .missing())
                .isEqualTo(1);
        assertThat(on.bench
                        .failure(VolumeCheck.class, volumes("digest", record.digest(), "mayBeGone", "33"))
                        .reason())
                .isEqualTo("StateLost");
    }

    @Test
    void anEmptiedVolumeAndOneThatIsAnotherDirectoryAreLost() throws IOException {
        VolumeRecord.Output record = recorded();
        Path data = on.inside(HOST, DATA);
        Path aside = data.resolveSibling("kept.aside");
        Files.move(data, aside);
        Files.createDirectories(data);
        assertThat(lost(record)).hasMessageContaining(DATA + " is not the directory that it was");
        Files.delete(data);
        assertThat(lost(record)).hasMessageContaining(DATA + " is not the directory that it was");

        Files.move(aside, data);
        check(record);
        Files.delete(data.resolve("a.txt"));
        FileSystemUtils.deleteRecursively(data.resolve("deep"));
        assertThat(lost(record)).hasMessageContaining("3 of 3 files are gone");
    }

    @Test
    void aRecordThatIsGoneOrWasTamperedWithProvesNothing() throws IOException {
        VolumeRecord.Output record = recorded();
        Path kept = on.inside(HOST, "/var/lib/muster/volumes/kept/1.files");
        Files.writeString(kept, "");
        assertThat(lost(record).reason()).isEqualTo(Reason.NOT_FOUND);
        FileSystemUtils.deleteRecursively(kept.getParent());
        assertThat(lost(record))
                .hasMessageContaining("no record of the volumes of kept")
                .hasMessageContaining("cannot be told");
    }

    @Test
    void anAbsentVolumeAndOneThatIsNoDirectoryOfAServiceAreRefused() {
        StepFailure absent = on.bench.failure(VolumeRecord.class, volumes("volumes", "/srv/persistent/absent:/data"));
        assertThat(absent.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(absent).hasMessageContaining("/srv/persistent/absent").hasMessageContaining(HOST);
        for (String wrong : new String[] {"/:/host", "/srv/../etc:/data", "data:/data"}) {
            assertThat(on.bench
                            .failure(VolumeRecord.class, volumes("volumes", wrong))
                            .reason())
                    .isEqualTo(Reason.INVALID_INPUT);
        }
        assertThat(on.bench
                        .run(VolumeRecord.class, volumes("volumes", "/:/host:ro"))
                        .summary())
                .isEqualTo("kept keeps no state in volumes.");
    }
}
