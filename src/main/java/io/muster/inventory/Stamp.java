package io.muster.inventory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** What tells that files have changed without reading them. */
record Stamp(Map<Path, State> files) {

    record State(FileTime modified, long size, Object key) {}

    private static final State ABSENT = new State(FileTime.fromMillis(0), -1, "absent");

    static Stamp of(Path file, Collection<Path> others) {
        Map<Path, State> files = new HashMap<>();
        files.put(file, state(file));
        others.forEach(other -> files.put(other, state(other)));
        return new Stamp(Map.copyOf(files));
    }

    /** Whether the files that both know have not changed between them. */
    boolean agreesWith(Stamp other) {
        return files.entrySet().stream()
                .allMatch(e -> e.getValue().equals(other.files.getOrDefault(e.getKey(), e.getValue())));
    }

    private static State state(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Object key = attributes.fileKey() == null ? "none" : attributes.fileKey();
            return new State(attributes.lastModifiedTime(), attributes.size(), key);
        } catch (IOException e) {
            return ABSENT;
        }
    }
}
