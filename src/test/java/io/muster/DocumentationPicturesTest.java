package io.muster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A screenshot that no test takes anew grows old; one that no page shows is kept for nothing. */
class DocumentationPicturesTest {

    private static final Pattern TAKEN = Pattern.compile("Pictures\\.take\\([^;]*?\"([a-z-]+)\"\\)");
    private static final Pattern SHOWN = Pattern.compile("images/([a-z-]+)\\.png");

    @Test
    void eachIsTakenByATestAndShown() throws IOException {
        Set<String> there = Stream.of(Path.of("docs", "images").toFile().list())
                .map(name -> name.replaceAll("\\.png$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> shown = names(Path.of("docs"), ".md", SHOWN);
        SHOWN.matcher(Files.readString(Path.of("README.md"))).results().forEach(found -> shown.add(found.group(1)));
        assertThat(shown).isNotEmpty().isEqualTo(there);
        assertThat(names(Path.of("src", "test", "java"), ".java", TAKEN)).isEqualTo(there);
    }

    private static Set<String> names(Path directory, String ending, Pattern pattern) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .flatMap(file -> pattern.matcher(read(file)).results())
                    .map((MatchResult found) -> found.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
