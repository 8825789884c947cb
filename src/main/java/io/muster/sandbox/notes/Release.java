package io.muster.sandbox.notes;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/**
 * What makes a version of the service: read from the file {@code release.properties} of its image.
 *
 * @param dataFormat the format of the files that this version writes; older ones are migrated, newer ones refused
 * @param migrates whether it brings older data up to its format; otherwise it leaves them in the format that it finds
 * @param faultAfter when this version turns unhealthy by itself, for rehearsing a bad release
 */
record Release(String version, int dataFormat, boolean migrates, Optional<Duration> faultAfter) {

    static Release read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        return new Release(
                required(properties, "version", file),
                Integer.parseInt(required(properties, "data-format", file)),
                Boolean.parseBoolean(properties.getProperty("migrates", "true")),
                Optional.ofNullable(properties.getProperty("fault-after")).map(Duration::parse));
    }

    private static String required(Properties properties, String key, Path file) {
        String value = properties.getProperty(key);
        if (value == null) {
            throw new IllegalArgumentException(file + " has no '" + key + "'");
        }
        return value;
    }
}
