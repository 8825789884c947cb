package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LintCommandTest {

    private static final Path SHIPPED = Path.of("processes/deploy");

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CommandLine commandLine =
            new CommandLine(CommandLine.commands(), new PrintStream(out, true), new PrintStream(err, true));

    @BeforeEach
    void aFolderWithOneGoodAndOneBrokenFile() throws IOException {
        Files.createDirectories(folder.resolve("processes/good"));
        Files.createDirectories(folder.resolve("processes/bad"));
        Files.copy(
                SHIPPED.resolve("container-class-placement.dmn"),
                folder.resolve("processes/good/container-class-placement.dmn"));
        Files.writeString(folder.resolve("processes/bad/broken.bpmn"), "<definitions>");
    }

    @Test
    void theRunbooksThatShipAreLintedByDefault() {
        assertThat(commandLine.run("lint")).hasValue(0);
        assertThat(text(out)).endsWith(" files, 0 violations.\n");
    }

    @Test
    void everyViolationIsALine() {
        assertThat(commandLine.run("lint", folder.toString())).hasValue(1);
        assertThat(text(out).lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("processes/bad/broken.bpmn:1: ")
                                .endsWith("[well-formed]"),
                        line -> assertThat(line).isEqualTo("2 files, 1 violation."));
    }

    @Test
    void aPathBelowTheFolderNarrowsWhatIsShown() {
        assertThat(commandLine.run("lint", folder.resolve("processes/good").toString()))
                .hasValue(0);
        assertThat(text(out)).isEqualTo("1 file, 0 violations.\n");
        assertThat(commandLine.run(
                        "lint", folder.resolve("processes/bad/broken.bpmn").toString()))
                .hasValue(1);
    }

    @Test
    void aPathThatIsNotThereOrHoldsNoRunbooksIsNamed(@TempDir Path empty) {
        assertThat(commandLine.run("lint", "nowhere.bpmn")).hasValue(2);
        assertThat(commandLine.run("lint", empty.toString())).hasValue(2);
        assertThat(text(err))
                .contains("There is no file or folder 'nowhere.bpmn'.\n")
                .contains("'" + empty + "' has no folder 'processes', and neither has a folder above it.\n");
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
