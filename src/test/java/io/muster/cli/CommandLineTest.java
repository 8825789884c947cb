package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CommandLine commandLine =
            new CommandLine(CommandLine.commands(), new PrintStream(out, true), new PrintStream(err, true));

    @Test
    void nothingServeAndOptionsAskForTheServer() {
        assertThat(commandLine.run()).isEmpty();
        assertThat(commandLine.run("serve", "--server.port=8081")).isEmpty();
        assertThat(commandLine.run("--server.port=8081")).isEmpty();
        assertThat(CommandLine.serverArguments("serve", "--server.port=8081")).containsExactly("--server.port=8081");
        assertThat(CommandLine.serverArguments("--server.port=8081")).containsExactly("--server.port=8081");
    }

    @Test
    void recoveryIsASettingOfTheServer() {
        assertThat(commandLine.run("--recovery")).isEmpty();
        assertThat(CommandLine.serverArguments("serve", "--recovery", "--server.port=8081"))
                .containsExactly("--muster.recovery=true", "--server.port=8081");
        assertThat(CommandLine.serverArguments("--recovery")).containsExactly("--muster.recovery=true");
    }

    @Test
    void helpNamesEveryCommand() {
        assertThat(commandLine.run("help")).hasValue(0);
        assertThat(commandLine.run("--help")).hasValue(0);
        assertThat(text(out)).contains("serve", "inventory check [file]", "help");
        assertThat(text(err)).isEmpty();
    }

    @Test
    void anUnknownCommandNamesTheNearestAndShowsTheUsage() {
        assertThat(commandLine.run("inventroy")).hasValue(2);
        assertThat(text(err))
                .startsWith(
                        "There is no command 'inventroy'. Did you mean 'inventory'?\nUsage: java -jar muster.jar [command]\n");
        assertThat(text(out)).isEmpty();
    }

    @Test
    void aValidInventoryIsSummedUp() {
        assertThat(inventory("docs/examples/inventory.yaml", "--without-secrets"))
                .hasValue(0);
        assertThat(text(out))
                .isEqualTo(
                        """
                docs/examples/inventory.yaml is valid.
                  prod: 4 hosts, 3 services, 1 node, 1 registry
                  lab: 1 host, 0 services, 0 nodes, 0 registries
                """);
    }

    @Test
    void aMissingSecretIsAViolationUnlessSecretsAreLeftOut() {
        assertThat(inventory("docs/examples/inventory.yaml")).hasValue(1);
        assertThat(text(out))
                .contains("Secret 'registry-password' is not defined; looked for environment variable"
                        + " MUSTER_SECRET_REGISTRY_PASSWORD");
    }

    @Test
    void everyViolationIsALine() throws IOException {
        Path file = Files.writeString(directory.resolve("inventory.yaml"), "version: 2\nenvironments: {}\n");
        assertThat(inventory(file.toString())).hasValue(1);
        assertThat(text(out).lines())
                .containsExactly(
                        file + ":1:10: version: 2 is not allowed; expected: The version of this format: 1.",
                        file
                                + ":2:15: environments: has too few entries; expected: The environments by name; a run works"
                                + " in exactly one.",
                        "2 violations.");
    }

    @Test
    void whatIsNotUnderstoodIsSaid() {
        assertThat(commandLine.run("inventory")).hasValue(2);
        assertThat(inventory("a", "b")).hasValue(2);
        assertThat(inventory("--fix")).hasValue(2);
        assertThat(text(err))
                .contains("'inventory' is followed by 'check'.", "takes one file and --without-secrets only.");
    }

    private OptionalInt inventory(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "inventory";
        all[1] = "check";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return commandLine.run(all);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
