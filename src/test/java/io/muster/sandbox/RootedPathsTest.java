package io.muster.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootedPathsTest {

    @TempDir
    Path root;

    @Test
    void plainPathsLieBelowTheRoot() throws IOException {
        assertThat(resolve("/a/./b//c")).isEqualTo(root.resolve("a/b/c"));
        assertThat(resolve("a")).isEqualTo(root.resolve("a"));
        assertThat(resolve("/")).isEqualTo(root);
    }

    @Test
    void parentDirectoriesEndAtTheRoot() throws IOException {
        assertThat(resolve("/../../etc/passwd")).isEqualTo(root.resolve("etc/passwd"));
        assertThat(resolve("/a/../../../b")).isEqualTo(root.resolve("b"));
    }

    @Test
    void linksMeanWhatTheyMeanInside() throws IOException {
        Files.createDirectories(root.resolve("a/b"));
        Files.createSymbolicLink(root.resolve("a/absolute"), Path.of("/etc"));
        Files.createSymbolicLink(root.resolve("a/b/up"), Path.of("../../../../../etc"));
        assertThat(resolve("/a/absolute/passwd")).isEqualTo(root.resolve("etc/passwd"));
        assertThat(resolve("/a/b/up/passwd")).isEqualTo(root.resolve("etc/passwd"));
    }

    @Test
    void theLastLinkIsFollowedOnlyOnDemand() throws IOException {
        Files.createSymbolicLink(root.resolve("link"), Path.of("/target"));
        assertThat(RootedPaths.resolve(root, "/link", false)).isEqualTo(root.resolve("link"));
        assertThat(RootedPaths.resolve(root, "/link", true)).isEqualTo(root.resolve("target"));
    }

    @Test
    void aCircleOfLinksIsAnError() throws IOException {
        Files.createSymbolicLink(root.resolve("one"), Path.of("two"));
        Files.createSymbolicLink(root.resolve("two"), Path.of("one"));
        assertThatThrownBy(() -> resolve("/one/x")).isInstanceOf(FileSystemLoopException.class);
    }

    private Path resolve(String path) throws IOException {
        return RootedPaths.resolve(root, path, true);
    }
}
