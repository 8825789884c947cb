package io.muster.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Inventory;
import io.muster.inventory.InventoryReader;
import io.muster.inventory.KnownPlacements;
import io.muster.journal.Journal;
import io.muster.journal.JournalDatabase;
import io.muster.journal.SecretMasking;
import io.muster.storage.TestDatabase;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What the newest step that touched a service's container tells of it. */
class ServiceStatusesTest {

    private final DataSource source = TestDatabase.create().dataSource();
    private final JdbcTemplate jdbc = new JdbcTemplate(source);
    private final Inventory.Environment environment = InventoryReader.withoutSecrets()
            .read(Path.of("docs/examples/inventory.yaml"))
            .environments()
            .get("prod");
    private final Inventory.Service service =
            environment.services().values().iterator().next();
    private final String container = service.container() + "/" + service.name();
    private Instant at = Instant.parse("2026-01-01T00:00:00Z");

    private ServiceStatus status() {
        var reader = new Journal(
                        new JdbcTemplate(source),
                        new JournalDatabase(source),
                        new SecretMasking(Set::of),
                        Clock.systemUTC(),
                        1_000_000)
                .reader();
        return new ServiceStatuses(reader, new KnownPlacements())
                .of(environment)
                .get(service.name());
    }

    @BeforeEach
    void aServiceThatWasStopped() {
        jdbc.update(
                "insert into run (id, root_id, runbook, version, definition_id, diagram_hash, started_at, environment)"
                        + " values ('r', 'r', 'service-restore', 1, 'd', 'h', now(), 'prod')");
        succeeded("dockerStop", "stop-service", container, "{}");
        assertThat(status().state()).isEqualTo(ServiceStatus.State.STOPPED);
    }

    private void succeeded(String step, String activity, String target, String output) {
        ended(step, activity, target, "SUCCEEDED", output, null);
    }

    private void ended(String step, String activity, String target, String state, String output, String failure) {
        at = at.plusSeconds(60);
        jdbc.update(
                "insert into step_run (id, run_id, root_run_id, job_id, attempt, activity_id, title, step, target, state, owner,"
                        + " input, started_at, ended_at, output, failure_kind, failure_reason, failure_message)"
                        + " values (?, 'r', 'r', ?, 1, ?, 't', ?, ?, ?, 'o', '{}', ?, ?, ?::jsonb, ?, ?, ?)",
                UUID.randomUUID(),
                UUID.randomUUID().toString(),
                activity,
                step,
                target,
                state,
                Timestamp.from(at),
                Timestamp.from(at),
                output,
                failure == null ? null : "REJECTED",
                failure == null ? null : "DataInUse",
                failure);
    }

    @Test
    void whatWasStartedAgainIsNotStopped() {
        succeeded("restoreUndo", "undo-restore", service.name(), "{}");
        assertThat(status().state()).as("putting data back starts nothing").isEqualTo(ServiceStatus.State.STOPPED);
        succeeded("dockerStart", "start-again", container, "{}");
        assertThat(status().state()).isEqualTo(ServiceStatus.State.RUNNING);
    }

    @Test
    void whatACancelledRunLeftIsToldByItsCleanUp() {
        succeeded("restoreUndo", "when-cancelled", service.name(), "{\"running\": true}");
        assertThat(status().state()).isEqualTo(ServiceStatus.State.RUNNING);
        assertThat(status().attention()).isEmpty();
        succeeded("restoreUndo", "when-cancelled", service.name(), "{\"running\": false}");
        assertThat(status().state()).isEqualTo(ServiceStatus.State.STOPPED);
        ended("restoreUndo", "when-cancelled", service.name(), "FAILED", null, "What was there is beside it.");
        assertThat(status().state()).isEqualTo(ServiceStatus.State.UNHEALTHY);
        assertThat(status().attention()).contains("What was there is beside it.");
        succeeded("checkContainer", "check-service", container, "{}");
        assertThat(status().state()).isEqualTo(ServiceStatus.State.HEALTHY);
        assertThat(status().attention()).isEmpty();
    }
}
