package io.muster.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that cannot be mistaken for a later one with the same number.
 *
 * @param startTicks when it started, in clock ticks since boot (field 22 of {@code /proc/<pid>/stat})
 */
public record ProcessIdentity(long pid, long startTicks) {

    private static final int STATE = 0;
    private static final int START_TIME = 19;

    /** The living process of that number; a zombie counts as dead. */
    public static Optional<ProcessIdentity> of(long pid) {
        return fields(pid)
                .filter(fields -> !"ZX".contains(fields[STATE]))
                .map(fields -> new ProcessIdentity(pid, Long.parseLong(fields[START_TIME])));
    }

    public boolean alive() {
        return of(pid).equals(Optional.of(this));
    }

    /** What follows the command's name, which is in parentheses and may contain anything. */
    private static Optional<String[]> fields(long pid) {
        try {
            byte[] stat = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "stat"));
            String text = new String(stat, StandardCharsets.ISO_8859_1);
            return Optional.of(text.substring(text.lastIndexOf(')') + 2).split(" "));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
