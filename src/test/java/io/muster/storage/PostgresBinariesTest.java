package io.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesTest {

    @TempDir
    Path directory;

    /** As test programs do that start together, and servers that share a directory of programs. */
    @Test
    void programsThatUnpackTogetherAllHaveThemWhole() throws Exception {
        List<Process> programs = new ArrayList<>();
        for (int n = 0; n < 3; n++) {
            programs.add(new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Unpacking.class.getName(),
                            directory.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("said-" + n).toFile())
                    .start());
        }
        for (int n = 0; n < 3; n++) {
            assertThat(programs.get(n).waitFor())
                    .as(Files.readString(directory.resolve("said-" + n)))
                    .isZero();
        }
        try (Stream<Path> all = Files.list(directory).filter(Files::isDirectory)) {
            assertThat(all).singleElement().satisfies(home -> assertThat(home.resolve("bin/postgres"))
                    .isExecutable());
        }
    }

    /** A program that unpacks, and removes what it takes for left behind. */
    static final class Unpacking {

        public static void main(String[] args) throws Exception {
            PostgresBinaries binaries = PostgresBinaries.unpackedIn(Path.of(args[0]));
            binaries.removeOthers();
            if (!Files.isExecutable(binaries.program("initdb"))) {
                throw new IllegalStateException("initdb is not there");
            }
        }
    }
}
