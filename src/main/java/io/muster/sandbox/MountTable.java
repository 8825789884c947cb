package io.muster.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What is mounted on this machine, as {@code /proc/self/mountinfo} tells. */
record MountTable(Map<Path, String> optionsByPoint) {

    /** Options that a namespace may not drop when it mounts again; the rest need not be repeated. */
    private static final Set<String> LOCKED =
            Set.of("nosuid", "nodev", "noexec", "noatime", "nodiratime", "relatime", "strictatime");

    private static final int POINT = 4;
    private static final int OPTIONS = 5;

    static MountTable read() {
        try {
            Map<Path, String> options = new LinkedHashMap<>();
            for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1)) {
                String[] fields = line.split(" ");
                options.put(Path.of(unescape(fields[POINT])), fields[OPTIONS]);
            }
            return new MountTable(options);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read /proc/self/mountinfo, which lists what is mounted.", e);
        }
    }

    /** The flags to repeat when the mount that holds this path is mounted again, each preceded by a comma. */
    String lockedFlags(Path path) {
        Path point = path;
        while (point != null && !optionsByPoint.containsKey(point)) {
            point = point.getParent();
        }
        String options = point == null ? "" : optionsByPoint.get(point);
        return List.of(options.split(",")).stream()
                .filter(LOCKED::contains)
                .map(option -> "," + option)
                .collect(Collectors.joining());
    }

    List<Path> below(Path path) {
        List<Path> points = new ArrayList<>(optionsByPoint.keySet());
        points.removeIf(point -> point.equals(path) || !point.startsWith(path));
        return points;
    }

    /** The kernel writes space, tab, newline and backslash as three octal digits. */
    private static String unescape(String field) {
        byte[] in = field.getBytes(StandardCharsets.ISO_8859_1);
        byte[] out = new byte[in.length];
        int length = 0;
        for (int i = 0; i < in.length; i++) {
            if (in[i] == '\\' && i + 3 < in.length) {
                out[length++] = (byte) Integer.parseInt(field.substring(i + 1, i + 4), 8);
                i += 3;
            } else {
                out[length++] = in[i];
            }
        }
        return new String(out, 0, length, StandardCharsets.UTF_8);
    }
}
