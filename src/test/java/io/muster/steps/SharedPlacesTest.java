package io.muster.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Inventory;
import io.muster.inventory.InventoryReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One machine that several environments have as a host, and what services of theirs keep there. */
class SharedPlacesTest {

    private static final String HOST =
            """
                  %s:
                    class: core
                    ssh: {address: %s, user: root, host-keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBa+PGTISJn67ow9HlUr3YSiHaCpm9bPKA72ciojvt3i"], private-key: secret:key%s}
                    docker: {endpoint: ssh}
                    persistent-storage: [/srv]
            """;

    @TempDir
    Path directory;

    private static String host(String name, String address, String more) {
        return HOST.formatted(name, address, more);
    }

    private static String service(String name, String host, String more) {
        return "      " + name + ":\n        image: registry.example/" + name
                + "\n        class: core\n        container: " + host + "\n" + more.indent(8);
    }

    /** Of the first environment's service `notes` with the volume /srv/notes on core-01 at 192.0.2.10. */
    private List<String> sharing(String theirHost, String theirService) throws IOException {
        String text = "version: 1\nenvironments:\n  a:\n    approval: second-person\n    hosts:\n"
                + host("core-01", "192.0.2.10", "")
                + "    services:\n"
                + service("notes", "core-01", "volumes: [\"/srv/notes:/data\"]")
                + "  b:\n    approval: second-person\n    backups: {host: jump, directory: /srv/backups}\n    hosts:\n"
                + host("jump", "198.51.100.7", "") + theirHost
                + "    services:\n" + theirService;
        Inventory inventory =
                InventoryReader.withoutSecrets().read(Files.writeString(directory.resolve("inventory.yaml"), text));
        Inventory.Environment a = inventory.environment("a").orElseThrow();
        Inventory.Service notes = a.services().get("notes");
        return SharedPlaces.of(
                        SharedPlaces.all(a, notes).toList(),
                        notes.name(),
                        inventory.environments().values())
                .stream()
                .map(SharedPlaces.Sharing::whose)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"/srv/notes:/data:ro", "/srv/notes/:/data:ro", "/srv/notes/deep:/data:ro", "/srv:/data"})
    void theSameAddressIsTheSameHostWhateverItIsCalled(String source) throws IOException {
        assertThat(sharing(host("other", "192.0.2.10", ""), service("wiki", "other", "volumes: [\"" + source + "\"]")))
                .containsExactly("service wiki of environment b");
    }

    @ParameterizedTest
    @CsvSource({"/srv:/data:ro", "/:/host:ro"})
    void whoOnlyWatchesTheHostHasNoDataOnIt(String volume) throws IOException {
        assertThat(sharing(
                        host("other", "192.0.2.10", ""), service("exporter", "other", "volumes: [\"" + volume + "\"]")))
                .isEmpty();
    }

    @Test
    void whatABackupPlanTakesIsTheServicesToo() throws IOException {
        assertThat(sharing(
                        host("other", "192.0.2.10", ""),
                        service(
                                "wiki",
                                "jump",
                                "backup: {data: [{name: d, type: files, host: other, paths: [/srv/notes/wiki]}]}")))
                .containsExactly("service wiki of environment b");
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.11, '', /srv/notes", "192.0.2.10, '', /srv/notes-2", "192.0.2.10, ', jump: jump', /srv/notes"})
    void anotherMachineOrPathIsNotShared(String address, String more, String source) throws IOException {
        assertThat(sharing(
                        host("core-01", address, more),
                        service("notes", "core-01", "volumes: [\"" + source + ":/data\"]")))
                .isEmpty();
    }
}
