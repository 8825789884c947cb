package io.muster.steps.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.step.StepFailure;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilesTest {

    @TempDir
    Path directory;

    @Test
    void givesAPathBelowTheDirectoryWithItsParentMade() {
        Path path = new Files(directory.toString()).resolve("runs/1/a.txt");
        assertThat(path).isEqualTo(directory.resolve("runs/1/a.txt"));
        assertThat(path.getParent()).isDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc/passwd", "a/../../x", ".", ""})
    void refusesPathsThatLeadOut(String path) {
        assertThatThrownBy(() -> new Files(directory.toString()).resolve(path))
                .isInstanceOf(StepFailure.Rejected.class)
                .hasMessageContaining("not below the files directory");
    }

    @Test
    void refusesALinkThatLeadsOut(@TempDir Path elsewhere) throws IOException {
        java.nio.file.Files.createSymbolicLink(directory.resolve("link"), elsewhere);
        assertThatThrownBy(() -> new Files(directory.toString()).resolve("link/x"))
                .isInstanceOf(StepFailure.Rejected.class)
                .hasMessageContaining("leads out of the files directory through a link");
    }
}
