package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.RunJournal.EndState;
import io.muster.recovery.Drill;
import io.muster.steps.backup.TestRestore;
import io.muster.steps.backup.VerifyBackup;
import io.muster.steps.docker.DockerInspect;
import io.muster.steps.drill.DrillEnd;
import io.muster.steps.drill.DrillStart;
import io.muster.steps.drill.MeasuresRecord;
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
class RestoreTestProcessTest extends RunbookTest {

    private static final String RUNBOOK = "restore-test";
    private static final String BACKUP = "20260102T030405Z-1a2b3c4d";

    @BeforeEach
    void everythingGoesWell() {
        steps.answer("prepare-service", ServiceDeployment.prepared("core", "core", true));
        steps.answer(
                "look-at-service",
                new DockerInspect.Output(
                        true, "running", "healthy", "notes@sha256:a", "1.1.0", "c", "", 0, "unless-stopped"));
        steps.answer(
                "verify-backup",
                new VerifyBackup.Output(BACKUP, "m:/b", 100, "2026-01-02T03:04:05Z", 60, "now", "data.tar", "Read."));
        steps.answer(
                "test-restore",
                new TestRestore.Output(
                        1.5, 4.5, 100, List.of("data"), "3 files as they were.", "healthy", "It was proven."));
        steps.answer("begin-test", new DrillStart.Output("now"));
        steps.answer("record-measures", new MeasuresRecord.Output(2, true, "true", "RTO", "Measured."));
        steps.answer("declare-proven", new DrillEnd.Output("now"));
        steps.answer("declare-failed", new DrillEnd.Output("now"));
        steps.answer("document-failure", new RunDocument.Output("restore-test-report.md"));
        steps.answer("document-test", new RunDocument.Output("restore-test-report.md"));
    }

    private ProcessInstance ended() {
        ProcessInstance run = startAs(
                "operator",
                RUNBOOK,
                Map.of("environment", "prod", "service", "notes", "backup", "latest", "reason", "the quarter's drill"));
        goOn(run);
        return run;
    }

    @Test
    void aBackupThatComesUpInAScratchContainerIsProven() {
        ProcessInstance run = ended();
        assertEnded(run, "restore-proven", EndState.COMPLETED);
        assertThat(input("test-restore", TestRestore.Input.class))
                .isEqualTo(new TestRestore.Input("notes", BACKUP, "notes@sha256:a"));
        assertThat(input("begin-test", DrillStart.Input.class))
                .isEqualTo(new DrillStart.Input("notes", Drill.Kind.RESTORE_TEST, "1.1.0"));
        assertThat(input("record-measures", MeasuresRecord.Input.class).values())
                .isEqualTo(Map.of("restore-time", "1.5", "restore-size", "100"));
        assertThat(input("document-test", RunDocument.Input.class).introduction())
                .contains("\n3 files as they were.\n");
        assertThat(input("declare-proven", DrillEnd.Input.class)).isEqualTo(new DrillEnd.Input(true, "It was proven."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify-backup", "test-restore"})
    void whatFailsIsAFailedTest(String activity) {
        steps.fail(activity, () -> rejected("CheckFailed"));
        assertEnded(ended(), "restore-failed", EndState.COMPLETED);
        DrillEnd.Input end = input("declare-failed", DrillEnd.Input.class);
        assertThat(end.passed()).isFalse();
        assertThat(end.result()).startsWith("CheckFailed is why. Mend it.");
        RunDocument.Input report = input("document-failure", RunDocument.Input.class);
        assertThat(report.name()).isEqualTo("restore-test-report.md");
        assertThat(report.introduction())
                .startsWith("**NOT PROVEN**: CheckFailed is why. Mend it.")
                .contains("- Service: notes (1.1.0) in prod, in ", "- Backup: ");
        assertThat(called()).doesNotContain("document-test", "declare-proven");
    }

    @Test
    void whatCannotBeTestedAtAllIsNoDrill() {
        steps.fail("prepare-service", () -> rejected("NotInInventory"));
        assertEnded(ended(), "restore-failed", EndState.COMPLETED);
        assertThat(called()).containsExactly("prepare-service");
    }

    /** The last: it looks at what all the others left in the history. */
    @Test
    @Order(Integer.MAX_VALUE)
    void everyFlowNodeOfTheDiagramWasPassedByThese() {
        assertAllPassed(RUNBOOK);
    }
}
