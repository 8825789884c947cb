package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Backups of services that run, by the public API alone; what is kept is looked for on the hosts. */
class ServiceBackupIT extends JourneyTest {

    private static final String PLAN = "backup: {data: [{name: data, type: files, paths: [/srv/persistent/%s]}]}";

    private Lifecycle lifecycle;

    @BeforeEach
    void lifecycle() {
        lifecycle = new Lifecycle(api);
    }

    private Path on(String host, String path) {
        return sandbox.host(host).jail().root().resolve(path.substring(1));
    }

    private String deployed(String service, int port) {
        services.add(service, port);
        services.more(service, PLAN.formatted(service));
        runs.deployed(service, "1.1.0");
        return "http://" + network + ".1.3:" + port;
    }

    private JsonNode ended(String runbook, String service, Map<String, ?> more, String state) {
        return runs.awaitState(lifecycle.started(runbook, service, more), state);
    }

    @Test
    void theDataOfAServiceIsBackedUpWhileItRuns() throws IOException {
        String base = deployed("backup-whole", 8231);
        lifecycle.note(base, "for the backup");
        String before = identity(EXPERIMENTAL, "backup-whole");

        JsonNode run = ended("service-backup", "backup-whole", Map.of(), "COMPLETED");
        assertThat(run.path("outcome").asText()).isEqualTo("service-backed-up");
        assertThat(identity(EXPERIMENTAL, "backup-whole")).isEqualTo(before);
        Path root = on("monitoring-01", "/srv/persistent/backups/sandbox/backup-whole");
        try (var backups = Files.list(root)) {
            assertThat(backups).singleElement().satisfies(backup -> assertThat(backup.resolve("MANIFEST.yml"))
                    .content()
                    .contains(
                            "service: backup-whole",
                            "version: 1.1.0",
                            run.path("id").asText(),
                            "tar -t: "));
        }
        assertThat(api.get("auditor", run.at("/documents/0/url").asText()).body())
                .contains(
                        "Backup of backup-whole",
                        "data.tar (files of /srv/persistent/backup-whole on experimental-01)");
    }

    @Test
    void whatWasLostComesBackOnceSomebodyElseApprovedAndOtherwiseNothingChanges() {
        String base = deployed("backup-restored", 8232);
        lifecycle.note(base, "kept");
        ended("service-backup", "backup-restored", Map.of(), "COMPLETED");
        lifecycle.note(base, "written since");

        String id = lifecycle.started("service-restore", "backup-restored", Map.of("backup", "latest"));
        runs.awaitTask(id, "approve-restore");
        assertThat(lifecycle.titles(base)).containsExactlyInAnyOrder("kept", "written since");
        runs.decide(id, "approve-restore", true, "Do it.");
        assertThat(runs.awaitState(id, "COMPLETED").path("outcome").asText()).isEqualTo("service-restored");
        assertThat(lifecycle.titles(base)).containsExactly("kept");
        assertThat(on(EXPERIMENTAL, "/srv/persistent").toFile().list())
                .noneMatch(name -> name.startsWith("backup-restored."));
    }

    @Test
    void aRestoreTestProvesTheBackupAndLeavesNothingBehind() throws IOException {
        String base = deployed("backup-tested", 8233);
        lifecycle.note(base, "to be proven");
        ended("service-backup", "backup-tested", Map.of(), "COMPLETED");
        String before = identity(EXPERIMENTAL, "backup-tested");

        JsonNode run = ended("restore-test", "backup-tested", Map.of("backup", "latest"), "COMPLETED");
        assertThat(run.path("outcome").asText()).isEqualTo("restore-proven");
        assertThat(runs.step(run.path("id").asText(), "test-restore")
                        .path("output")
                        .toString())
                .contains("healthy");
        nothingLeft("backup-tested", before);

        // The newest backup is damaged: the test fails by name, and nothing is left either.
        Path root = on("monitoring-01", "/srv/persistent/backups/sandbox/backup-tested");
        try (var backups = Files.list(root)) {
            Path tar = backups.findFirst().orElseThrow().resolve("data.tar");
            byte[] bytes = Files.readAllBytes(tar);
            var at = Files.getLastModifiedTime(tar);
            bytes[bytes.length / 2] ^= 1;
            Files.write(tar, bytes);
            Files.setLastModifiedTime(tar, at);
        }
        JsonNode failed = ended("restore-test", "backup-tested", Map.of("backup", "latest"), "COMPLETED");
        assertThat(failed.path("outcome").asText()).isEqualTo("restore-failed");
        assertThat(failed.toString()).contains("BackupCorrupt");
        nothingLeft("backup-tested", before);
    }

    private void nothingLeft(String service, String before) {
        assertThat(containers(EXPERIMENTAL)).contains(service).noneMatch(name -> name.endsWith("--restore-test"));
        assertThat(on(EXPERIMENTAL, "/srv/persistent").toFile().list())
                .noneMatch(name -> name.startsWith(service + "."));
        assertThat(identity(EXPERIMENTAL, service)).isEqualTo(before);
    }
}
