package io.muster.steps.ssh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Short-lived local files, readable by this server's user alone. */
final class Temporary {

    private Temporary() {}

    static Path with(byte[] content) {
        try {
            return Files.write(Files.createTempFile("muster-", ".upload"), content);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write a temporary file on this server", e);
        }
    }

    static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete the temporary file " + path, e);
        }
    }
}
