package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who looks for a kind of event that is not in the list is told that there is none. */
class AuditKindsTest {

    /** Where an event is appended, and what it is called there, or in a constant. */
    private static final Pattern APPENDED = Pattern.compile(
            "(?s)(?:audit_append\\(|engine\\.append\\(|\\.noted\\(|ANSWERED = |KIND = ).{0,160}?['\"]([a-z]+(?:-[a-z]+)*)['\"]");

    @Test
    void everyKindThatIsAppendedCanBeLookedFor() throws IOException {
        Set<String> appended = new TreeSet<>();
        for (String folder : new String[] {"src/main/java/io/muster", "db/migration"}) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.filter(Files::isRegularFile).forEach(file -> {
                    Matcher found = APPENDED.matcher(text(file));
                    while (found.find()) {
                        appended.add(found.group(1));
                    }
                });
            }
        }
        assertThat(appended).containsAll(Set.of("run-started", "approval", "evidence-exported", "environment-frozen"));
        appended.removeIf(name -> !name.contains("-") && !name.equals("approval"));
        assertThat(AuditSearch.KINDS).containsAll(appended);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
