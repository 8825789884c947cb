package io.muster.runbook;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The content of a folder of runbooks: {@code processes/**} (BPMN and DMN) and {@code forms/**}. Paths are relative to the
 * folder with {@code /} between names, so that they stay when the folder moves or goes into a jar. Immutable.
 */
public final class RunbookFiles {

    private static final List<String> FOLDERS = List.of("processes", "forms");

    private final String source;
    private final Map<String, byte[]> contents;

    private RunbookFiles(String source, Map<String, byte[]> contents) {
        this.source = source;
        this.contents = Collections.unmodifiableMap(contents);
    }

    /** @param source what people are told they come from */
    public static RunbookFiles of(String source, Map<String, byte[]> contents) {
        return new RunbookFiles(source, new TreeMap<>(contents));
    }

    /**
     * Reads a folder that holds {@code processes} and {@code forms}.
     *
     * @throws IllegalArgumentException when there is no {@code processes} in it
     * @throws UncheckedIOException when a file cannot be read
     */
    public static RunbookFiles in(Path folder) {
        if (!Files.isDirectory(folder.resolve("processes"))) {
            throw new IllegalArgumentException("There are no runbooks in " + folder.toAbsolutePath()
                    + ": it has no folder 'processes'. Name the folder that holds 'processes' and 'forms'.");
        }
        Map<String, byte[]> contents = new TreeMap<>();
        for (String name : FOLDERS) {
            if (Files.isDirectory(folder.resolve(name))) {
                readInto(contents, folder, folder.resolve(name));
            }
        }
        return new RunbookFiles(folder.toAbsolutePath().normalize().toString(), contents);
    }

    /**
     * The runbooks that a server, and the command line beside it, works with.
     *
     * @param directory the setting {@code muster.runbooks-dir}; blank: the working directory where it holds
     *     {@code processes}, so that an edit and a restart suffice, else what the build packaged
     */
    public static RunbookFiles configured(String directory, ClassLoader loader) {
        if (!directory.isBlank()) {
            return in(Path.of(directory.strip()));
        }
        Path here = Path.of("");
        return Files.isDirectory(here.resolve("processes")) ? in(here) : onClasspath(loader);
    }

    /** Reads what the build packaged. */
    public static RunbookFiles onClasspath(ClassLoader loader) {
        PathMatchingResourcePatternResolver resolver = new PathMatchingResourcePatternResolver(loader);
        Map<String, byte[]> contents = new TreeMap<>();
        try {
            for (String name : FOLDERS) {
                for (Resource root : resolver.getResources("classpath*:" + name + "/")) {
                    readInto(contents, resolver, name, root.getURL().toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The packaged runbooks cannot be read", e);
        }
        return new RunbookFiles("the classpath", contents);
    }

    private static void readInto(Map<String, byte[]> contents, Path folder, Path part) {
        try (Stream<Path> files = Files.walk(part, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String path = folder.relativize(file).toString().replace('\\', '/');
                if (wanted(path)) {
                    contents.put(path, Files.readAllBytes(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The runbooks in " + part + " cannot be read", e);
        }
    }

    private static void readInto(
            Map<String, byte[]> contents, PathMatchingResourcePatternResolver resolver, String name, String root)
            throws IOException {
        for (Resource resource : resolver.getResources(root + "**")) {
            String url = resource.getURL().toString();
            String path = name + "/" + url.substring(Math.min(url.length(), root.length()));
            if (resource.isReadable() && wanted(path)) {
                try (InputStream stream = resource.getInputStream()) {
                    contents.putIfAbsent(path, stream.readAllBytes());
                }
            }
        }
    }

    // What editors leave behind (x.bpmn~, .x.bpmn.swp), notes, and the hidden directory behind the links of a mounted
    // volume.
    private static boolean wanted(String path) {
        String name = path.toLowerCase(Locale.ROOT);
        if (name.contains("/.")) {
            return false;
        }
        return path.startsWith("forms/")
                ? name.endsWith(".form") || name.endsWith(".html")
                : name.endsWith(".bpmn") || name.endsWith(".dmn");
    }

    /** Where they come from, for people. */
    public String source() {
        return source;
    }

    /** By path, in the order of the paths. */
    public Map<String, byte[]> contents() {
        return contents;
    }

    public Optional<byte[]> content(String path) {
        return Optional.ofNullable(contents.get(path));
    }

    /** Paths with this ending, in whatever case it is written. */
    List<String> ending(String suffix) {
        return contents.keySet().stream()
                .filter(path -> path.toLowerCase(Locale.ROOT).endsWith(suffix))
                .toList();
    }

    /** {@code processes/deploy/service-deployment.bpmn} gives {@code service-deployment}. */
    static String baseName(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
    }
}
