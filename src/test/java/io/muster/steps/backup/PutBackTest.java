package io.muster.steps.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

/** What was there before a restore is put back on this machine's shell: killed at each act, and done twice at once. */
class PutBackTest {

    private static final String TAG = "muster-1a2b3c4d";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Dies before and after each act. */
    private static final String DYING =
            """
            muster_n=0
            act() { muster_n=$((muster_n + 1)); [ "$muster_n" != "$DIE" ] || kill -9 $$; }
            mv() { act; command mv "$@"; act; }
            rm() { act; command rm "$@"; act; }
            """;

    @TempDir
    Path directory;

    private Path data;

    private String run(String name, String before, String die) {
        Map<String, String> env = Map.of(
                "PATHS",
                data + "/notes\n" + data + "/notes.conf",
                "DIRECTORY",
                data + "/notes",
                "TAG",
                TAG,
                "DIE",
                die,
                "HERE",
                directory.toString());
        try {
            Path file = Files.writeString(
                    directory.resolve(name), Prelude.FUNCTIONS + before + Prelude.SCRATCH + new FilesData().undo());
            return RealServer.run(env, "/bin/sh", file.toString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param half whether the swap died between its renames of the directory */
    private void swapped(boolean half) throws IOException {
        data = directory.resolve("data");
        FileSystemUtils.deleteRecursively(data);
        write("notes." + TAG + "-old/one", "of before");
        write("notes" + (half ? "." + TAG : "") + "/one", "of the backup");
        write("notes.conf" + (half ? "" : "." + TAG + "-old"), "of before");
        write("notes.conf" + (half ? "." + TAG : ""), "of the backup");
    }

    private void write(String name, String text) throws IOException {
        Path file = data.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void assertAsBefore() throws IOException {
        assertThat(data.resolve("notes/one")).hasContent("of before");
        assertThat(data.resolve("notes.conf")).hasContent("of before");
        try (Stream<Path> names = Files.list(data)) {
            assertThat(names.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("notes", "notes.conf");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereverItIsKilledItIsPutBackByTheNext(boolean half) throws IOException {
        boolean killed = true;
        int die = 0;
        while (killed) {
            swapped(half);
            die++;
            try {
                run("undo", DYING, Integer.toString(die));
                killed = false;
            } catch (IllegalStateException e) {
                assertThat(e).as("it was killed, and said nothing").hasMessage("/bin/sh: ");
                run("again", "", "");
            }
            assertAsBefore();
            run("once-more", "", "");
            assertAsBefore();
        }
        assertThat(die).isGreaterThan(6);
    }

    @Test
    void whereTheFirstStillRunsWhatWasThereBeforeIsNotTakenForWhatWasRestored() throws IOException {
        swapped(false);
        write("notes." + TAG + "/left", "of an attempt before");
        CompletableFuture<Void> first = held("mv");
        CompletableFuture<Void> second = CompletableFuture.runAsync(
                () -> run("second", "sleep() { : > \"$HERE/waiting\"; command sleep 0.1; }\n", ""));
        await().atMost(PATIENCE).until(() -> second.isDone() || Files.exists(directory.resolve("waiting")));
        assertThat(second).isNotDone();
        Files.createFile(directory.resolve("go"));
        CompletableFuture.allOf(first, second).join();
        assertAsBefore();
    }

    /** Which takes its time, and all services of a host have their data in one directory. */
    @Test
    void nobodyWaitsForARemoval() throws IOException {
        swapped(false);
        CompletableFuture<Void> first = held("rm");
        run("second", "", "");
        assertThat(first).isNotDone();
        Files.createFile(directory.resolve("go"));
        first.join();
        assertAsBefore();
    }

    /** Holds on at the first use of a tool. */
    private CompletableFuture<Void> held(String tool) {
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> run(
                "first",
                tool
                        + """
                        () { : > "$HERE/held"; while [ ! -e "$HERE/go" ]; do sleep 0.05; done; command %s "$@"; }
                        """
                                .formatted(tool),
                ""));
        await().atMost(PATIENCE).until(() -> first.isDone() || Files.exists(directory.resolve("held")));
        return first;
    }

    @Test
    void whatMayBeTheOnlyCopyIsNeverRemoved() throws IOException {
        data = directory.resolve("data");
        write("notes." + TAG + "-undone/one", "whose is this");
        write("notes.conf", "of before");
        assertThatThrownBy(() -> run("undo", "", ""))
                .hasMessageContaining("there is no " + data + "/notes and no ")
                .hasMessageContaining("rename what was there before");
        assertThat(data.resolve("notes." + TAG + "-undone/one")).hasContent("whose is this");
    }

    @Test
    void whatIsAnewInItsPlaceIsMovedAsideAndOnlyThenRemoved() throws IOException {
        swapped(false);
        write("notes." + TAG + "-undone/one", "of an attempt before");
        run("undo", "", "");
        assertAsBefore();
        assertThat(List.of(data.toFile().list())).hasSize(2);
    }
}
