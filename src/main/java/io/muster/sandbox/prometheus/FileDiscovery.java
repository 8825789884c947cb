package io.muster.sandbox.prometheus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The targets in the files of a directory. A file that turns bad keeps its last good content, as with Prometheus. */
final class FileDiscovery {
    private static final Logger LOG = LoggerFactory.getLogger(FileDiscovery.class);
    private static final List<String> ENDINGS = List.of(".json", ".yml", ".yaml");

    private record Stamp(FileTime modified, long size, Object key) {}

    private record Known(Stamp stamp, List<Target> targets) {}

    private final Path directory;
    private final String shownDirectory;
    private final Map<String, String> defaults;
    private final Map<String, Known> files = new HashMap<>();

    /**
     * @param shownDirectory the directory's name in {@code __meta_filepath}
     * @param defaults labels that files may override
     */
    FileDiscovery(Path directory, String shownDirectory, Map<String, String> defaults) {
        this.directory = directory;
        this.shownDirectory = shownDirectory;
        this.defaults = Map.copyOf(defaults);
    }

    /** Looks again; files that have not changed are not read. */
    synchronized Set<Target> targets() {
        Set<String> present = new LinkedHashSet<>(names());
        files.keySet().retainAll(present);
        present.forEach(this::refresh);
        Set<Target> all = new LinkedHashSet<>();
        files.values().stream().map(Known::targets).forEach(all::addAll);
        return all;
    }

    private Collection<String> names() {
        try (Stream<Path> list = Files.list(directory)) {
            return list.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> ENDINGS.stream().anyMatch(name::endsWith))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list the directory of targets " + directory, e);
        }
    }

    private void refresh(String name) {
        Path file = directory.resolve(name);
        try {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
            Stamp stamp = new Stamp(seen.lastModifiedTime(), seen.size(), String.valueOf(seen.fileKey()));
            Known known = files.get(name);
            if (known == null || !known.stamp().equals(stamp)) {
                List<Target> before = known == null ? List.of() : known.targets();
                files.put(name, new Known(stamp, read(name, file, before)));
            }
        } catch (NoSuchFileException e) {
            files.remove(name);
        } catch (IOException e) {
            LOG.warn("The file of targets {} cannot be read: {}", file, e.toString());
        }
    }

    private List<Target> read(String name, Path file, List<Target> before) throws IOException {
        try {
            return TargetGroups.parse(shownDirectory + "/" + name, Files.readString(file), defaults);
        } catch (IllegalArgumentException e) {
            LOG.warn("The file of targets {} is not used: {}", file, e.getMessage());
            return before;
        }
    }
}
