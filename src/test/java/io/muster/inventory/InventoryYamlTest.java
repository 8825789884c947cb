package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before the schema is asked, and how scalars are read. */
class InventoryYamlTest {

    @TempDir
    Path directory;

    @Test
    void aSyntaxErrorIsShownWhereItIs() {
        assertThat(of("version: 1\nenvironments: {prod\n"))
                .containsExactly("inventory.yaml:3:1: not valid YAML: expected ',' or '}', but got <stream end>"
                        + " (while parsing a flow mapping).");
    }

    @Test
    void aSyntaxErrorDoesNotShowTheLine() {
        assertThat(of("version: 1\nenvironments:\n  password: hunter2: x\n"))
                .containsExactly("inventory.yaml:3:20: not valid YAML: mapping values are not allowed here.");
    }

    @Test
    void anEmptyFileIsRefused() {
        assertThat(of("# nothing yet\n"))
                .containsExactly("inventory.yaml:1:1: the file is empty; it needs 'version: 1' and 'environments'.");
    }

    @Test
    void aFileThatIsAListIsRefused() {
        assertThat(of("- version\n"))
                .containsExactly(
                        "inventory.yaml:1:1: a list where a mapping of keys to values is expected: What Muster may"
                                + " touch: environments with their hosts, services, registries and Proxmox nodes.");
    }

    @Test
    void aSecondDocumentIsRefused() {
        assertThat(of("version: 1\n---\nversion: 1\n"))
                .containsExactly("inventory.yaml:2:1: not valid YAML: but found another document"
                        + " (expected a single document in the stream).");
    }

    @Test
    void aKeyThatIsGivenTwiceIsRefusedAmongAllOtherViolations() {
        assertThat(base().with("        restart: unless-stopped", "        image: other\n        restart: never")
                        .violations())
                .containsExactly(
                        "inventory.yaml:48:9: key 'image' is given twice (first in line 40); keep one.",
                        "inventory.yaml:49:18: environments.prod.services.notes.restart: 'never' is not allowed;"
                                + " Allowed: no, on-failure, always, unless-stopped.");
    }

    @Test
    void anAliasStandsForWhatItsAnchorHolds() {
        InventoryFixture fixture = base().with("ports: [\"8080:8080\"]", "labels: &team {team: core}")
                .with("{TITLE: Notes}", "*team");
        assertThat(InventoryFixture.services(fixture.read()).get("notes").env()).containsEntry("team", "core");
    }

    @Test
    void anAliasInsideItsOwnAnchorIsRefused() {
        assertThat(base().with("[database]", "&self [*self]").violations())
                .containsExactly(
                        "inventory.yaml:52:23: this alias stands inside what it refers to; write the value out.");
    }

    @Test
    void aliasesThatMultiplyAreRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 20; i++) {
            String alias = "*a" + (i - 1);
            bomb.append(
                    "a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", java.util.Collections.nCopies(10, alias))));
        }
        assertThat(of(bomb.toString()))
                .containsExactly("inventory.yaml:1:1: holds more than 200000 values once its aliases are expanded;"
                        + " write them out or split it.");
    }

    @Test
    void aKeyThatIsAListIsRefused() {
        assertThat(base().with("[database]", "[database]\n        ? [a, b]\n        : c")
                        .violations())
                .containsExactly("inventory.yaml:53:11: only text can be a key; if it begins with '{', '[', '*' or '&',"
                        + " quote it.");
    }

    @Test
    void aZeroCharacterIsRefused() {
        assertThat(base().with("{TITLE: Notes}", "{TITLE: \"No\\0tes\"}").violations())
                .containsExactly("inventory.yaml:45:22: a zero character or half a surrogate pair is not allowed here;"
                        + " remove the escape.");
    }

    @Test
    void deepNestingIsRefused() {
        assertThat(of("a: " + "[".repeat(5000) + "]".repeat(5000)))
                .containsExactly("inventory.yaml:1:1: not valid YAML: it is nested deeper than 50 levels.");
    }

    @Test
    void aHugeFileIsRefused() {
        assertThat(of("a: " + "x".repeat(4_000_000)))
                .containsExactly("inventory.yaml:1:1: not valid YAML: it has more than 3145728 characters.");
    }

    @Test
    void aFileThatIsNotUtf8IsRefused() throws IOException {
        Files.write(base().file(), "version: Ä".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(read()).containsExactly("inventory.yaml:1:1: the file is not UTF-8; save it as UTF-8.");
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        assertThat(read()).containsExactly("inventory.yaml:1:1: the file does not exist; MUSTER_INVENTORY names it.");
    }

    @Test
    void aDirectoryIsRefused() throws IOException {
        Files.createDirectory(directory.resolve("inventory.yaml"));
        assertThat(read()).containsExactly("inventory.yaml:1:1: the file is not a file.");
    }

    @Test
    void aByteOrderMarkAndWindowsLineEndsAreAccepted() {
        new InventoryFixture(directory, "\uFEFF" + InventoryFixture.BASE.replace("\n", "\r\n")).write();
        assertThat(read()).isEmpty();
    }

    @Test
    void noIsTextAsInYaml12() {
        Inventory inventory = base().with("unless-stopped", "no").read();
        assertThat(InventoryFixture.services(inventory).get("notes").restart()).isEqualTo("no");
    }

    @Test
    void twoNumbersWithAColonAreTextAsInYaml12() {
        Inventory inventory =
                base().with("[\"8080:8080\"]", "\n          - 22:22").read();
        assertThat(InventoryFixture.services(inventory)
                        .get("notes")
                        .ports()
                        .get(0)
                        .host())
                .isEqualTo(22);
    }

    private List<String> of(String text) {
        return new InventoryFixture(directory, text).violations();
    }

    private List<String> read() {
        return new InventoryReader(InventoryFixture.secrets())
                .attempt(directory.resolve("inventory.yaml")).violations().stream()
                        .map(violation -> violation.toString().replace(directory + "/", ""))
                        .toList();
    }

    private InventoryFixture base() {
        return new InventoryFixture(directory);
    }
}
