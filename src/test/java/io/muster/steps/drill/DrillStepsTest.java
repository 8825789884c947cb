package io.muster.steps.drill;

import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Inventory;
import io.muster.inventory.InventoryReader;
import io.muster.recovery.Backup;
import io.muster.recovery.Backups;
import io.muster.recovery.Criterion;
import io.muster.recovery.Drills;
import io.muster.recovery.Measure;
import io.muster.recovery.Measures;
import io.muster.step.Reason;
import io.muster.step.RunFacts;
import io.muster.step.RunTimes;
import io.muster.step.TestContext;
import io.muster.steps.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beginning, judging, measuring and ending a drill. */
class DrillStepsTest {

    private static final String RUN = "run-1";

    @TempDir
    Path directory;

    private Bench bench;

    @BeforeEach
    void begin() throws IOException {
        bench = new Bench(directory);
        Path file = directory.resolve("inventory.yaml");
        Files.writeString(
                file,
                """
                version: 1
                environments:
                  test:
                    hosts:
                      apps-01:
                        ssh:
                          address: 127.0.0.3
                          user: root
                          host-keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHA/069st8vm6UHPo1GkaVOPLNoJxBXOydsdj94BIqhn"]
                          private-key: secret:sample
                        class: core
                        docker: {endpoint: "unix:///var/run/docker.sock"}
                        persistent-storage: [/srv/persistent]
                    services:
                      notes:
                        image: registry.test:5000/notes
                        class: core
                        container: apps-01
                        volumes: ["/srv/persistent/notes:/data"]
                        recovery: {rto: PT2M}
                """);
        Inventory.Environment environment =
                InventoryReader.withoutSecrets().read(file).environment("test").orElseThrow();
        bench.use(environment);
    }

    @AfterEach
    void end() {
        bench.close();
    }

    private void started() {
        bench.run(DrillStart.class, with("service", "notes", "kind", "QUALIFICATION", "version", "1.1.0"));
    }

    private CriteriaCheck.Output judged(int phase, String... criteria) {
        return bench.run(
                CriteriaCheck.class, with("phase", Integer.toString(phase), "criteria", String.join("\n", criteria)));
    }

    @Test
    void everyCriterionMustBeMetAndEachIsKeptWithItsEvidence() {
        started();
        CriteriaCheck.Output output = judged(
                2,
                "https | Accessible via HTTPS | true | status 200 | and more",
                "dns | Name resolves | false | nobody\tknows it",
                "pool | Pooling works | not asked | no database",
                "gone | It is gone |  | ");
        assertThat(output.passed()).isFalse();
        assertThat(output.met()).isEqualTo(1);
        assertThat(output.asked()).isEqualTo(3);
        assertThat(output.failed()).containsExactly("Name resolves: nobody knows it", "It is gone: –");
        assertThat(bench.get(Measures.class).criteria(RUN))
                .extracting(criterion -> criterion.name() + " " + criterion.result() + " " + criterion.evidence())
                .containsExactly(
                        "https PASSED status 200 | and more",
                        "dns FAILED nobody knows it",
                        "pool NOT_ASKED no database",
                        "gone FAILED –");
        assertThat(judged(2, "dns | Name resolves | true | it does").passed()).isTrue();
    }

    @Test
    void aCriterionThatOnlyAPersonCanJudgeSaysSo() {
        started();
        bench.run(
                CriteriaCheck.class,
                with(
                        "phase",
                        "1",
                        "byPerson",
                        "readme | README is there | true",
                        "comment",
                        "Read it.\nforged | Forged | true"));
        Criterion only = bench.get(Measures.class).criteria(RUN).get(0);
        assertThat(bench.get(Measures.class).criteria(RUN)).hasSize(1);
        assertThat(only.judge()).isEqualTo(Criterion.Judge.PERSON);
        assertThat(only.evidence()).isEqualTo("Read it. forged | Forged | true");
    }

    @Test
    void aPhaseOfWhichNothingIsAskedIsNotPassed() {
        started();
        assertThat(judged(3, "pool | Pooling works | not asked | no database").passed())
                .isFalse();
        assertThat(bench.failure(CriteriaCheck.class, with("phase", "3"))).hasMessageContaining("no criterion");
    }

