package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Inventory.Approval;
import io.muster.inventory.Inventory.ContainerClass;
import io.muster.inventory.Inventory.Environment;
import io.muster.inventory.Inventory.Host;
import io.muster.inventory.Inventory.Lxc;
import io.muster.inventory.Inventory.Port;
import io.muster.inventory.Inventory.Service;
import io.muster.inventory.Inventory.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documented example, read as a whole. */
class InventoryReaderTest {

    private static final Path EXAMPLE = InventoryFixture.EXAMPLES.resolve("inventory.yaml");

    @TempDir
    Path directory;

    private final Inventory example = new InventoryReader(InventoryFixture.secrets()).read(EXAMPLE);
    private final Environment prod = example.environments().get("prod");

    @Test
    void theDocumentedExampleIsValid() {
        assertThat(example.source()).isEqualTo(EXAMPLE.toString());
        assertThat(example.environments()).containsOnlyKeys("prod", "lab");
        assertThat(example.hash()).matches("[0-9a-f]{64}");
    }

    @Test
    void theDocumentationShowsTheExampleAsItIs() throws IOException {
        assertThat(Files.readString(Path.of("docs/inventory.md")))
                .contains("```yaml\n" + Files.readString(EXAMPLE) + "```");
    }

    @Test
    void anEnvironmentIsMapped() {
        assertThat(prod.description()).isEqualTo("What customers use");
        assertThat(prod.approval()).isEqualTo(new Approval(Approval.Mode.SECOND_PERSON, Optional.empty()));
        assertThat(prod.resolver()).contains("192.0.2.53:53");
        assertThat(prod.trust()).singleElement().asString().startsWith("-----BEGIN CERTIFICATE-----\n");
        assertThat(example.environments().get("lab").approval())
                .isEqualTo(new Approval(Approval.Mode.SELF_AFTER_DELAY, Optional.of(Duration.ofHours(1))));
    }

    @Test
    void registriesAndNodesAreMapped() {
        Inventory.Registry registry = prod.registries().get("registry.example.com:5000");
        assertThat(registry.url()).isEqualTo("https://registry.example.com:5000");
        assertThat(registry.password()).contains(new SecretRef("registry-password"));
        Inventory.Node node = prod.nodes().get("proxima");
        assertThat(node.node()).isEqualTo("proxima");
        assertThat(node.tokenSecret()).isEqualTo(new SecretRef("proxmox-token"));
    }

    @Test
    void aHostIsMapped() {
        Host host = prod.hosts().get("apps-01");
        assertThat(host.ssh().port()).isEqualTo(2222);
        assertThat(host.ssh().hostKeys()).hasSize(2);
        assertThat(host.ssh().jump()).contains("bastion");
        assertThat(prod.hosts().get("bastion").ssh().port()).isEqualTo(22);
        assertThat(host.containerClass()).contains(ContainerClass.CORE);
        assertThat(host.lxc()).contains(new Lxc("proxima", 103));
        assertThat(host.docker().orElseThrow().certificate().orElseThrow()).startsWith("-----BEGIN CERTIFICATE-----\n");
        assertThat(host.persistentStorage()).containsExactly("/srv/persistent");
    }

    @Test
    void aServiceIsMapped() {
        Service notes = prod.services().get("notes");
        assertThat(notes.volumes())
                .containsExactly(
                        new Volume("/srv/persistent/notes", "/data", false),
                        new Volume("/srv/persistent/certificates", "/certificates", true));
        assertThat(notes.ports())
                .containsExactly(new Port(Optional.empty(), 8080, 8080), new Port(Optional.empty(), 8443, 8443));
        assertThat(notes.env()).isEqualTo(Map.of("NOTES_TITLE", "Production"));
        assertThat(notes.secretEnv()).isEqualTo(Map.of("NOTES_TOKEN", new SecretRef("notes-token")));
        assertThat(notes.limits()).isEqualTo(new Limits(Optional.of(268435456L), Optional.of(0.5)));
        assertThat(notes.health().orElseThrow().jsonPath()).contains("$.status");
        assertThat(notes.healthCheck().orElseThrow().startPeriod()).isEqualTo(Duration.ofSeconds(5));
        assertThat(notes.dependencies()).containsExactly("database");
        assertThat(notes.recovery().orElseThrow().rpo()).contains(Duration.ofHours(24));
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        Service database = prod.services().get("database");
        assertThat(database.restart()).isEqualTo("unless-stopped");
        assertThat(database.ports()).containsExactly(new Port(Optional.of("127.0.0.1"), 5432, 5432));
        assertThat(database.healthCheck().orElseThrow().retries()).isEqualTo(3);
        assertThat(database.metrics()).isEmpty();
    }

    @Test
    void allViolationsAreReportedAtOnceInTheOrderOfTheFile() {
        InventoryFixture fixture = new InventoryFixture(directory)
                .with("jump: bastion", "jump: nowhere")
                .with("password: secret:registry", "password: hunter2")
                .with("restart: unless-stopped", "restrat: always");
        assertThatThrownBy(fixture::read).isInstanceOf(InventoryInvalid.class).satisfies(e -> {
            List<Violation> violations = ((InventoryInvalid) e).violations();
            assertThat(violations).extracting(Violation::line).containsExactly(6, 20, 48);
            assertThat(e.getMessage())
                    .startsWith("The inventory " + fixture.file() + " is not valid, 3 violations:\n  " + fixture.file()
                            + ":6:56: environments.prod.registries['registry.test:5000'].password: ")
                    .doesNotContain("hunter2");
        });
    }

    @Test
    void everythingInTheSchemaIsDescribedAndEveryPatternAnchored() {
        List<String> bad = new ArrayList<>();
        look(SchemaCheck.SCHEMA, "", bad);
        assertThat(bad).isEmpty();
    }

    private static void look(JsonNode schema, String pointer, List<String> bad) {
        boolean keyword = schema.has("type") || schema.has("enum") || schema.has("const") || schema.has("pattern");
        boolean map = pointer.endsWith("/properties") || pointer.endsWith("/$defs") || pointer.endsWith("/if");
        if (keyword
                && !map
                && !(schema.path("description").isTextual()
                        && schema.path("title").isTextual())) {
            bad.add(pointer + ": no title or description");
        }
        String pattern = schema.path("pattern").asText("^$");
        if (!map && !(pattern.startsWith("^") && pattern.endsWith("$"))) {
            bad.add(pointer + ": pattern not anchored");
        }
        schema.properties().forEach(e -> look(e.getValue(), pointer + "/" + e.getKey(), bad));
    }
}
