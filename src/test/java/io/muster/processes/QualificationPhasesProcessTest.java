package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.RunJournal.EndState;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.steps.ansible.AnsibleRun;
import io.muster.steps.ansible.AutomationCheck;
import io.muster.steps.backup.VerifyBackup;
import io.muster.steps.check.CheckHttp;
import io.muster.steps.docker.DockerInspect;
import io.muster.steps.drill.CalledRun;
import io.muster.steps.drill.CriteriaCheck;
import io.muster.steps.drill.MeasuresRecord;
import io.muster.steps.drill.RecoveryPlanCheck;
import io.muster.steps.drill.TimeSpan;
import io.muster.steps.proxmox.LxcStatus;
import io.muster.steps.report.NoteDocument;
import io.muster.steps.report.RunDocument;
import io.muster.steps.testdata.TestDataInBackup;
import io.muster.steps.testdata.TestDataKeep;
import io.muster.steps.testdata.TestDataPopulate;
import io.muster.steps.testdata.TestDataVerify;
import io.muster.steps.volume.VolumesMounted;
import io.muster.steps.wipe.EarlierWipe;
import io.muster.steps.wipe.WipeRemove;
import io.muster.steps.wipe.WipeVerify;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each of the nine steps: what is judged, and how it goes on when a criterion is not met. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class QualificationPhasesProcessTest extends RunbookTest {

    static final List<String> PHASES = ServiceQualificationProcessTest.PHASES;
    private static final List<String> WAIVABLE =
            List.of("qualification-backup-plan", "qualification-populate", "qualification-test-backup");

    private static final List<String> FOUND = List.of("data | Data removed | true | /srv/notes is not there");

    private final Map<String, Object> started =
            Map.of("environment", "prod", "service", "notes", "version", "1.1.0", "reason", "a test");
    private CalledStubs stubs;

    @BeforeEach
    void everythingGoesWell() {
        stubs = new CalledStubs(repository);
        for (String called : List.of(
                "service-deployment", "external-verification", "service-backup", "service-restore", "service-wipe")) {
            stubs.ending(called, "stub-ends");
        }
        steps.answer("prepare-service", ServiceDeployment.prepared("core", "core", true));
        deployments("nothing-to-change", 0);
        automated(false, "not asked");
        steps.answer(
                "look-at-container",
                new LxcStatus.Output("running", true, "", 60, 101, "proxima", true, "It is running."));
        looked("look-at-service", true, "healthy");
        looked("look-before", true, "healthy");
        looked("look-after", true, "healthy");
        looked("check-deleted", false, "none");
        steps.answer(
                "delete-container",
                new WipeRemove.Output(List.of("container notes"), "2026-01-01T00:30:00Z", "Removed it"));
        ended("look-at-recreation", "deployed-by-automation", 7);
        steps.answer("ask-health", new CheckHttp.Output(200, 7, ""));
        ran(0);
        ended("look-at-backup", "service-backed-up", 2);
        steps.answer("look-at-volumes", new VolumesMounted.Output(true, "It has them."));
        ended("look-at-restore", "service-restored", 2);
        ended("look-at-wipe", "service-wiped", 2);
        wipedAlready(false);
        steps.answer("check-plan", new RecoveryPlanCheck.Output(List.of("a | A | true | x"), "every PT24H"));
        steps.answer("populate-service", new TestDataPopulate.Output(165, 3, 450, 0, 2_000_000, "165 records"));
        same(true);
        steps.answer(
                "read-backup-back",
                new VerifyBackup.Output(
                        "b1", "m-01:/b1", 10, "2026-01-01T00:00:00Z", 1, "2026-01-01T00:00:00Z", "f", "whole"));
        steps.answer("find-test-data", new TestDataInBackup.Output(true, 165, 165, "all 165"));
        steps.answer("keep-listing", new TestDataKeep.Output("m-01:/b1.test-data.tsv", 165));
        steps.answer("measure-rto", new TimeSpan.Output(300, 100, 200, "2026-01-01T01:00:00Z", "300 s"));
        steps.answer("measure-rpo", new TimeSpan.Output(60, 0, 60, "2026-01-01T01:00:00Z", "60 s"));
        steps.answer(
                "record-measures", new MeasuresRecord.Output(4, true, "true", "RTO 300 s, at most 900 s", "measured"));
        steps.answer("document-baseline", new RunDocument.Output("backup-report.md"));
        steps.answer("keep-decision", new NoteDocument.Output("waived.md"));
        judged(true);
    }

    @AfterEach
    void theRealOnesAgain() {
        runtime.createProcessInstanceQuery()
                .rootProcessInstances()
                .list()
                .forEach(run -> runtime.deleteProcessInstance(run.getId(), "the test is over"));
        stubs.remove();
    }

    private void ended(String activity, String outcome, int changes) {
        steps.answer(activity, called(outcome, changes));
    }

    private static CalledRun.Output called(String outcome, int changes) {
        return called(outcome, changes, 0);
    }

    private static CalledRun.Output called(String outcome, int changes, int decisions) {
        return new CalledRun.Output("r", outcome, 60, 20, 40, changes, changes + 1, decisions, "ended as " + outcome);
    }

    /** How the second of two deployments ends. */
    private void deployments(String outcome, int changes) {
        steps.answer("look-at-deployment", List.of(called("service-deployed", 3), called(outcome, changes)));
    }

    private void automated(boolean ready, String result) {
        boolean automated = !result.equals("not asked");
        steps.answer(
                "check-automation",
                new AutomationCheck.Output(automated, ready, result, automated ? "site.yml" : "", 1, "So it is"));
    }

    private void ran(int changes) {
        steps.answer(
                "run-playbook",
                new AnsibleRun.Output(1, changes, changes <= 1, "here: changed=" + changes, changes + " changed"));
    }

    private void wipedAlready(boolean gone) {
        steps.answer(
                "look-for-wipe",
                new EarlierWipe.Output(
                        gone,
                        gone ? List.of("container notes c0ffee") : List.of(),
                        gone ? "2026-01-01T00:20:00Z" : "",
                        gone ? "m-01" : "",
                        gone ? "/b1" : "",
                        gone ? "2026-01-01T00:10:00Z" : "",
                        "notes is " + (gone ? "gone already: this run removed it" : "there")));
        steps.answer("verify-again", new WipeVerify.Output(true, FOUND, "All of it is gone", "wipe.md"));
    }

    private void looked(String activity, boolean there, String health) {
        steps.answer(
                activity,
                new DockerInspect.Output(
                        there, there ? "running" : "absent", health, "i", "1.1.0", "c0ffee", "", 0, "unless-stopped"));
    }

    private void same(boolean same) {
        TestDataVerify.Output output = new TestDataVerify.Output(
                same, 164, List.of(), same ? "165 are as they were" : "Of 165 records: 1 missing: notes/note-7");
        steps.answer("verify-data", output);
        steps.answer("compare-data", output);
    }

    private void judged(boolean passed) {
        CriteriaCheck.Output output = new CriteriaCheck.Output(
                passed, 3, passed ? 3 : 2, passed ? List.of() : List.of("It is so: it is not"), "Step: judged");
        steps.answer("check-criteria", output);
        steps.answer("note-no-backup", output);
    }

    private ProcessInstance started(String phase) {
        Map<String, Object> variables = new HashMap<>(started);
        Map<String, List<String>> more = Map.of(
                "qualification-recreate", List.of("container"),
                "qualification-baseline", List.of("container"),
                "qualification-wipe", List.of("backup"),
                "qualification-restore", List.of("backup", "backupTakenAt", "wipedAt", "backupBytes", "backupSeconds"));
        Map<String, Object> values = Map.of(
                "container", "apps-01",
                "backup", "b1",
                "backupTakenAt", "2026-01-01T00:00:00Z",
                "wipedAt", "2026-01-01T00:30:00Z",
                "backupBytes", 1000L,
                "backupSeconds", 2.5);
        more.getOrDefault(phase, List.of()).forEach(name -> variables.put(name, values.get(name)));
        ProcessInstance run = startAs("operator", phase, variables);
        goOn(run);
        people(run, phase);
        return run;
    }

    private void people(ProcessInstance run, String phase) {
        if (phase.equals("qualification-implement")) {
            completeAs(
                    "operator",
                    run,
                    Map.of(
                            "reviewNoManualSteps", true,
                            "reviewReadme", true,
                            "reviewSecrets", true,
                            "reviewDependencies", true,
                            "reviewPorts", false,
                            "reviewComment", "Read all of it."));
            goOn(run);
        }
        if (phase.equals("qualification-recreate")) {
            completeAs("approver", run, Map.of("approved", true, "comment", "go"));
            goOn(run);
        }
    }

    private List<String> criteria() {
        return input("check-criteria", CriteriaCheck.Input.class).criteria();
    }

    @ParameterizedTest
    @FieldSource("PHASES")
    void aStepWhoseCriteriaAreAllMetPasses(String phase) {
        ProcessInstance run = started(phase);
        assertEnded(run, "phase-passed", EndState.COMPLETED);
        CriteriaCheck.Input judged = input("check-criteria", CriteriaCheck.Input.class);
        assertThat(judged.phase()).isEqualTo(PHASES.indexOf(phase) + 1);
    }

    @ParameterizedTest
    @FieldSource("PHASES")
    void aCriterionThatIsNotMetIsAPersonsDecisionToRepeatOrToEnd(String phase) {
        judged(false);
        ProcessInstance run = started(phase);
        assertRun(run).isWaitingAt("decide-failed-phase");
        for (Map<String, Object> incomplete : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("phaseDecision", "ende"),
                Map.of("phaseDecision", "end"),
                Map.of("phaseDecision", "end", "decisionReason", "  "))) {
            assertThatThrownBy(() -> completeAs("operator", run, incomplete))
                    .as(incomplete.toString())
                    .hasMessageContaining("Task 'decide-failed-phase' was not completed")
                    .hasMessageContaining(
                            "end".equals(incomplete.get("phaseDecision"))
                                    ? "'decisionReason' is missing: say why it is 'end'"
                                    : "'phaseDecision' is ");
        }
        String task = task(run).getId();
        assertThatThrownBy(() -> as("operator", () -> {
                    tasks.handleBpmnError(task, "PhaseFailed");
                    return null;
                }))
                .as("no way past the question")
                .hasMessageContaining("'decide-failed-phase' cannot be left by an error");
        assertThatThrownBy(() -> completeAs(
                        "operator", run, Map.of("phaseDecision", "end", "decisionReason", "No time to mend it.")))
                .as("what the qualification catches")
                .hasMessageContaining("'PhaseFailed'");
        judged(true);
        completeAs("operator", run, Map.of("phaseDecision", "repeat"));
        goOn(run);
        people(run, phase);
        assertEnded(run, "phase-passed", EndState.COMPLETED);
        assertRun(run).hasPassed("repeat-phase");
    }

    @ParameterizedTest
    @FieldSource("WAIVABLE")
    void backupStepsMayGoOnWithAManualBackupAndAReasonThatIsKept(String phase) {
        judged(false);
        ProcessInstance run = started(phase);
        steps.fail("keep-decision", () -> rejected("InvalidInput"));
        completeAs("operator", run, Map.of("phaseDecision", "manual", "decisionReason", ""));
        goOn(run);
        assertRun(run).isWaitingAt("decide-failed-phase").hasPassed("decision-incomplete");
        steps.answer("keep-decision", new NoteDocument.Output("waived.md"));
        completeAs("operator", run, Map.of("phaseDecision", "manual", "decisionReason", "A copy is on tape 7."));
        goOn(run);
        assertEnded(run, "phase-waived", EndState.COMPLETED);
        assertThat(input("keep-decision", NoteDocument.Input.class).text()).isEqualTo("A copy is on tape 7.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"qualification-test-backup", "qualification-baseline"})
    void withoutABackupNothingIsReadBackAndTheStepIsNotPassed(String phase) {
        ended("look-at-backup", "backup-refused", 0);
        judged(false);
        ProcessInstance run = started(phase);
        assertRun(run).isWaitingAt("decide-failed-phase").hasPassed("note-no-backup");
        assertThat(called()).doesNotContain("read-backup-back", "check-criteria");
        assertThat(input("note-no-backup", CriteriaCheck.Input.class).criteria())
                .singleElement()
                .asString()
                .contains("| false |");
    }

    @Test
    void oneRecordThatIsMissingAfterTheRestoreFailsItsCriterionByName() {
        same(false);
        started("qualification-restore");
        assertThat(criteria())
                .contains("data | Test data matches original | false | Of 165 records: 1 missing: notes/note-7");
    }

    @Test
    void whereTheDataDidNotComeBackNothingIsDeployedAndTheStepCanBeRepeated() {
        ended("look-at-restore", "restore-refused", 0);
        steps.answer("check-restore", new CriteriaCheck.Output(false, 7, 0, List.of("restored"), "Step 9: judged"));
        ProcessInstance run = started("qualification-restore");
        assertRun(run).isWaitingAt("decide-failed-phase").hasPassed("check-restore");
        assertThat(called()).doesNotContain("look-at-deployment", "compare-data", "record-measures");
        assertThat(input("check-restore", CriteriaCheck.Input.class).criteria())
                .hasSize(8)
                .allMatch(line -> line.contains("| false |"))
                .contains("restored | Data restored successfully | false | ended as restore-refused");
        ended("look-at-restore", "service-restored", 2);
        deployments("service-deployed", 3);
        completeAs("operator", run, Map.of("phaseDecision", "repeat"));
        goOn(run);
        assertEnded(run, "phase-passed", EndState.COMPLETED);
    }

    @ParameterizedTest
    @CsvSource({
        "qualification-outside, expected | External access URL and expected response documented | not asked | no outside",
        "qualification-recreate, external | External access still works | not asked | health says UP",
        "qualification-restore, 'accessible | Service accessible via HTTPS, external testing passes | not asked | health says UP'"
    })
    void whatNobodyUsesFromOutsideIsNotAskedFromThere(String phase, String line) {
        stubs.giving(
                "external-verification",
                Map.of(
                        "externalDocumented", "not asked",
                        "externalAccessible", "not asked",
                        "externalPercent", "${-1}",
                        "externalSummary", "health says UP",
                        "expectation", "no outside"),
                "nothing-expected-outside");
        assertEnded(started(phase), "phase-passed", EndState.COMPLETED);
        assertThat(criteria()).contains(line);
    }

    @ParameterizedTest
    @CsvSource({
        "qualification-outside, expected",
        "qualification-recreate, external",
        "qualification-restore, accessible",
    })
    void whereNobodyLookedFromOutsideNothingIsMet(String phase, String criterion) {
        started(phase);
        assertThat(criteria()).anyMatch(line -> line.matches(criterion + " \\|[^|]*\\|  \\|.*"));
    }

    @Test
    void aRepeatedRestoreMeetsTheServiceThatItDeployedBefore() {
        steps.answer("look-at-deployment", called("nothing-to-change", 0));
        started("qualification-restore");
        assertThat(criteria())
                .contains("container | Container restored successfully | true | ended as nothing-to-change");
    }

    @Test
    void aWipeThatIsRepeatedMeetsWhatItHasRemovedAndVerifiesItAnew() {
        ended("look-at-wipe", "cancelled", 2);
        judged(false);
        ProcessInstance run = started("qualification-wipe");
        assertRun(run).isWaitingAt("decide-failed-phase").hasNotPassed("verify-again");
        wipedAlready(true);
        judged(true);
        completeAs("operator", run, Map.of("phaseDecision", "repeat"));
        goOn(run);
        assertEnded(run, "phase-passed", EndState.COMPLETED);
        assertThat(called().stream().filter("look-at-wipe"::equals)).hasSize(1);
        WipeVerify.Input verified = input("verify-again", WipeVerify.Input.class);
        assertThat(verified.destroyed()).containsExactly("container notes c0ffee");
        assertThat(verified.wipedAt()).isEqualTo("2026-01-01T00:20:00Z");
        assertThat(criteria())
                .contains("done | The wipe was carried out | true | notes is gone already: this run removed it");
    }

    @Test
    void aContainerThatAnEarlierAttemptDeletedIsNotDeletedAgain() {
        steps.answer(
                "look-at-service",
                new DockerInspect.Output(false, "absent", "none", "", "", "", "", 0, "unless-stopped"));
        ProcessInstance run = startAs("operator", "qualification-recreate", with(Map.of("container", "apps-01")));
        goOn(run);
        assertEnded(run, "phase-passed", EndState.COMPLETED);
        assertRun(run).hasNotPassed("approve-recreation", "delete-container");
        assertThat(called()).contains("check-deleted");
    }

    private Map<String, Object> with(Map<String, Object> more) {
        Map<String, Object> variables = new HashMap<>(started);
        variables.putAll(more);
        return variables;
    }

    @Test
    void aContainerThatCameUpWithoutItsVolumeIsNotRestored() {
        steps.answer("look-at-volumes", new VolumesMounted.Output(false, "apps-01/notes has nothing at /data"));
        started("qualification-restore");
        assertThat(criteria())
                .anyMatch(line ->
                        line.startsWith("volumes | ") && line.endsWith("| false | apps-01/notes has nothing at /data"));
    }

    @Test
    void aSecondRunThatChangesSomethingIsNotIdempotent() {
        deployments("service-deployed", 4);
        started("qualification-recreate");
        assertThat(criteria()).anyMatch(line -> line.startsWith("idempotent | ") && line.contains("| false |"));
        assertThat(input("delete-container", WipeRemove.Input.class).destroyed())
                .containsExactly("container notes c0ffee");
        assertThat(input("record-measures", MeasuresRecord.Input.class).grades())
                .contains("deployment-time TARGET 300", "idempotency WARNING 0");
    }

    /** A deployment that nobody approved takes no time and changes nothing. */
    @ParameterizedTest
    @CsvSource({
        "service-deployed, nothing-to-change, true, true",
        "service-deployed, service-deployed, true, true",
        "service-deployed, deployment-rejected, true, false",
        "deployment-rejected, nothing-to-change, false, false"
    })
    void onlyDeploymentsThatTookPlaceAreMeasured(String first, String second, String time, String idempotency) {
        steps.answer("look-at-deployment", List.of(called(first, 0), called(second, 0)));
        started("qualification-recreate");
        assertThat(input("record-measures", MeasuresRecord.Input.class).onlyIf())
                .containsEntry("deployment-time", time)
                .containsEntry("idempotency", idempotency);
    }

    @Test
    void aServiceWithoutAnsibleIsNotAskedForARole() {
        started("qualification-implement");
        assertThat(criteria())
                .contains(
                        "role | Ansible role created with all required files | not asked | So it is",
                        "ansible | Ansible playbook runs without errors | not asked | So it is");
        assertThat(called()).doesNotContain("run-playbook");
    }

    @Test
    void aPlaybookRunsAfterASecondPersonsApprovalAndBeforeTheDeployment() {
        automated(true, "true");
        ProcessInstance run = startAs("operator", "qualification-implement", started);
        goOn(run);
        assertRun(run).isWaitingAt("approve-playbook").task().hasCandidateGroup("approvers");
        assertThat(called()).doesNotContain("run-playbook");
        completeAs("approver", run, Map.of("approved", true, "comment", "go"));
        goOn(run);
        people(run, "qualification-implement");
        assertEnded(run, "phase-passed", EndState.COMPLETED);
        assertThat(called()).containsSubsequence("run-playbook", "look-at-deployment", "check-criteria");
        assertThat(criteria())
                .contains(
                        "role | Ansible role created with all required files | true | So it is",
                        "ansible | Ansible playbook runs without errors | true | 0 changed");
    }

    @Test
    void aPlaybookThatIsRejectedIsNotRun() {
        automated(true, "true");
        ProcessInstance run = startAs("operator", "qualification-implement", started);
        goOn(run);
        assertThatThrownBy(() -> completeAs("approver", run, Map.of("approved", false, "comment", "not now")))
                .hasMessageContaining("playbook-refused")
                .hasMessageContaining("'PhaseFailed'");
        assertThat(changed()).isEmpty();
    }

    @Test
    void anIncompleteRoleIsMendedOrEndsItAndNothingIsRun() {
        automated(false, "false");
        steps.answer("note-incomplete", new CriteriaCheck.Output(false, 1, 0, List.of("role"), "Step 1: judged"));
        ProcessInstance run = startAs("operator", "qualification-implement", started);
        goOn(run);
        assertRun(run).isWaitingAt("decide-failed-phase").hasPassed("note-incomplete");
        assertThat(input("note-incomplete", CriteriaCheck.Input.class).criteria())
                .containsExactly("role | Ansible role created with all required files | false | So it is");
        assertThat(changed()).isEmpty();
        automated(false, "not asked");
        completeAs("operator", run, Map.of("phaseDecision", "repeat"));
        goOn(run);
        people(run, "qualification-implement");
        assertEnded(run, "phase-passed", EndState.COMPLETED);
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2, false"})
    void aPlaybookRunsTwiceAndItsSecondRunMayChangeWhatTheInventoryExpects(int changes, boolean idempotent) {
        automated(true, "true");
        ran(changes);
        started("qualification-recreate");
        assertThat(called()).filteredOn("run-playbook"::equals).hasSize(2);
        assertThat(input("look-at-deployment", CalledRun.Input.class).besides()).isEqualTo(changes);
        assertThat(criteria())
                .contains(
                        "ansible-idempotent | Second run of the playbook reports no more changes than the inventory expects | "
                                + idempotent + " | " + changes + " changed");
    }

    @Test
    void recreationNeedsASecondPersonAndRejectedTouchesNothing() {
        ProcessInstance run = startAs(
                "operator",
                "qualification-recreate",
                Map.of(
                        "environment", "prod",
                        "service", "notes",
                        "version", "1.1.0",
                        "reason", "a test",
                        "container", "apps-01"));
        goOn(run);
        assertRun(run).isWaitingAt("approve-recreation").task().hasCandidateGroup("approvers");
        assertThatThrownBy(() -> completeAs("approver", run, Map.of("approved", false, "comment", "not now")))
                .hasMessageContaining("recreation-refused")
                .hasMessageContaining("'PhaseFailed'");
        assertThat(changed()).isEmpty();
    }

    @Test
    void whatAPersonReviewedIsJudgedAsWhatAPersonReviewed() {
        started("qualification-implement");
        CriteriaCheck.Input judged = input("check-criteria", CriteriaCheck.Input.class);
        assertThat(judged.byPerson())
                .contains("readme | README with usage examples | true", "ports | Port mappings documented | false");
        assertThat(judged.comment()).isEqualTo("Read all of it.");
    }

    @Test
    void whatIsLeftIsJudgedByWhatTheWipeSaw() {
        stubs.giving("service-wipe", "wipeFindings", FOUND.get(0), "stub-ends");
        started("qualification-wipe");
        assertThat(input("check-criteria", CriteriaCheck.Input.class).findings())
                .isEqualTo(FOUND);
    }

    @Test
    void whatWasNotWipedIsNotPassed() {
        ended("look-at-wipe", "wipe-rejected", 0);
        started("qualification-wipe");
        assertThat(criteria()).hasSize(2).allMatch(line -> line.contains("| false |"));
        assertThat(input("check-criteria", CriteriaCheck.Input.class).findings())
                .as("nobody looked")
                .isEmpty();
    }

    private String criterion(String name) {
        return criteria().stream()
                .filter(line -> line.startsWith(name + " | "))
                .findFirst()
                .orElseThrow();
    }

    /** What the inventory asks for is not what there is. */
    @ParameterizedTest
    @CsvSource({
        "true, unless-stopped, true",
        "true, always, true",
        "false, always, false",
        "true, no, false",
        "true, on-failure:3, false"
    })
    void aServiceStartsByItselfWhereItsContainersSaySo(boolean onboot, String policy, boolean met) {
        steps.answer(
                "look-at-container",
                new LxcStatus.Output("running", true, "", 60, 101, "proxima", onboot, "It is running."));
        steps.answer(
                "look-at-service",
                new DockerInspect.Output(true, "running", "healthy", "i", "1.1.0", "c0ffee", "", 0, policy));
        started("qualification-implement");
        assertThat(criterion("starts")).contains("| " + met + " |").endsWith(policy);
    }

    @Test
    void aHealthUrlThatDoesNotAnswerIsNoHealthAlsoWhereTheDeploymentHadNothingToDo() {
        steps.answer("look-at-deployment", called("nothing-to-change", 0));
        looked("look-at-service", true, "none");
        steps.fail("ask-health", () -> new StepFailure.Rejected(Reason.CHECK_FAILED, "It answers 503."));
        ProcessInstance run = started("qualification-implement");
        assertRun(run).hasPassed("health-not-as-expected");
        assertThat(criterion("health"))
                .contains("| false | container running, none; ")
                .endsWith(": It answers 503.");
        steps.answer("ask-health", new CheckHttp.Output(200, 7, ""));
        started("qualification-implement");
        assertThat(criterion("health")).contains("| true | ").endsWith(": status 200 in 7 ms");
    }

    @Test
    void aRecreationInWhichPeopleDecidedAboutFailedStepsNeededManualSteps() {
        steps.answer(
                "look-at-deployment", List.of(called("service-deployed", 3, 1), called("nothing-to-change", 0, 0)));
        started("qualification-recreate");
        assertThat(criterion("recreated")).contains("| false |");
        assertThat(criterion("no-manual-steps")).contains("| false |").contains("1 times in the first run, 0 in");
        assertThat(criterion("idempotent")).contains("| true |");
    }

    /** The last: it looks at what all the others left in the history. */
    @ParameterizedTest
    @FieldSource("PHASES")
    @Order(Integer.MAX_VALUE)
    void everyFlowNodeOfTheDiagramsWasPassedByThese(String phase) {
        // What ends in an error for the caller leaves no history where there is none: those are seen above.
        assertAllPassedBut(phase, Set.of("phase-failed", "recreation-refused", "playbook-refused"));
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void everyFlowNodeOfTheDeploymentWasPassedByThese() {
        assertAllPassed("qualification-deploy");
    }
}
