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
}
