package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunbookFilesTest {

    private static final String[] PATHS = {"forms/deploy/approve.form", "processes/deploy/x.bpmn", "processes/y.dmn"};

    @TempDir
    private Path folder;

    @Test
    void aFolderIsReadWithPathsRelativeToIt() throws IOException {
        for (String path : PATHS) {
            write(path);
        }
        write("processes/.x.bpmn.swp");
        write("processes/.hidden.bpmn");
        write("processes/README.md");
        write("other/z.bpmn");

        RunbookFiles files = RunbookFiles.in(folder);

        assertThat(files.contents()).containsOnlyKeys(PATHS);
        assertThat(files.content("processes/y.dmn")).hasValue("processes/y.dmn".getBytes(StandardCharsets.UTF_8));
        assertThat(files.source()).isEqualTo(folder.toString());
    }

    @Test
    void linksAreFollowedAsAMountedVolumeNeeds() throws IOException {
        write("mounted/..data/x.bpmn");
        Files.createSymbolicLink(folder.resolve("mounted/x.bpmn"), Path.of("..data", "x.bpmn"));
        Files.createSymbolicLink(folder.resolve("processes"), Path.of("mounted"));
        assertThat(RunbookFiles.in(folder).contents()).containsOnlyKeys("processes/x.bpmn");
    }

    @Test
    void aFolderWithoutProcessesIsRefused() {
        assertThatThrownBy(() -> RunbookFiles.in(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There are no runbooks in " + folder
                        + ": it has no folder 'processes'. Name the folder that holds 'processes' and 'forms'.");
    }

    @Test
    void aJarIsReadWithTheSamePaths() throws IOException {
        Path jar = folder.resolve("muster.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            for (String directory : new String[] {"processes/", "processes/deploy/", "forms/", "forms/deploy/"}) {
                entries.putNextEntry(new JarEntry(directory));
            }
            for (String path : PATHS) {
                entries.putNextEntry(new JarEntry(path));
                entries.write(path.getBytes(StandardCharsets.UTF_8));
            }
        }
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            RunbookFiles files = RunbookFiles.onClasspath(loader);
            assertThat(files.contents()).containsOnlyKeys(PATHS);
            assertThat(files.content("processes/y.dmn")).hasValue("processes/y.dmn".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void whatTheBuildPackagedIsWhatTheRepositoryHolds() {
        RunbookFiles packaged = RunbookFiles.onClasspath(getClass().getClassLoader());
        RunbookFiles here = RunbookFiles.configured("", getClass().getClassLoader());
        assertThat(here.contents()).containsKey("processes/deploy/service-deployment.bpmn");
        assertThat(packaged.contents().keySet()).isEqualTo(here.contents().keySet());
    }

    @Test
    void theSettingNamesAnotherFolder() throws IOException {
        write("processes/x.bpmn");
        assertThat(RunbookFiles.configured(folder.toString(), getClass().getClassLoader())
                        .contents())
                .containsOnlyKeys("processes/x.bpmn");
    }

    private void write(String path) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, path);
    }
}
