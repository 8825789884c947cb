package io.muster.sandbox.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Images that tests put into a registry's directory. */
public final class TestImages {

    private TestImages() {}

    /** The program of the service {@code notes}. */
    public static byte[] notesJar() throws IOException {
        return NotesJar.bytes();
    }

    public static byte[] notesHealthCheck() throws IOException {
        try (InputStream script = NotesImages.class.getResourceAsStream("notes-healthcheck.sh")) {
            return script.readAllBytes();
        }
    }

    /** @return the digest that the tag names now */
    public static String publish(Path directory, String name, String tag, Map<String, Object> config)
            throws IOException {
        byte[] layer = new LayerTar().directory("data").bytes();
        return new Image(List.of(layer), config)
                .publish(new ImageRepositories(directory), name, tag)
                .toString();
    }
}
