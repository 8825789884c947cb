package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An inventory file in a directory of its own, beside the certificates of the example. */
final class InventoryFixture {

    static final Path EXAMPLES = Path.of("docs/examples");
    static final String BASE = read(Path.of("src/test/resources/inventory/base.yaml"));

    private final Path directory;
    private String text;

    InventoryFixture(Path directory) {
        this(directory, BASE);
    }

    InventoryFixture(Path directory, String text) {
        this.directory = directory;
        this.text = text;
        copy("ca.pem");
        copy("docker-client.pem");
    }

    /** Every secret but {@code missing} has a value. */
    static Secrets secrets() {
        return new EnvironmentAndFileSecrets(
                name -> name.equals("MUSTER_SECRET_MISSING") ? null : "value of " + name, Optional.empty());
    }

    InventoryFixture with(String old, String replacement) {
        assertThat(text).contains(old);
        text = text.replaceFirst(
                java.util.regex.Pattern.quote(old), java.util.regex.Matcher.quoteReplacement(replacement));
        return this;
    }

    String text() {
        return text;
    }

    Path file() {
        return directory.resolve("inventory.yaml");
    }

    Path write() {
        return write(text);
    }

    Path write(String content) {
        try {
            return Files.writeString(file(), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Inventory read() {
        return new InventoryReader(secrets()).read(write());
    }

    /** As reported, with the bare name of the file. */
    List<String> violations() {
        return new InventoryReader(secrets())
                .attempt(write()).violations().stream()
                        .map(violation -> violation
                                .toString()
                                .replace(directory + "/", "")
                                .replace(directory.toString(), "DIRECTORY"))
                        .toList();
    }

    private void copy(String name) {
        try {
            Files.copy(EXAMPLES.resolve(name), directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Inventory.Service> services(Inventory inventory) {
        return inventory.environments().get("prod").services();
    }
}