    @Test
    void criteriaThatCannotBeReadAreAllNamed() {
        started();
        assertThat(bench.failure(
                        CriteriaCheck.class,
                        with(
                                "phase",
                                "3",
                                "criteria",
                                "nothing\na | A | yes | x\nb | B | true\nb | B | true\nc | C | ${c} | x")))
                .hasMessageContaining("'nothing' is no criterion")
                .hasMessageContaining("'a' is 'yes'")
                .hasMessageContaining("'b' is there twice")
                .hasMessageContaining("'c' is '${c}'");
        assertThat(bench.get(Measures.class).criteria(RUN)).isEmpty();
    }

    @Test
    void nothingIsJudgedMeasuredOrEndedWithoutADrill() {
        assertThat(bench.failure(CriteriaCheck.class, with("phase", "1", "criteria", "a | A | true | x"))
                        .reason())
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(bench.failure(MeasuresRecord.class, with("service", "notes", "values", "rto=1"))
                        .reason())
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(bench.failure(DrillEnd.class, with("passed", "true", "result", "Fine."))
                        .reason())
                .isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    void measuresHaveTheServicesOwnTargetAndTheGradeOfTheTable() {
        started();
        MeasuresRecord.Output output = bench.run(
                MeasuresRecord.class,
                with(
                        "service", "notes",
                        "values", "rto=130\nrpo=-1\nidempotency=2\nbackup-size=2048\nrestore-time=",
                        "grades", "rto TARGET 900\nidempotency WARNING 0"));
        assertThat(output.recorded()).isEqualTo(3);
        assertThat(output.acceptable()).isFalse();
        assertThat(output.withinTargets()).isEqualTo("false");
        assertThat(output.targets())
                .isEqualTo("RTO 2 min 10 s, at most 2 min 0 s, RPO not measured, and none is asked");
        assertThat(output.summary())
                .isEqualTo(
                        "Idempotency 2 changes (WARNING), Backup size 2 KiB, RTO, from the wipe to verified 2 min 10 s (WARNING)");
        Map<String, Measure> kept = bench.get(Measures.class).of(List.of(RUN)).get(RUN).stream()
                .collect(java.util.stream.Collectors.toMap(Measure::name, it -> it));
        assertThat(kept.get("rto").target().orElseThrow().intValue()).isEqualTo(120);
        assertThat(kept.get("rto").grade())
                .as("beyond its own target, whatever the table says")
                .contains(Measure.Grade.WARNING);
        assertThat(kept.get("backup-size").target()).isEmpty();

        assertThat(bench.failure(
                        MeasuresRecord.class,
                        with("service", "notes", "values", "rto=soon\nspeed=3", "grades", "rto GOOD 1")))
                .hasMessageContaining("`rto` is 'soon'")
                .hasMessageContaining("no measure 'speed'")
                .hasMessageContaining("'rto GOOD 1' is no grade");
    }

    private static RunTimes.Wait wait(String from, String to) {
        return new RunTimes.Wait(
                Instant.parse("2026-01-01T" + from + "Z"),
                Optional.ofNullable(to).map(it -> Instant.parse("2026-01-01T" + it + "Z")));
    }

    @Test
    void waitingForPeopleIsCountedOnceAndOnlyInsideTheSpan() {
        bench.waits.put(
                RUN,
                List.of(
                        wait("09:00:00", "10:01:00"),
                        wait("10:02:00", "10:04:00"),
                        wait("10:03:00", "10:05:00"),
                        wait("10:03:30", "10:03:40"),
                        wait("10:09:00", null)));
        TimeSpan.Output span =
                bench.run(TimeSpan.class, with("from", "2026-01-01T10:00:00Z", "to", "2026-01-01T10:10:00.5Z"));
        assertThat(span.seconds()).isEqualTo(601);
        assertThat(span.waitingSeconds()).isEqualTo(60 + 180 + 61);
        assertThat(span.machineSeconds()).isEqualTo(300);

        assertThat(span.summary())
                .isEqualTo("10 min 1 s, of which 5 min 1 s waiting for people, from 2026-01-01T10:00:00Z to"
                        + " 2026-01-01T10:10:00.500Z");

        TimeSpan.Output brief =
                bench.run(TimeSpan.class, with("from", "2026-01-01T10:02:59.400Z", "to", "2026-01-01T10:05:00.300Z"));
        assertThat(brief.seconds()).isEqualTo(121);
        assertThat(brief.machineSeconds() + brief.waitingSeconds())
                .as("the parts are the whole")
                .isEqualTo(121);

        assertThat(bench.failure(TimeSpan.class, with("from", "2026-01-01T10:00:00Z", "to", "2026-01-01T09:00:00Z")))
                .hasMessageContaining("is before");
        assertThat(bench.failure(TimeSpan.class, with("from", "yesterday"))).hasMessageContaining("'yesterday'");
    }

    @Test
    void theLastCalledRunOfARunbookIsLookedAt() {
        Instant at = Instant.parse("2026-01-01T10:00:00Z");
        bench.called.put(
                RUN,
                List.of(
                        called("a", "service-deployment", at, "service-deployed", 9),
                        called("b", "service-deployment", at.plusSeconds(600), "nothing-to-change", 0),
                        called("c", "service-backup", at.plusSeconds(900), "service-backed-up", 3)));
        bench.waits.put(RUN, List.of(wait("10:10:10", "10:10:30")));
        CalledRun.Output output = bench.run(CalledRun.class, with("runbook", "service-deployment"));
        assertThat(output.run()).isEqualTo("b");
        assertThat(output.outcome()).isEqualTo("nothing-to-change");
        assertThat(output.changes()).isZero();
        assertThat(output.seconds()).isEqualTo(60);
        assertThat(output.machineSeconds()).isEqualTo(40);
        assertThat(output.decisions()).isZero();
        assertThat(output.summary()).endsWith("; 0 changes");
        bench.decisions.put(RUN, 2);
        CalledRun.Output backup = bench.run(CalledRun.class, with("runbook", "service-backup"));
        assertThat(backup.decisions()).as("with those of the calling run").isEqualTo(3);
        assertThat(backup.summary()).endsWith("; 3 changes; people decided once about a step that had failed");
        assertThat(bench.failure(CalledRun.class, with("runbook", "service-update"))
                        .reason())
                .isEqualTo(Reason.NOT_FOUND);
    }

    private static RunTimes.Called called(String id, String runbook, Instant from, String outcome, int effects) {
        return new RunTimes.Called(
                id,
                runbook,
                from,
                Optional.of(from.plusSeconds(60)),
                Optional.of("COMPLETED"),
                Optional.of(outcome),
                effects,
                effects / 3);
    }

    @Test
    void aDrillEndsOnceAndAContradictionIsRefused() {
        started();
        bench.run(DrillEnd.class, with("passed", "false", "result", "Step 9 failed."));
        bench.run(DrillEnd.class, with("passed", "false", "result", "Step 9 failed."));
        assertThat(bench.failure(DrillEnd.class, with("passed", "true", "result", "Fine."))
                        .reason())
                .isEqualTo(Reason.CONFLICT);
        assertThat(bench.get(Drills.class).find(RUN).orElseThrow().result()).contains("Step 9 failed.");
    }

    private static RunFacts.Facts nothingYet() {
        return new RunFacts.Facts(
                "service-qualification",
                1,
                Optional.empty(),
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private static RunFacts.Facts facts() {
        Instant at = Instant.parse("2026-01-01T10:00:00Z");
        return new RunFacts.Facts(
                "service-qualification",
                4,
                Optional.of("operator"),
                at,
                Optional.of("test"),
                Optional.of("notes"),
                Optional.of("1.1.0"),
                Optional.of("a yearly proof"),
                Optional.empty(),
                Optional.empty(),
                List.of(
                        said("Wipe what was approved", "wipeRemove", "SUCCEEDED", "Removed container notes"),
                        said("Remove what was replaced", "restoreFinish", "SUCCEEDED", "Backup b1 was put back"),
                        said("Verify test data", "testDataVerify", "SUCCEEDED", "165 records are as they were"),
                        said("Compare test data", "testDataVerify", "SUCCEEDED", "Of 165 records: missing note/7"),
                        said("Check health", "checkHttp", "FAILED", "status 503")),
                List.of(new RunFacts.ApprovalFact("", "Approve wipe", "approver", at, true, "Seen it.", false)),
                List.of(new RunFacts.DocumentFact("wipe.md", "# Wipe")),
                List.of(new RunFacts.AnswerFact(
                        "",
                        "decide-failed-phase",
                        "Decide how to go on",
                        "operator",
                        at,
                        new TreeMap<>(Map.of("phaseDecision", "end", "decisionReason", "The note is lost.")))),
                List.of(new RunFacts.DecisionFact(
                        "",
                        "Check health",
                        "apps-01/notes",
                        "HttpStatus",
                        "RETRY",
                        Optional.of("operator"),
                        at,
                        Optional.of("It was restarted."))));
    }

    private static RunFacts.StepFact said(String title, String step, String outcome, String detail) {
        return new RunFacts.StepFact(
                title,
                step,
                "notes",
                outcome,
                1,
                Instant.parse("2026-01-01T11:00:00Z"),
                Optional.of(Duration.ofSeconds(1)),
                detail);
    }

    @Test
    void theReportOfAFailureHasWhatIsKnownByThenAndWhoDecidedWhat() {
        started();
        judged(8, "unreachable | No longer accessible | not asked | no URL", "gone | Container gone | true | looked");
        judged(9, "data | Test data matches original | false | missing note/7");
        bench.run(MeasuresRecord.class, with("service", "notes", "values", "restore-time=0.62"));
        bench.runs.put(RUN, facts());
        Backups backups = bench.get(Backups.class);
        Instant taken = Instant.parse("2026-01-01T09:00:00Z");
        for (String run : List.of(RUN, "another-run")) {
            backups.taken(Backup.taken(
                    "test", "notes", "b-" + run, "m-01", "/b/" + run, 2048, taken, Duration.ofSeconds(3), run));
            backups.verified("test", "notes", "b-" + run, taken.plusSeconds(60), run);
        }
        TestContext context = bench.context();
        bench.run(CompletionReport.class, context, with("passed", "false"));
        assertThat(context.documents().get("completion.md"))
                .contains("Service status: **NOT PRODUCTION READY**")
                .contains(
                        "| Service | notes, image registry.test:5000/notes |",
                        "| Version | 1.1.0 |",
                        "| Host | apps-01, class core |",
                        "| Container | apps-01/notes |",
                        "| Volumes | /srv/persistent/notes at /data |",
                        "| Runbook | service-qualification, version 4 |",
                        "| Reason | a yearly proof |",
                        " by operator |")
                .contains("- Step 7: Baseline backup created – not reached")
                .contains("- Step 8: Service wiped – passed, 1 of 1 criteria met, 1 not asked")
                .contains("- Step 9: Service restored and verified – **failed**, 0 of 1 criteria met")
                .contains("| No longer accessible | not asked | Muster | ")
                .contains("- **Approve wipe**: approved by approver at 2026-01-01 10:00:00 UTC: Seen it.")
                .contains("- **Decide how to go on**: answered by operator at 2026-01-01 10:00:00 UTC:"
                        + " decisionReason = The note is lost.; phaseDecision = end")
                .contains("- **Check health**: apps-01/notes failed (HttpStatus): retry by operator at"
                        + " 2026-01-01 10:00:00 UTC: It was restarted.")
                .contains("- b-run-1 in m-01:/b/run-1, 2 KiB, data as of 2026-01-01 09:00:00 UTC, last read back whole"
                        + " at 2026-01-01 09:01:00 UTC")
                .contains("- 2026-01-01 11:00:00 UTC, Wipe what was approved, notes: Removed container notes")
                .contains("- 2026-01-01 11:00:00 UTC, Remove what was replaced, notes: Backup b1 was put back")
                .contains("| Restore time | 0.6 s | – | – |")
                .contains("Step 9 is not passed: what was measured of the restore, RTO among it, proves no recovery.")
                .contains("Compare test data, notes: Of 165 records: missing note/7")
                .contains("Check health, notes: **FAILED** status 503")
                .contains("## Other documents of this run\n\n- wipe.md")
                .doesNotContain("another-run", "Backup restored");
    }

    @Test
    void theWholeReportSaysWhatBecameOfTestDataScheduleAndWhoJudged() {
        started();
        bench.run(
                CriteriaCheck.class,
                with("phase", "1", "byPerson", "readme | README there | true", "comment", "Read it."));
        RunFacts.Facts known = facts();
        List<RunFacts.StepFact> steps = new ArrayList<>(List.of(
                said("Resolve image", "imageResolve", "SUCCEEDED", "registry.test:5000/notes@sha256:c0ffee"),
                said("Populate", "testDataPopulate", "SUCCEEDED", "165 records")));
        bench.runs.put(RUN, factsWith(known, steps));
        TestContext context = bench.context();
        bench.run(CompletionReport.class, context, with("passed", "true", "interim", "true"));
        assertThat(context.documents()).containsOnlyKeys("completion-interim.md");
        assertThat(context.documents().get("completion-interim.md"))
                .contains("`completion.md` will say", "populated at 2026-01-01 11:00:00 UTC, not decided yet")
                .contains("| Image, as resolved | registry.test:5000/notes@sha256:c0ffee |")
                .contains("| External access | not asked: the inventory gives it no `external` |".replace("`", "\\`"))
                .contains("| Criteria | 1 of 1 met, 0 not asked, 8 of 9 steps not reached |")
                .contains("| README there | met | operator | ");

        bench.run(CompletionReport.class, context, with("passed", "true"));
        assertThat(context.documents().get("completion.md"))
                .contains("not removed: it may be in the service still")
                .doesNotContain("Interim");
        steps.add(said("Remove test data", "testDataRemove", "SUCCEEDED", "removed"));
        bench.runs.put(RUN, factsWith(known, steps));
        bench.run(CompletionReport.class, context, with("passed", "true"));
        assertThat(context.documents().get("completion.md"))
                .contains("populated at 2026-01-01 11:00:00 UTC, removed at 2026-01-01 11:00:00 UTC");
    }

    private static RunFacts.Facts factsWith(RunFacts.Facts known, List<RunFacts.StepFact> steps) {
        return new RunFacts.Facts(
                known.runbook(),
                known.version(),
                known.startedBy(),
                known.startedAt(),
                known.environment(),
                known.service(),
                known.targetVersion(),
                known.reason(),
                known.endState(),
                known.outcome(),
                List.copyOf(steps),
                known.approvals(),
                known.documents(),
                List.of(new RunFacts.AnswerFact(
                        "",
                        "review-implementation",
                        "Review implementation",
                        "operator",
                        Instant.EPOCH,
                        Map.of("There is a README with usage examples", "true"))),
                known.decisions());
    }

    @Test
    void theReportShowsWhatWasMetMeasuredAndNotReached() {
        started();
        bench.runs.put(RUN, nothingYet());
        judged(1, "role | Role files are there | true | 4 files");
        judged(2, "https | Accessible via HTTPS | false | *no* answer | at all");
        bench.run(MeasuresRecord.class, with("service", "notes", "values", "rto=100", "grades", "rto TARGET 900"));
        TestContext context = bench.context();
        CompletionReport.Output output =
                bench.run(CompletionReport.class, context, with("passed", "true", "nextSteps", "Mend the certificate"));
        assertThat(output.allMet()).isFalse();
        assertThat(context.documents().get("completion.md"))
                .contains("Service status: **NOT PRODUCTION READY**")
                .contains("Step 1: Service implemented and deployed – passed, 1 of 1 criteria met")
                .contains("Step 2: Tested from outside – **failed**, 0 of 1 criteria met")
                .contains("Step 9: Service restored and verified – not reached")
                .contains("| RTO, from the wipe to verified | 100 s | at most 2 min 0 s | TARGET |")
                .contains("| Why not | step 2: Accessible via HTTPS (\\*no\\* answer \\| at all) |")
                .contains("| **not met** | Muster | 2026-01-01 00:00:00 UTC | \\*no\\* answer \\| at all |")
                .contains("None was taken.", "Nothing had to be approved.", "the run did not come that far")
                .contains("- Mend the certificate");
    }

    private static RunFacts.ApprovalFact rejected(String in, String title, String comment) {
        return new RunFacts.ApprovalFact(in, title, "approver", Instant.EPOCH, false, comment, false);
    }

    private static RunFacts.Facts factsWith(List<RunFacts.StepFact> steps, List<RunFacts.ApprovalFact> approvals) {
        RunFacts.Facts none = nothingYet();
        return new RunFacts.Facts(
                none.runbook(),
                none.version(),
                none.startedBy(),
                none.startedAt(),
                none.environment(),
                none.service(),
                none.targetVersion(),
                none.reason(),
                none.endState(),
                none.outcome(),
                steps,
                approvals,
                List.of(),
                List.of(),
                List.of());
    }

    private static RunFacts.StepFact at(String step, String time, String detail) {
        return new RunFacts.StepFact(
                step,
                step,
                "notes",
                "SUCCEEDED",
                1,
                Instant.parse("2026-01-01T" + time + "Z"),
                Optional.of(Duration.ofSeconds(1)),
                detail);
    }

    @Test
    void aRejectionIsNoCriterionThatIsNotMetAndTheReportSaysWhoRejectedWhat() {
        started();
        judged(1, "role | Role files are there | true | 4 files");
        judged(2, "https | Accessible via HTTPS | true | 200");
        bench.runs.put(
                RUN,
                factsWith(
                        List.of(),
                        List.of(rejected(
                                "qualification-recreate › service-deployment", "Approve deployment", "Not\n today"))));
        TestContext context = bench.context();
        CompletionReport.Output output = bench.run(CompletionReport.class, context, with("passed", "false"));
        assertThat(output.why()).isEqualTo("step 3: 'Approve deployment' was rejected by approver (Not today)");
        assertThat(context.documents().get("completion.md"))
                .contains("| Why not | step 3: 'Approve deployment' was rejected by approver (Not today) |")
                .contains("- Step 3: Deleted and recreated – **ended before it was judged**")
                .contains("- Step 4: Data backup plan integrated – not reached")
                .contains("- **Approve deployment** (in qualification-recreate › service-deployment): rejected by");
    }

    @Test
    void allThatIsNotMetIsNamedAndWhatIsTooMuchIsCounted() {
        started();
        bench.runs.put(RUN, nothingYet());
        judged(4, "a | A | false | x", "b | B | false | y");
        judged(9, "c | C | false | " + "long ".repeat(100), "d | D | false | z", "e | E | true | z");
        CompletionReport.Output output = bench.run(CompletionReport.class, with("passed", "true"));
        assertThat(output.why())
                .startsWith("step 4: A (x); step 4: B (y); step 9: C (long long")
                .endsWith("…); and 1 more")
                .hasSizeLessThan(300);
    }

    @Test
    void aServiceThatTheRunLeavesWithoutAContainerIsSaidToBeGone() {
        started();
        TestContext context = bench.context();
        List<RunFacts.StepFact> steps =
                new ArrayList<>(List.of(at("dockerRun", "10:00:00", ""), at("wipeRemove", "10:05:00", "Removed it")));
        bench.runs.put(RUN, factsWith(steps, List.of()));
        bench.run(CompletionReport.class, context, with("passed", "false"));
        assertThat(context.documents().get("completion.md"))
                .contains(
                        "| Left behind | no container of the service: this run removed it at 2026-01-01 10:05:00 UTC");
        steps.add(at("dockerRun", "10:06:00", ""));
        bench.run(CompletionReport.class, context, with("passed", "false"));
        assertThat(context.documents().get("completion.md")).doesNotContain("Left behind");
    }

    @Test
    void whatWasJudgedBeforeAStepWasRepeatedStaysInTheReport() {
        started();
        judged(9, "data | Test data matches original | true | 165 records");
        bench.runs.put(
                RUN,
                factsWith(
                        List.of(
                                at("criteriaCheck", "10:00:00", "Step 9: 7 of 8 criteria are met. Not met: Test data"),
                                at("criteriaCheck", "10:10:00", "Step 9: 8 of 8 criteria are met")),
                        List.of()));
        TestContext context = bench.context();
        bench.run(CompletionReport.class, context, with("passed", "true"));
        assertThat(context.documents().get("completion.md"))
                .contains("- Step 9: Service restored and verified – passed")
                .contains("- 2026-01-01 10:00:00 UTC, criteriaCheck, notes: Step 9: 7 of 8 criteria are met. Not met:");
    }

    @Test
    void whatDidNotTakePlaceIsNotMeasured() {
        started();
        bench.run(
                MeasuresRecord.class,
                with(
                        "service",
                        "notes",
                        "values",
                        "deployment-time=1\nidempotency=0\nexternal-success=12.5",
                        "onlyIf",
                        "deployment-time=false\nidempotency=",
                        "grades",
                        "deployment-time TARGET 300"));
        assertThat(bench.get(Measures.class).of(List.of(RUN)).get(RUN))
                .extracting(Measure::name)
                .containsExactly("external-success");
    }
}
