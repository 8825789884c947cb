package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commands as {@code docs/production.md} gives them, so that the page is what is tested. */
final class Documented {

    private Documented() {}

    /** The code block after the comment {@code <!-- name -->}. */
    static String block(String name) throws IOException {
        Matcher block = Pattern.compile("<!-- " + name + " -->\n```\\w+\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs", "production.md")));
        assertThat(block.find()).as("docs/production.md has a block " + name).isTrue();
        return block.group(1);
    }

    /** Runs it in a shell that stops at the first failure. */
    static void run(String name, Path directory, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, name, ".out");
        ProcessBuilder shell = new ProcessBuilder("sh", "-ec", block(name))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        shell.environment().putAll(environment);
        assertThat(shell.start().waitFor()).as(() -> read(output)).isZero();
    }

    private static String read(Path output) {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
