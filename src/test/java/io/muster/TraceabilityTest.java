package io.muster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code docs/traceability.md} says keeps a rule is there. */
class TraceabilityTest {

    private static final Pattern REFERENCE = Pattern.compile("`([a-z0-9/-]+\\.(?:bpmn|dmn|form))#([A-Za-z0-9_-]+)`");

    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z0-9]+)#([a-z][A-Za-z0-9]+)`");

    @Test
    void everyElementThatTheDocumentNamesExists() throws IOException {
        String document = Files.readString(Path.of("docs/traceability.md"));
        List<String> missing = new ArrayList<>();
        int found = 0;
        Matcher matcher = REFERENCE.matcher(document);
        while (matcher.find()) {
            found++;
            Path folder = Path.of(matcher.group(1).endsWith(".form") ? "forms" : "processes");
            Path file = folder.resolve(matcher.group(1));
            if (!Files.exists(file) || !Files.readString(file).contains("id=\"" + matcher.group(2) + "\"")) {
                missing.add(matcher.group());
            }
        }
        assertThat(found).as("references in the document").isGreaterThan(25);
        assertThat(missing).isEmpty();
    }

    @Test
    void everyTestThatTheDocumentNamesExists() throws IOException {
        Map<String, String> tests = new HashMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
                tests.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        Matcher matcher = TEST.matcher(Files.readString(Path.of("docs/traceability.md")));
        List<String> missing = new ArrayList<>();
        int found = 0;
        while (matcher.find()) {
            found++;
            if (!tests.getOrDefault(matcher.group(1), "").contains("void " + matcher.group(2) + "(")) {
                missing.add(matcher.group());
            }
        }
        assertThat(found).as("tests in the document").isGreaterThan(40);
        assertThat(missing).isEmpty();
    }
}
