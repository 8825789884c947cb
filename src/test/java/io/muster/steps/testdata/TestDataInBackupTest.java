package io.muster.steps.testdata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script on this machine's shell, as a host evaluates it. */
class TestDataInBackupTest {

    @TempDir
    Path directory;

    private Path backup;

    @BeforeEach
    void keep() throws Exception {
        backup = Files.createDirectory(directory.resolve("a backup"));
    }

    private List<String> found(List<String> ids) throws IOException, InterruptedException {
        Path script = Files.writeString(
                directory.resolve("script"),
                "export P='" + backup + "'\nexport IDS='" + String.join("\n", ids) + "'\n" + TestDataInBackup.SCRIPT);
        Process shell = new ProcessBuilder("/bin/sh", script.toString())
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
        assertThat(shell.waitFor())
                .as(Files.readString(directory.resolve("err")))
                .isZero();
        return Files.readAllLines(directory.resolve("out"));
    }

    private void tar(String name, String options, String content) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("data"), content);
        assertThat(new ProcessBuilder(
                                "tar", options, backup.resolve(name).toString(), "-C", directory.toString(), "data")
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void idsAreFoundAsWholeWordsInEveryKindOfFileAndNotInItsManifest() throws Exception {
        tar("data.tar", "-cf", "x note-1 y");
        tar("more.tar.gz", "-czf", "note-20 \"note-3\"");
        Files.writeString(backup.resolve("plain"), "note-4\0note-5 $HOME `id`");
        Files.writeString(backup.resolve("MANIFEST.yml"), "note-6");
        assertThat(found(List.of("note-1", "note-2", "note-3", "note-4", "note-5", "note-6", "$HOME", "`id`")))
                .containsExactlyInAnyOrder("note-1", "note-3", "note-4", "note-5", "$HOME", "`id`");
    }

    @Test
    void moreIdsThanAnEnvironmentOfAProgramHolds() throws Exception {
        List<String> ids = IntStream.range(0, 20_000)
                .mapToObj("a-rather-long-id-of-a-record-%05d"::formatted)
                .toList();
        tar("data.tar", "-cf", String.join("\n", ids.subList(1, ids.size())));
        List<String> before = names();
        assertThat(found(ids)).hasSize(19_999).doesNotContain(ids.get(0));
        assertThat(names()).isEqualTo(before);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(backup)) {
            return files.map(Path::toString).sorted().toList();
        }
    }
}
