package io.muster.steps.wipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.steps.SandboxBench;
import io.muster.steps.TwiceEqualsOnce;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WipeTwiceTest {

    @TempDir
    Path directory;

    @Test
    @TwiceEqualsOnce(again = "wipeRemove")
    void whatIsGoneStaysGoneAndWhatCameInItsPlaceIsLeftAlone() throws Exception {
        try (SandboxBench sandbox = new SandboxBench(directory)) {
            Path data = sandbox.file(SandboxBench.HOST, "/srv/persistent/notes/file", "content")
                    .getParent();
            Object inode = Files.getAttribute(data, "unix:ino");
            Object device = Files.getAttribute(data, "unix:dev");
            Map<String, String> input =
                    Map.of("service", "notes", "destroyed", "data /srv/persistent/notes " + device + ":" + inode);
            sandbox.bench.run(WipeRemove.class, input);
            assertThat(data).doesNotExist();
            sandbox.bench.run(WipeRemove.class, input);
            assertThat(data).doesNotExist();

            Path other = sandbox.file(SandboxBench.HOST, "/srv/persistent/notes/other", "new");
            // Where the file system gave the inode away again it cannot be told from the old one.
            if (!Files.getAttribute(data, "unix:ino").equals(inode)) {
                assertThat(sandbox.bench.failure(WipeRemove.class, input))
                        .hasMessageContaining("not the one whose wipe");
                assertThat(other).exists();
            }
        }
    }
}
