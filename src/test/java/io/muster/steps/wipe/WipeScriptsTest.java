package io.muster.steps.wipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts of a wipe on this machine's shell, and on one that has nothing but busybox. */
class WipeScriptsTest {

    @TempDir
    Path directory;

    private Path data;

    @BeforeEach
    void someData() throws IOException {
        data = Files.createDirectories(directory.resolve("data"));
        Files.writeString(data.resolve("one"), "1");
    }

    private record Said(int status, String text) {}

    private Said run(boolean busybox, String script, Path path, String id) throws IOException, InterruptedException {
        ProcessBuilder shell = busybox
                ? new ProcessBuilder("/usr/bin/busybox", "ash", "-c", script)
                : new ProcessBuilder("/bin/sh", "-c", script);
        shell.environment().put("P", path.toString());
        shell.environment().put("INODE", id);
        if (busybox) {
            shell.environment().put("PATH", tools().toString());
        }
        Process process = shell.redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return new Said(process.waitFor(), text);
    }

    private Path tools() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/busybox")), "busybox is not installed (Debian package busybox)");
        Path tools = Files.createDirectories(directory.resolve("tools"));
        new ProcessBuilder("busybox", "--install", "-s", tools.toString())
                .start()
                .waitFor();
        return tools;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasSeenIsRemovedAndNothingElse(boolean busybox) throws Exception {
        Said seen = run(busybox, WipePlan.LOOK, data, "");
        assertThat(seen.status()).as(seen.text()).isZero();
        assertThat(run(busybox, WipeRemove.SCRIPT, data, "1:1").text()).contains("it is another one now");
        assertThat(data).exists();
        Said removed = run(busybox, WipeRemove.SCRIPT, data, seen.text());
        assertThat(removed.status()).as(removed.text()).isZero();
        assertThat(removed.text()).startsWith("there");
        assertThat(data).doesNotExist();
        assertThat(run(busybox, WipeRemove.SCRIPT, data, seen.text())).isEqualTo(new Said(0, ""));
        assertThat(run(busybox, WipePlan.LOOK, data, "").status()).isEqualTo(44);
    }

    /** The kernel names what is mounted by its real path, and no link is in that. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsMountedBehindALinkIsLeft(boolean busybox) throws Exception {
        Path proc =
                Files.createSymbolicLink(directory.resolve("way"), Path.of("/")).resolve("proc");
        Said looked = run(busybox, WipePlan.LOOK, proc, "");
        assertThat(looked.status()).as(looked.text()).isEqualTo(45);
        assertThat(looked.text()).contains("/proc is a mount point");
        Said removed = run(busybox, WipeRemove.SCRIPT, proc, "0:0");
        assertThat(removed.status()).as(removed.text()).isEqualTo(1);
        assertThat(removed.text()).contains("/proc is a mount point now", "nothing of it was removed");
    }

    @Test
    void whereNobodyTellsWhatIsMountedNothingIsRemoved() throws Exception {
        String id = run(false, WipePlan.LOOK, data, "").text();
        for (String script : new String[] {WipePlan.LOOK, WipeRemove.SCRIPT}) {
            Said said = run(false, script.replace("/proc/self/mountinfo", directory + "/none"), data, id);
            assertThat(said.status()).isEqualTo(1);
            assertThat(said.text()).contains("what is mounted in " + data + " cannot be told");
        }
        assertThat(data.resolve("one")).exists();
    }
}
