package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is done to the example, reading it gives an inventory or its violations, and nothing else. */
class InventoryMutationTest {

    private static final int ROUNDS = 400;
    private static final List<String> TOKENS = List.of(
            "{",
            "}",
            "[",
            "]",
            ": ",
            "- ",
            "&a ",
            "*a",
            "!x ",
            "!!int ",
            "\"",
            "'",
            "|\n",
            "#",
            "%YAML 9999999999.1\n",
            "---\n",
            "null",
            "0",
            "-1",
            "99999999999999999999",
            "1e999",
            ".nan",
            "~",
            "\t",
            "\u0000",
            "\uFFFE",
            "\\uD800",
            "\"\\uD800\"",
            "secret:",
            "secret:a/b",
            "..",
            "//",
            "http://",
            "P",
            "PT",
            "<<: ",
            "\r",
            "\u2028",
            "@",
            "`",
            "? ",
            "=",
            "é",
            "😀");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void changedLettersAndTokensGiveAnInventoryOrViolations(long seed) throws IOException {
        Random random = new Random(seed);
        String example = Files.readString(InventoryFixture.EXAMPLES.resolve("inventory.yaml"));
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder text = new StringBuilder(example);
            for (int n = random.nextInt(4); n >= 0; n--) {
                int at = random.nextInt(text.length());
                int end = Math.min(text.length(), at + random.nextInt(6));
                text.replace(at, end, TOKENS.get(random.nextInt(TOKENS.size())));
            }
            check(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void movedAndDroppedLinesGiveAnInventoryOrViolations(long seed) throws IOException {
        Random random = new Random(seed);
        List<String> example = Files.readAllLines(InventoryFixture.EXAMPLES.resolve("inventory.yaml"));
        for (int i = 0; i < ROUNDS; i++) {
            List<String> lines = new java.util.ArrayList<>(example);
            for (int n = random.nextInt(3); n >= 0; n--) {
                int at = random.nextInt(lines.size());
                switch (random.nextInt(4)) {
                    case 0 -> lines.remove(at);
                    case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
                    case 2 -> Collections.swap(lines, at, random.nextInt(lines.size()));
                    default -> lines.set(at, "  " + lines.get(at));
                }
            }
            check(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void valuesOfOtherKindsGiveAnInventoryOrViolations(long seed) throws IOException {
        Random random = new Random(seed);
        List<String> example = Files.readAllLines(InventoryFixture.EXAMPLES.resolve("inventory.yaml"));
        List<String> values =
                List.of("", "[]", "{}", "null", "true", "17", "1.5", "text", "[[x]]", "{a: {b: c}}", "\"\"", "\"\\n\"");
        for (int i = 0; i < ROUNDS; i++) {
            List<String> lines = new java.util.ArrayList<>(example);
            int at = random.nextInt(lines.size());
            String value = values.get(random.nextInt(values.size()));
            lines.set(at, lines.get(at).replaceFirst(random.nextBoolean() ? ":.*" : ": .*", ": " + value));
            check(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void cutAndGarbledBytesGiveAnInventoryOrViolations() throws IOException {
        Random random = new Random(9);
        byte[] example = Files.readAllBytes(InventoryFixture.EXAMPLES.resolve("inventory.yaml"));
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = Arrays.copyOf(example, random.nextInt(example.length));
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            check(bytes);
        }
    }

    private void check(byte[] bytes) throws IOException {
        Path file = directory.resolve("inventory.yaml");
        for (String name : List.of("ca.pem", "docker-client.pem")) {
            if (!Files.exists(directory.resolve(name))) {
                Files.copy(InventoryFixture.EXAMPLES.resolve(name), directory.resolve(name));
            }
        }
        Files.write(file, bytes);
        try {
            Inventory inventory = new InventoryReader(InventoryFixture.secrets()).read(file);
            String json = InventoryJson.write(inventory);
            assertThat(InventoryJson.read(inventory.source(), inventory.hash(), json))
                    .isEqualTo(inventory);
        } catch (InventoryInvalid e) {
            assertThat(e.violations()).isNotEmpty().allSatisfy(violation -> assertThat(violation.toString())
                    .doesNotContainPattern("[\\r\\n\\u2028]")
                    .startsWith(file + ":" + violation.line() + ":"));
        }
    }
}
