package io.muster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/production/muster.service: systemd reads it without complaint, and finds little that the service could do. */
class SystemdUnitTest {

    private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");
    private static final Path UNIT = Path.of("docs", "production", "muster.service");
    private static final double EXPOSED_AT_MOST = 2.0;

    @TempDir
    Path directory;

    @Test
    void systemdAcceptsItAndItIsExposedLittle() throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(ANALYZE), "systemd-analyze is not installed (Debian package systemd)");
        assertThat(analyzed("verify")).isBlank();
        Matcher level = Pattern.compile("Overall exposure level for muster.service: ([0-9.]+)")
                .matcher(analyzed("security", "--offline=true"));
        assertThat(level.results().map((MatchResult found) -> Double.parseDouble(found.group(1))))
                .singleElement()
                .satisfies(found -> assertThat(found).isLessThanOrEqualTo(EXPOSED_AT_MOST));
    }

    private String analyzed(String... arguments) throws Exception {
        Path unit = directory.resolve("muster.service");
        // Whether this machine has a Java at that path is not what is asked here.
        Files.writeString(unit, Files.readString(UNIT).replace("ExecStart=/usr/bin/java", "ExecStart=/bin/sh"));
        Path output = directory.resolve("output");
        List<String> command = new ArrayList<>(List.of(ANALYZE.toString()));
        command.addAll(List.of(arguments));
        command.add(unit.toString());
        int status = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        assertThat(status).as(() -> arguments[0]).isZero();
        return Files.readString(output);
    }
}
