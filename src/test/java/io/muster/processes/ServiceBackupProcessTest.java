package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.RunJournal.EndState;
import io.muster.steps.backup.PlanBackup;
import io.muster.steps.backup.PruneBackups;
import io.muster.steps.backup.SealBackup;
import io.muster.steps.backup.TakeBackup;
import io.muster.steps.docker.CheckContainer;
import io.muster.steps.docker.DockerInspect;
import io.muster.steps.report.RunDocument;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way through the diagram. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServiceBackupProcessTest extends RunbookTest {

    private static final String RUNBOOK = "service-backup";
    private static final String BACKUP = "20260102T030405Z-1a2b3c4d";
    private static final String PATH = "monitoring-01:/srv/persistent/backups/prod/notes/" + BACKUP;

    @BeforeEach
    void everythingGoesWell() {
        steps.answer("prepare-service", ServiceDeployment.prepared("core", "core", true));
        steps.answer(
                "look-at-service",
                new DockerInspect.Output(
                        true, "running", "healthy", "notes@sha256:a", "1.1.0", "c", "", 0, "unless-stopped"));
        steps.answer("plan-backup", new PlanBackup.Output(BACKUP, PATH, 100, "2026-01-02T03:04:05Z", "About 100 B."));
        steps.answer("check-before", new CheckContainer.Output("healthy", 0));
        steps.answer("take-backup", new TakeBackup.Output(100, 1));
        steps.answer("seal-backup", new SealBackup.Output(100, 1.5, "data.tar (files)", "It is whole."));
        steps.answer("check-after", new CheckContainer.Output("healthy", 0));
        steps.answer("prune-backups", new PruneBackups.Output(List.of(), 3));
        steps.answer("document-backup", new RunDocument.Output("backup-report.md"));
    }

    private ProcessInstance started() {
        ProcessInstance run = startAs(
                "operator", RUNBOOK, Map.of("environment", "prod", "service", "notes", "reason", "before the change"));
        goOn(run);
        return run;
    }

    @Test
    void aBackupIsTakenReadBackAndSealedBetweenTwoLooksAtTheService() {
        ProcessInstance run = started();
        assertEnded(run, "service-backed-up", EndState.COMPLETED);
        assertThat(called())
                .containsExactly(
                        "prepare-service",
                        "look-at-service",
                        "plan-backup",
                        "check-before",
                        "take-backup",
                        "seal-backup",
                        "check-after",
                        "prune-backups",
                        "document-backup");
        assertThat(input("seal-backup", SealBackup.Input.class))
                .isEqualTo(new SealBackup.Input("notes", BACKUP, "2026-01-02T03:04:05Z", "1.1.0", "notes@sha256:a"));
        assertThat(variable(run, "backup")).isEqualTo(BACKUP);
        assertThat(variable(run, "backupBytes")).isEqualTo(100L);
        assertThat(variable(run, "backupTakenAt")).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(input("document-backup", RunDocument.Input.class).introduction())
                .contains(BACKUP, "data.tar (files)", "1.1.0", "before: healthy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"BackupDisabled", "NoSpace", "TooLarge", "NotInInventory"})
    void aPlanThatCannotBeIsRefused(String reason) {
        steps.fail("plan-backup", () -> rejected(reason));
        ProcessInstance run = started();
        assertEnded(run, "backup-refused", EndState.REJECTED);
        assertThat(variable(run, "refusalReason")).isEqualTo(reason);
        assertThat(changed()).isEmpty();
    }

    @Test
    void aServiceThatCannotBePreparedIsRefused() {
        steps.fail("prepare-service", () -> rejected("NotInInventory"));
        assertEnded(started(), "backup-refused", EndState.REJECTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"take-backup", "seal-backup"})
    void aBackupThatFailsIsADecisionAndNothingOlderIsRemoved(String activity) {
        steps.fail(activity, () -> rejected("NoSpace"));
        ProcessInstance run = startAs(
                "operator", RUNBOOK, Map.of("environment", "prod", "service", "notes", "reason", "before the change"));
        goOnToFailure(run);
        assertThat(problem(run).getActivityId()).isEqualTo(activity);
        assertThat(problem(run).getIncidentMessage()).contains("Earlier backups are as they were");
        assertThat(called()).doesNotContain("prune-backups");
    }

    /** The last: it looks at what all the others left in the history. */
    @Test
    @Order(Integer.MAX_VALUE)
    void everyFlowNodeOfTheDiagramWasPassedByThese() {
        assertAllPassed(RUNBOOK);
    }
}
