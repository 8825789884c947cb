package io.muster.sandbox.notes;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The format of the files on the volume, and the way from one to the next. In format 1 a thing's time is {@code created}
 * in milliseconds since 1970; in format 2 it is {@code createdAt}, ISO-8601.
 */
final class DataFormat {
    static final int OLDEST = 1;
    private static final String MARKER = "format";

    private DataFormat() {}

    /**
     * Brings the files up to the wanted format, keeping every entry. Ended half-way, it goes on at the next start.
     *
     * @return the number of files rewritten
     * @throws IOException also when the files are newer than wanted
     */
    static int migrate(Path data, int wanted) throws IOException {
        for (Entity entity : Entity.values()) {
            Files.createDirectories(data.resolve(entity.plural()));
        }
        Path marker = data.resolve(MARKER);
        int found = found(data).orElse(wanted);
        if (found > wanted) {
            throw new IOException("the data in " + data + " has format " + found + ", this version reads up to "
                    + wanted + ": run a newer version, or restore a backup of format " + wanted);
        }
        int rewritten = found < wanted ? rewrite(data) : 0;
        if (!Files.exists(marker) || found < wanted) {
            DurableFiles.write(marker, wanted + "\n");
        }
        return rewritten;
    }

    /** What the data have; empty on a new volume. */
    static OptionalInt found(Path data) throws IOException {
        Path marker = data.resolve(MARKER);
        return Files.exists(marker)
                ? OptionalInt.of(Integer.parseInt(Files.readString(marker).strip()))
                : OptionalInt.empty();
    }

    private static int rewrite(Path data) throws IOException {
        int count = 0;
        for (Entity entity : Entity.values()) {
            for (Path file : files(data.resolve(entity.plural()))) {
                Map<String, Object> fields = Json.object(Files.readString(file));
                if (fields.containsKey("created")) {
                    DurableFiles.write(file, Json.write(toSecond(fields)));
                    count++;
                }
            }
        }
        return count;
    }

    static List<Path> files(Path directory) throws IOException {
        List<Path> result = new ArrayList<>();
        try (var files = Files.newDirectoryStream(directory, "*.json")) {
            files.forEach(result::add);
        }
        result.sort(null);
        return result;
    }

    /** As an entry is written in a format. */
    static Map<String, Object> encode(Map<String, Object> fields, int format) {
        if (format > 1) {
            return fields;
        }
        Object time = fields.remove("createdAt");
        fields.put("created", Instant.parse((String) time).toEpochMilli());
        return fields;
    }

    /** As an entry of any format is worked with. */
    static Map<String, Object> decode(Map<String, Object> fields) {
        return fields.containsKey("created") ? toSecond(fields) : fields;
    }

    private static Map<String, Object> toSecond(Map<String, Object> fields) {
        BigDecimal millis = (BigDecimal) fields.remove("created");
        fields.put("createdAt", Instant.ofEpochMilli(millis.longValue()).toString());
        return fields;
    }
}
