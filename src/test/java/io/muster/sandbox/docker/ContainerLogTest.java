package io.muster.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerLogTest {
    @TempDir
    Path directory;

    @Test
    void streamsAreReadInTheOrderInWhichTheyCameAlsoByTheNextReader() throws Exception {
        ContainerLog log = open();
        write("stdout", "one\n");
        log.advance(false);
        write("stderr", "two\n");
        log.advance(false);
        write("stdout", "three\n");
        log.advance(false);

        assertThat(text(log)).containsExactly("1 one\n", "2 two\n", "1 three\n");
        assertThat(text(open())).isEqualTo(text(log));
    }

    @Test
    void anUnfinishedLineWaitsForItsEndOrTheEndOfTheProcess() throws Exception {
        ContainerLog log = open();
        write("stdout", "half");
        log.advance(false);
        assertThat(text(log)).isEmpty();

        write("stdout", " a line\nno end");
        log.advance(false);
        assertThat(text(log)).containsExactly("1 half a line\n");
        log.advance(true);
        assertThat(text(log)).containsExactly("1 half a line\n", "1 no end");
    }

    @Test
    void aLongLineComesInParts() throws Exception {
        ContainerLog log = open();
        write("stdout", "x".repeat(40_000) + "\n");
        log.advance(false);

        assertThat(text(log)).extracting(String::length).containsExactly(16_386, 16_386, 7_235);
    }

    private ContainerLog open() throws IOException {
        return new ContainerLog(directory, directory.resolve("stdout"), directory.resolve("stderr"), Clock.systemUTC());
    }

    private void write(String stream, String text) throws IOException {
        Files.writeString(directory.resolve(stream), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static List<String> text(ContainerLog log) throws IOException {
        List<String> result = new ArrayList<>();
        for (int i = 0; i < log.size(); i++) {
            for (ContainerLog.Entry entry : log.entries(i)) {
                result.add(entry.stream() + " " + new String(entry.text()));
            }
        }
        return result;
    }
}
