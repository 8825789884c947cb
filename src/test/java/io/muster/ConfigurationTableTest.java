package io.muster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/** The table of variables in docs/operations.md names each setting that the code reads, and none that it does not. */
class ConfigurationTableTest {

    /** Texts in the code that look like settings: names of files, marks, and what the sandbox tells the rest of the server. */
    private static final Set<String> NO_SETTINGS = Set.of(
            "muster.lock",
            "muster.password",
            "muster.progress",
            "muster.sandbox",
            "muster.sandbox.active",
            "muster.jar");

    private static final Pattern SETTING = Pattern.compile("(?:\"|\\$\\{)(muster\\.[a-z][a-z0-9.-]*[a-z0-9])[\":}]");
    private static final Pattern VARIABLE = Pattern.compile("`(MUSTER_[A-Z_]+)`");

    @Test
    void theTableNamesWhatTheCodeReadsAndNothingElse() throws IOException {
        Set<String> inCode = new TreeSet<>(texts());
        Set<String> prefixes = components().stream()
                .map(name -> name.substring(0, name.lastIndexOf('.')))
                .collect(Collectors.toSet());
        inCode.removeAll(prefixes);
        inCode.addAll(components());
        Set<String> variables =
                inCode.stream().map(ConfigurationTableTest::variable).collect(Collectors.toCollection(TreeSet::new));
        assertThat(variables).hasSizeGreaterThan(10);
        assertThat(documented()).isEqualTo(variables);
    }

    private static Set<String> texts() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(ConfigurationTableTest::read)
                    .flatMap(text -> SETTING.matcher(text).results())
                    .map(found -> found.group(1))
                    .filter(Predicate.not(NO_SETTINGS::contains))
                    .collect(Collectors.toSet());
        }
    }

    private static Set<String> components() {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        return scanner.findCandidateComponents("io.muster").stream()
                .map(found -> ClassUtils.resolveClassName(found.getBeanClassName(), null))
                .flatMap(ConfigurationTableTest::components)
                .collect(Collectors.toSet());
    }

    private static Stream<String> components(Class<?> type) {
        String prefix = type.getAnnotation(ConfigurationProperties.class).value();
        return Stream.of(type.getRecordComponents())
                .map(RecordComponent::getName)
                .map(name -> prefix + "." + name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
    }

    private static Set<String> documented() {
        return read(Path.of("docs", "operations.md"))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|")[1])
                .flatMap(cell -> VARIABLE.matcher(cell).results())
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String variable(String setting) {
        return setting.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
