package io.muster.steps.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script on this machine's shell, as a host evaluates it. */
class BackupSearchTest {

    @TempDir
    Path directory;

    private int status;

    private List<String> found(String content, String text, List<String> words)
            throws IOException, InterruptedException {
        Files.writeString(directory.resolve("in"), content);
        Path script = Files.writeString(
                directory.resolve("script"),
                "WORDS='" + String.join("\n", words) + "'; export WORDS\nmuster_w=$WORDS; unset WORDS\n"
                        + Prelude.FUNCTIONS + Prelude.SCRATCH + BackupSearch.script(text));
        Process shell = new ProcessBuilder("/bin/sh", script.toString())
                .redirectInput(directory.resolve("in").toFile())
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
        status = shell.waitFor();
        String marks = Files.readString(directory.resolve("out")).strip();
        List<String> found = new ArrayList<>();
        IntStream.range(0, marks.length()).filter(i -> marks.charAt(i) == '1').forEach(i -> found.add(words.get(i)));
        return found;
    }

    @Test
    void wordsAreFoundWhole() throws Exception {
        String content = "x note-1 y\nnote-20 \"note-3\"\0./notes/note-4.json\0note-5 $HOME `id`";
        assertThat(found(
                        content,
                        "cat\n",
                        List.of("note-1", "note-2", "note-3", "note-4", "note-5", "note-6", "$HOME", "`id`")))
                .containsExactly("note-1", "note-3", "note-4", "note-5", "$HOME", "`id`");
        assertThat(status).isZero();
    }

    @Test
    void moreWordsThanAnEnvironmentOfAProgramHolds() throws Exception {
        List<String> words = IntStream.range(0, 20_000)
                .mapToObj("a-rather-long-id-of-a-record-%05d"::formatted)
                .toList();
        assertThat(found(String.join("\n", words.subList(1, words.size())), "cat\n", words))
                .hasSize(19_999)
                .doesNotContain(words.get(0));
    }

    @Test
    void whatCannotBeReadToItsEndIsNotSearched() throws Exception {
        found("note-1", "cat; return 3\n", List.of("note-1"));
        assertThat(status).isEqualTo(1);
        assertThat(Files.readString(directory.resolve("err"))).contains("could not be read to its end");
    }
}
