package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AuditChainTest {

    private final JournalFixture journal = new JournalFixture();

    @AfterEach
    void close() {
        journal.close();
        journal.database.close();
    }

    @Test
    void aWholeRunIsInItsChainInOrderAndIntact() {
        String run = wholeRun();
        assertThat(journal.chain.events(run))
                .extracting(AuditEvent::kind)
                .containsExactly("run-started", "approval", "step-opened", "document-kept", "step-closed", "run-ended");
        AuditChain.Verification verification = journal.chain.verify(run);
        assertThat(verification.problems()).isEmpty();
        assertThat(verification.events()).isEqualTo(6);
        assertThat(verification.head()).isPresent();
        assertThat(AuditChain.check(run, journal.chain.events(run))).isEmpty();
    }

    @Test
    void aChangedEventIsFound() throws Exception {
        String run = wholeRun();
        journal.forge("update audit_event set body = replace(body, 'true', 'false') where seq = 2");
        assertThat(journal.chain.verify(run).problems()).anyMatch(p -> p.contains("Event 2 (approval) was changed"));
    }

    @Test
    void aChangedEventWithItsHashMadeToFitIsFoundByTheNextOne() throws Exception {
        String run = wholeRun();
        journal.forge("update audit_event set actor = 'nobody' where seq = 2");
        journal.forge(
                "update audit_event set hash = audit_hash(root_run_id, seq, at, kind, actor, body, prev_hash) where seq = 2");
        assertThat(journal.chain.verify(run).problems()).anyMatch(p -> p.startsWith("Event 3 does not follow"));
    }

    @Test
    void aMissingEventIsFound() throws Exception {
        String run = wholeRun();
        journal.forge("delete from audit_event where seq = 3");
        assertThat(journal.chain.verify(run).problems()).anyMatch(p -> p.startsWith("Event 3 is missing"));
    }

    @Test
    void aCutEndIsFound() throws Exception {
        String run = wholeRun();
        journal.forge("delete from audit_event where seq = 6");
        assertThat(journal.chain.verify(run).problems()).anyMatch(p -> p.contains("events were removed or added"));
        journal.forge("delete from audit_event");
        assertThat(journal.chain.verify(run).problems()).anyMatch(p -> p.contains("All 6 events are missing"));
    }

    @Test
    void reorderedEventsAreFound() throws Exception {
        String run = wholeRun();
        journal.forge("update audit_event set seq = case seq when 3 then 1004 else 1003 end where seq in (3, 4)");
        journal.forge("update audit_event set seq = seq - 1000 where seq > 1000");
        assertThat(journal.chain.verify(run).intact()).isFalse();
    }

    @Test
    void rowsThatDifferFromTheChainAreFound() throws Exception {
        String run = wholeRun();
        journal.forge("update step_run set output = '{\"image\":\"other\"}'");
        journal.forge("update document set content = 'forged'");
        journal.forge("update approval set by = 'somebody-else'");
        journal.forge("update run set started_by = 'approver'");
        assertThat(journal.chain.verify(run).problems())
                .anyMatch(p -> p.startsWith("The step run") && p.contains("outputSha256"))
                .anyMatch(p -> p.startsWith("The document") && p.contains("contentSha256"))
                .anyMatch(p -> p.startsWith("The approval") && p.contains("by"))
                .anyMatch(p -> p.startsWith("The run") && p.contains("by"));
    }

    @Test
    void rowsThatAreGoneOrWereAddedAreFound() throws Exception {
        String run = wholeRun();
        journal.forge("delete from approval");
        journal.forge("insert into document (step_run_id, name, run_id, media_type, content, at)"
                + " select id, 'forged', run_id, 'text/markdown', 'x', now() from step_run");
        journal.forge("insert into step_run (id, run_id, root_run_id, job_id, activity_id, title, step, target, owner,"
                + " input, started_at, attempt) select gen_random_uuid(), run_id, 'elsewhere', 'forged', activity_id, title,"
                + " step, target, owner, input, started_at, 1 from step_run limit 1");
        assertThat(journal.chain.verify(run).problems())
                .anyMatch(p -> p.startsWith("The step run") && p.contains("not in the audit chain"))
                .anyMatch(p -> p.startsWith("The approval") && p.contains("gone"))
                .anyMatch(p -> p.startsWith("The document forged") && p.contains("not in the audit chain"));
    }

    @Test
    void whatTheEngineRollsBackLeavesNoEventAndNoGap() {
        String run = journal.startRun();
        journal.engine.executeWithoutResult(tx -> {
            StepRun entry = journal.open(run);
            journal.steps.succeed(entry.id(), 1, "{}");
            journal.steps.acknowledge(entry.id());
            journal.runs.ended(run, RunJournal.EndState.COMPLETED, Optional.of("deployed"));
            tx.setRollbackOnly();
        });
        assertThat(journal.reader.run(run).orElseThrow().endState()).isEmpty();
        assertThat(journal.chain.events(run))
                .extracting(AuditEvent::kind)
                .containsExactly("run-started", "step-opened", "step-closed");
        journal.engine.executeWithoutResult(
                tx -> journal.runs.ended(run, RunJournal.EndState.ABORTED, Optional.empty()));
        assertThat(journal.chain.verify(run).problems()).isEmpty();
    }

    @Test
    void theJournalNeverWaitsForTheEngineTransactionOfItsOwnThread() {
        String run = journal.startRun();
        journal.engine.executeWithoutResult(tx -> {
            StepRun first = journal.open(run);
            journal.steps.succeed(first.id(), 1, "{}");
            journal.steps.acknowledge(first.id());
            journal.runs.approved(approval(run));
            StepRun second = journal.open(run);
            journal.steps.document(second.id(), 1, "record", "text/markdown", "x");
            journal.steps.fail(second.id(), 1, new StepRun.Failure("REJECTED", "CheckFailed", "503"));
            journal.steps.acknowledge(second.id());
            journal.runs.ended(run, RunJournal.EndState.COMPLETED, Optional.of("deployed"));
            try (StepJournal.LogWriter log = journal.steps.log(second.id())) {
                log.info("late line");
            }
        });
        assertThat(journal.chain.verify(run).problems()).isEmpty();
        assertThat(journal.reader.steps(run)).allMatch(StepRun::acknowledged);
    }

    @Test
    void aCalledRunStartedAndEndedInOneTransactionIsInItsRootsChain() {
        String root = journal.startRun();
        String child = UUID.randomUUID().toString();
        journal.engine.executeWithoutResult(tx -> {
            journal.runs.started(JournalFixture.run(child, root, Optional.of(root)));
            assertThat(journal.runs.knows(child)).isTrue();
            journal.runs.ended(child, RunJournal.EndState.COMPLETED, Optional.of("done"));
        });
        assertThat(journal.chain.events(root))
                .extracting(AuditEvent::kind)
                .containsExactly("run-started", "run-started", "run-ended");
        assertThat(journal.chain.verify(root).problems()).isEmpty();
        assertThat(journal.reader.children(root))
                .extracting(row -> row.run().id())
                .containsExactly(child);
    }

    @Test
    void aRunEndsOnce() {
        String run = journal.startRun();
        journal.engine.executeWithoutResult(
                tx -> journal.runs.ended(run, RunJournal.EndState.COMPLETED, Optional.empty()));
        assertThatThrownBy(() -> journal.engine.executeWithoutResult(
                        tx -> journal.runs.ended(run, RunJournal.EndState.ABORTED, Optional.empty())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(run);
        assertThat(journal.chain.verify(run).problems()).isEmpty();
    }

    @Test
    void parallelBranchesOfSeveralServersAppendToTheirRunsWithoutDeadlockOrGap() throws Exception {
        List<String> runs = List.of(journal.startRun(), journal.startRun(), journal.startRun());
        try (JournalFixture other = journal.secondServer()) {
            ExecutorService threads = Executors.newFixedThreadPool(12);
            CountDownLatch go = new CountDownLatch(1);
            List<Future<?>> branches = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                JournalFixture server = i % 2 == 0 ? journal : other;
                int first = i;
                branches.add(threads.submit(() -> {
                    go.await();
                    for (int n = 0; n < 20; n++) {
                        branch(server, runs.get((first + n) % 3), runs.get((first + n + 1 + n % 2) % 3), n % 5 == 0);
                    }
                    return null;
                }));
            }
            go.countDown();
            for (Future<?> branch : branches) {
                branch.get(50, TimeUnit.SECONDS);
            }
            threads.shutdown();
        }
        long events = 0;
        for (String run : runs) {
            AuditChain.Verification verification = journal.chain.verify(run);
            assertThat(verification.problems()).isEmpty();
            events += verification.events();
        }
        int steps = 12 * 20;
        int committed = 12 * 16;
        assertThat(events).isEqualTo(3 + 2L * steps + 2L * committed);
    }

    /** A step in one run whose engine transaction decides in two, and commits or not. */
    private static void branch(JournalFixture server, String run, String second, boolean rollback) {
        server.engine.executeWithoutResult(tx -> {
            StepRun entry = server.open(run);
            server.runs.approved(approval(second));
            server.runs.approved(approval(run));
            server.steps.succeed(entry.id(), 1, "{}");
            server.steps.acknowledge(entry.id());
            if (rollback) {
                tx.setRollbackOnly();
            }
        });
    }

    @Test
    void whatAPersonAnsweredIsInTheChainOfTheRootMaskedAndIsFoundByItsRun() {
        String root = journal.startRun();
        String child = UUID.randomUUID().toString();
        journal.secrets.add("Correct-Horse-7");
        journal.engine.executeWithoutResult(
                tx -> journal.runs.started(JournalFixture.run(child, root, Optional.of(root))));
        Instant at = Instant.parse("2026-01-02T03:04:05.000006Z");
        journal.engine.executeWithoutResult(tx -> {
            journal.runs.answered(new RunJournal.Answer(
                    child,
                    "clean-up-manually",
                    "Clean up by hand",
                    "operator",
                    at,
                    Map.of("cleanupNote", "Logged in with Correct-Horse-7, \"rm\" €")));
            journal.runs.answered(
                    new RunJournal.Answer("unknown", "clean-up-manually", "Clean up", "operator", at, Map.of()));
        });
        assertThat(journal.reader.answers(root)).isEmpty();
        assertThat(journal.reader.answers(child)).singleElement().satisfies(answer -> {
            assertThat(answer.by()).isEqualTo("operator");
            assertThat(answer.at()).isEqualTo(at);
            assertThat(answer.task()).isEqualTo("clean-up-manually");
            assertThat(answer.values().get("cleanupNote"))
                    .startsWith("Logged in with ")
                    .endsWith(", \"rm\" €")
                    .doesNotContain("Correct-Horse-7");
        });
        assertThat(journal.chain.events(root))
                .filteredOn(event -> event.kind().equals("task-answered"))
                .singleElement()
                .matches(event -> !event.body().contains("Correct-Horse-7"));
        assertThat(journal.chain.verify(root).problems()).isEmpty();
    }

    private String wholeRun() {
        String run = journal.startRun();
        journal.engine.executeWithoutResult(tx -> journal.runs.approved(approval(run)));
        journal.engine.executeWithoutResult(tx -> {
            StepRun entry = journal.open(run);
            journal.steps.document(entry.id(), 1, "record", "text/markdown", "# Grüße €");
            journal.steps.succeed(entry.id(), 1, "{\"image\":\"nötes €\",\"n\":1.50}");
            journal.steps.acknowledge(entry.id());
            journal.runs.ended(run, RunJournal.EndState.COMPLETED, Optional.of("deployed"));
        });
        return run;
    }

    private static RunJournal.Approval approval(String run) {
        return new RunJournal.Approval(
                run,
                UUID.randomUUID().toString(),
                "approve-deployment",
                "Approve",
                "approver",
                Instant.now(),
                true,
                "Läuft: \"ok\"\n",
                false);
    }
}
