package io.muster.sandbox.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Blobs on their way in. What was not completed is forgotten at the next start, as clients begin again. */
final class Uploads {
    private final Path directory;

    Uploads(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        try (var left = Files.newDirectoryStream(directory)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
    }

    String begin() throws IOException {
        String id = UUID.randomUUID().toString();
        Files.createFile(directory.resolve(id));
        return id;
    }

    /** Empty when there is no such upload. */
    Optional<Path> find(String id) {
        return id.matches("[0-9a-f-]{36}")
                ? Optional.of(directory.resolve(id)).filter(Files::exists)
                : Optional.empty();
    }

    /** Returns the number of bytes that are there now. */
    long append(Path upload, InputStream content) throws IOException {
        try (OutputStream out = Files.newOutputStream(upload, StandardOpenOption.APPEND)) {
            content.transferTo(out);
        }
        return Files.size(upload);
    }

    /** What is kept about an upload in an error. */
    static Map<String, String> detail(String id) {
        return Map.of("upload", id);
    }
}
