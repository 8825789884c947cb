package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class FileInventoryTest {

    @TempDir
    Path directory;

    private final HandClock clock = new HandClock();
    private final Map<String, String> secrets = new HashMap<>();
    private InventoryFixture fixture;
    private FileInventory file;

    @BeforeEach
    void start() {
        fixture = new InventoryFixture(directory);
        fixture.write();
        Secrets known = new EnvironmentAndFileSecrets(
                name -> name.equals("MUSTER_SECRET_LATE") ? secrets.get(name) : "value of it", Optional.empty());
        file = new FileInventory(fixture.file(), new InventoryReader(known), clock);
    }

    @Test
    void anInvalidFileAtTheStartIsRefused() {
        fixture.write("version: 2\n");
        assertThatThrownBy(
                        () -> new FileInventory(fixture.file(), new InventoryReader(InventoryFixture.secrets()), clock))
                .isInstanceOf(InventoryInvalid.class);
    }

    @Test
    void aChangeIsTakenAtTheNextUseAfterASecond() {
        fixture.with("{TITLE: Notes}", "{TITLE: Changed}").write();
        assertThat(title()).isEqualTo("Notes");
        clock.advance(Duration.ofSeconds(1));
        assertThat(title()).isEqualTo("Changed");
    }

    @Test
    void whatHasNotChangedIsNotReadAgain() {
        Inventory before = file.state().inventory();
        clock.advance(Duration.ofMinutes(1));
        assertThat(file.state().inventory()).isSameAs(before);
    }

    @Test
    void anInvalidChangeIsLoggedOnceAndTheLastValidStays(CapturedOutput output) {
        String valid = title();
        fixture.with("jump: bastion", "jump: nowhere").write();
        for (int i = 0; i < 60; i++) {
            clock.advance(Duration.ofSeconds(1));
            assertThat(title()).isEqualTo(valid);
        }
        assertThat(output.getAll())
                .containsOnlyOnce("was changed but is not valid; the one read at 2030-01-01T00:00:00Z stays in force")
                .containsOnlyOnce(":20:17: environments.prod.hosts.apps-01.ssh.jump: there is no host 'nowhere'");
    }

    @Test
    void healthSaysThatAChangeWasRefused() {
        InventoryHealth health = new InventoryHealth(file);
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        fixture.write("version: 2\n");
        clock.advance(Duration.ofSeconds(1));
        assertThat(health.health().getStatus()).isEqualTo(InventoryHealth.CHANGE_REFUSED);
        assertThat(health.health().getDetails()).containsKeys("source", "hash", "since", "violations");
        fixture.write();
        clock.advance(Duration.ofSeconds(1));
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void aDeletedFileLeavesTheLastValidInForce() throws IOException {
        Files.delete(fixture.file());
        clock.advance(Duration.ofSeconds(1));
        assertThat(title()).isEqualTo("Notes");
        assertThat(file.state().refused()).singleElement().asString().contains("does not exist");
    }

    @Test
    void aChangedCertificateIsTaken() throws IOException {
        String before = file.state().inventory().hash();
        Files.copy(
                directory.resolve("docker-client.pem"),
                directory.resolve("ca.pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        clock.advance(Duration.ofSeconds(1));
        assertThat(file.state().inventory().hash()).isNotEqualTo(before);
    }

    @Test
    void aCertificateThatComesLaterMakesARefusedChangeValid() throws IOException {
        fixture.with("trust: [ca.pem]", "trust: [later.pem]").write();
        clock.advance(Duration.ofSeconds(1));
        assertThat(file.state().refused()).hasSize(1);
        Files.copy(directory.resolve("ca.pem"), directory.resolve("later.pem"));
        clock.advance(Duration.ofSeconds(1));
        assertThat(file.state().refused()).isEmpty();
    }

    @Test
    void aSecretThatComesLaterMakesARefusedChangeValid() {
        fixture.with("password: secret:registry", "password: secret:late").write();
        clock.advance(Duration.ofSeconds(1));
        assertThat(file.state().refused()).hasSize(1);
        secrets.put("MUSTER_SECRET_LATE", "here it is");
        clock.advance(Duration.ofSeconds(10));
        assertThat(file.state().refused()).isEmpty();
    }

    private String title() {
        return InventoryFixture.services(file.state().inventory())
                .get("notes")
                .env()
                .get("TITLE");
    }

    /** Turned by hand. */
    private static final class HandClock extends Clock {
        private Instant now = Instant.parse("2030-01-01T00:00:00Z");

        void advance(Duration duration) {
            now = now.plus(duration);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
