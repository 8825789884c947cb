package io.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    Path temp;

    @Test
    void isCreatedForItsOwnerOnlyAndNamesItsHolder() throws Exception {
        try (DataDirectory directory = DataDirectory.open(temp.resolve("a/data"))) {
            assertThat(permissions(directory.path())).isEqualTo("rwx------");
        }
        assertThat(temp.resolve("a/data/muster.lock"))
                .hasContent(ProcessHandle.current().pid() + "\n");
    }

    @Test
    void anEmptyDirectoryIsClosedToOthersAndAForeignOneIsLeftAsItIs() throws Exception {
        Path empty = Files.createDirectory(temp.resolve("empty"));
        Path foreign = Files.createDirectory(temp.resolve("foreign"));
        Files.createFile(foreign.resolve("letter.txt"));
        for (Path path : List.of(empty, foreign)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            DataDirectory.open(path).close();
        }
        assertThat(permissions(empty)).isEqualTo("rwx------");
        assertThat(permissions(foreign)).isEqualTo("rwxr-xr-x");
    }

    @Test
    void aSecondServerInTheSameProcessIsRefusedAndDoesNotBreakTheLock() throws Exception {
        try (DataDirectory first = DataDirectory.open(temp)) {
            assertThatThrownBy(() -> DataDirectory.open(temp))
                    .isInstanceOf(StartupRefused.class)
                    .hasMessageContaining(first.path().toString())
                    .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
            Process other = server(temp);
            assertThat(line(other)).startsWith("refused");
            other.waitFor();
        }
        DataDirectory.open(temp).close();
    }

    @Test
    void aSecondProcessIsToldWhoHoldsTheDirectoryAndWhatToDo() throws Exception {
        Process holder = server(temp);
        try {
            assertThat(line(holder)).isEqualTo("held");
            assertThatThrownBy(() -> DataDirectory.open(temp)).isInstanceOfSatisfying(StartupRefused.class, refused -> {
                assertThat(refused)
                        .hasMessageContaining(temp.toString())
                        .hasMessageContaining("process " + holder.pid());
                assertThat(refused.action()).contains("kill " + holder.pid()).contains("MUSTER_DATA_DIR");
            });
        } finally {
            holder.destroyForcibly().waitFor();
        }
        DataDirectory.open(temp).close();
    }

    @Test
    void aPathThatIsAFileIsRefused() throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        assertThatThrownBy(() -> DataDirectory.open(file))
                .isInstanceOf(StartupRefused.class)
                .hasMessageContaining(file.toString());
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static Process server(Path directory) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String line(Process process) throws Exception {
        BufferedReader reader = process.inputReader();
        return reader.readLine();
    }

    /** Holds a data directory until it is killed. */
    static final class Holder {
        public static void main(String[] args) throws Exception {
            try {
                DataDirectory.open(Path.of(args[0]));
                System.out.println("held");
                System.in.read();
            } catch (StartupRefused e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }
}
