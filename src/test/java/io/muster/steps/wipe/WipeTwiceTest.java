package io.muster.steps.wipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.steps.FileIdentity;
import io.muster.steps.SandboxBench;
import io.muster.steps.TwiceEqualsOnce;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

class WipeTwiceTest {

    @TempDir
    Path directory;

    @Test
    @TwiceEqualsOnce("wipeRemove")
    void whatIsGoneStaysGoneAndWhatCameInItsPlaceIsLeftAlone() throws Exception {
        try (SandboxBench sandbox = new SandboxBench(directory)) {
            Path data = sandbox.file(SandboxBench.HOST, "/srv/persistent/notes/file", "content")
                    .getParent();
            Object inode = Files.getAttribute(data, "unix:ino");
            Map<String, String> input =
                    Map.of("service", "notes", "destroyed", "data /srv/persistent/notes " + identity(data));
            sandbox.bench.run(WipeRemove.class, input);
            assertThat(data).doesNotExist();
            sandbox.bench.run(WipeRemove.class, input);
            assertThat(data).doesNotExist();

            Path other = madeAnew(data, inode);
            assertThat(sandbox.bench.failure(WipeRemove.class, input)).hasMessageContaining("not the one whose wipe");
            assertThat(other).exists();
        }
    }

    /** As most file systems do, at once: the inode is given away again. */
    private static Path madeAnew(Path data, Object inode) throws IOException {
        for (int tries = 0; tries < 100; tries++) {
            Files.createDirectory(data);
            if (Files.getAttribute(data, "unix:ino").equals(inode)) {
                break;
            }
            FileSystemUtils.deleteRecursively(data);
        }
        return Files.writeString(Files.createDirectories(data).resolve("other"), "new");
    }

    static String identity(Path path) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", FileIdentity.FUNCTION + "identity \"$0\"", path.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
