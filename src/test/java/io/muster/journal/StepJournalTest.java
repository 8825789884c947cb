package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataIntegrityViolationException;

@Timeout(60)
class StepJournalTest {

    private final JournalFixture journal = new JournalFixture();

    @AfterEach
    void close() {
        journal.close();
        journal.database.close();
    }

    @Test
    void anAttemptIsFoundByItsJobAndCountsUpAfterItWasClosed() {
        String run = journal.startRun();
        StepRun first = journal.open(run, "job-1");
        assertThat(first.attempt()).isEqualTo(1);
        assertThat(first.state()).isEqualTo(StepRun.State.OPEN);
        assertThat(journal.steps.newest("job-1")).contains(first);

        journal.steps.fail(first.id(), first.epoch(), new StepRun.Failure("TRANSIENT", "HostUnreachable", "no route"));
        StepRun second = journal.open(run, "job-1");
        journal.steps.succeed(second.id(), second.epoch(), "{\"image\":\"notes\"}");

        StepRun closed = journal.steps.newest("job-1").orElseThrow();
        assertThat(closed.attempt()).isEqualTo(2);
        assertThat(closed.state()).isEqualTo(StepRun.State.SUCCEEDED);
        assertThat(closed.output()).contains("{\"image\": \"notes\"}");
        assertThat(closed.acknowledged()).isFalse();
        assertThat(journal.reader.steps(run))
                .extracting(StepRun::state)
                .containsExactly(StepRun.State.FAILED, StepRun.State.SUCCEEDED);
        assertThat(journal.chain.verify(run).problems()).isEmpty();
    }

    @Test
    void anEntrySurvivesTheRollbackOfTheEngineAndItsAcknowledgementDoesNot() {
        String run = journal.startRun();
        AtomicReference<StepRun> entry = new AtomicReference<>();
        journal.engine.executeWithoutResult(tx -> {
            entry.set(journal.open(run));
            journal.steps.succeed(entry.get().id(), 1, "{}");
            journal.steps.acknowledge(entry.get().id());
            tx.setRollbackOnly();
        });
        assertThat(read(entry.get()).state()).isEqualTo(StepRun.State.SUCCEEDED);
        assertThat(read(entry.get()).acknowledged()).isFalse();

        journal.engine.executeWithoutResult(
                tx -> journal.steps.acknowledge(entry.get().id()));
        assertThat(read(entry.get()).acknowledged()).isTrue();
        journal.engine.executeWithoutResult(
                tx -> journal.steps.acknowledge(entry.get().id()));
    }

    @Test
    void anOpenEntryCannotBeAcknowledgedAndTheEngineRollsBack() {
        StepRun entry = journal.open(journal.startRun());
        assertThatThrownBy(() -> journal.engine.executeWithoutResult(tx -> journal.steps.acknowledge(entry.id())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(entry.id().toString());
        assertThatThrownBy(() -> journal.steps.acknowledge(entry.id()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no transaction");
    }

    @Test
    void ofTwoOwnersThatClaimADeadOnesEntryOneGetsItAndTheDeadOneWritesNoMore() {
        StepRun entry = journal.open(journal.startRun());
        StepRun taken = journal.steps.reclaim(entry, "node-b");
        assertThat(taken.owner()).isEqualTo("node-b");
        assertThat(taken.epoch()).isEqualTo(entry.epoch() + 1);

        assertThatThrownBy(() -> journal.steps.reclaim(entry, "node-c")).isInstanceOf(StepJournal.ClaimLost.class);
        assertThatThrownBy(() -> journal.steps.succeed(entry.id(), entry.epoch(), "{}"))
                .isInstanceOf(StepJournal.ClaimLost.class);
        assertThatThrownBy(() -> journal.steps.effect(entry.id(), entry.epoch(), "docker start", "notes"))
                .isInstanceOf(StepJournal.ClaimLost.class);
        assertThatThrownBy(() -> journal.steps.document(entry.id(), entry.epoch(), "a", "text/markdown", "x"))
                .isInstanceOf(StepJournal.ClaimLost.class);

        journal.steps.effect(taken.id(), taken.epoch(), "docker start", "notes");
        journal.steps.document(taken.id(), taken.epoch(), "record", "text/markdown", "# One");
        journal.steps.document(taken.id(), taken.epoch(), "record", "text/markdown", "# Two");
        journal.steps.succeed(taken.id(), taken.epoch(), "{}");
        assertThat(journal.reader.effects(taken.id()))
                .extracting(JournalReader.Effect::kind)
                .containsExactly("docker start");
        assertThat(journal.reader.documents(taken.runId()))
                .extracting(JournalReader.Document::content)
                .containsExactly("# Two");
        assertThat(journal.chain.verify(taken.runId()).problems()).isEmpty();
    }

    @Test
    void ofManyServersThatOpenOneJobAtOnceExactlyOneSucceeds() throws Exception {
        String run = journal.startRun();
        try (JournalFixture other = journal.secondServer()) {
            ExecutorService threads = Executors.newFixedThreadPool(8);
            CountDownLatch go = new CountDownLatch(1);
            List<Future<Boolean>> opened = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                JournalFixture server = i % 2 == 0 ? journal : other;
                opened.add(threads.submit(() -> {
                    go.await();
                    try {
                        server.open(run, "contended");
                        return true;
                    } catch (StepJournal.ClaimLost e) {
                        return false;
                    }
                }));
            }
            go.countDown();
            int winners = 0;
            for (Future<Boolean> each : opened) {
                winners += each.get() ? 1 : 0;
            }
            threads.shutdown();
            assertThat(winners).isEqualTo(1);
            assertThat(journal.reader.steps(run)).hasSize(1);
        }
    }

    @Test
    void closingAgainInTheSameWayIsTheSameAndInAnotherWayIsRefused() {
        StepRun entry = journal.open(journal.startRun());
        journal.steps.succeed(entry.id(), 1, "{\"a\": 1}");
        journal.steps.succeed(entry.id(), 1, "{\"a\":1}");
        assertThatThrownBy(() -> journal.steps.succeed(entry.id(), 1, "{\"a\":2}"))
                .isInstanceOf(StepJournal.ClaimLost.class);
        assertThat(journal.chain.events(entry.runId()))
                .extracting(AuditEvent::kind)
                .containsExactly("run-started", "step-opened", "step-closed");
    }

    @Test
    void closedEvidenceCannotBeChangedOrRemoved() {
        StepRun entry = journal.open(journal.startRun());
        journal.steps.effect(entry.id(), 1, "docker start", "notes");
        refused("update step_run set input = '{}' where id = '" + entry.id() + "'");
        journal.steps.succeed(entry.id(), 1, "{}");
        refused("update step_run set output = '{\"x\":1}'");
        refused("update step_run set state = 'OPEN', ended_at = null");
        refused("delete from step_run");
        refused("truncate step_run cascade");
        refused("update audit_event set body = '{}'");
        refused("delete from audit_event");
        refused("truncate audit_event");
        refused("delete from audit_head");
        refused("update step_effect set target = 'x'");
        refused("update run set started_by = 'somebody'");
        refused("delete from run");
    }

    /** The table's trigger keeps what CHECK constraints would keep, at a fraction of their price. */
    @Test
    void anEntryThatContradictsItselfIsRefused() {
        StepRun entry = journal.open(journal.startRun());
        refused("update step_run set state = 'DONE', ended_at = now()");
        refused("update step_run set state = 'SUCCEEDED', output = '{}'");
        refused("update step_run set state = 'SUCCEEDED', ended_at = now()");
        refused("update step_run set state = 'FAILED', ended_at = now(), failure_kind = 'FATAL', failure_reason = 'x'");
        refused("update step_run set ended_at = now()");
        refused("update step_run set acknowledged_at = now()");
        refused("update step_run set deaths = -1");
        String copy = "insert into step_run (id, run_id, root_run_id, job_id, activity_id, title, step, target, owner,"
                + " input, started_at, attempt, state, ended_at) select gen_random_uuid(), run_id, root_run_id, 'other',"
                + " activity_id, title, step, target, owner, input, started_at, ";
        refused(copy + "0, state, ended_at from step_run");
        refused(copy + "1, 'SUCCEEDED', now() from step_run");
        refused(copy + "1, 'OPEN', now() from step_run");
        assertThat(read(entry).state()).isEqualTo(StepRun.State.OPEN);
    }

    private void refused(String sql) {
        assertThatThrownBy(() -> journal.primary.execute(sql))
                .as(sql)
                .isInstanceOf(DataIntegrityViolationException.class);
    }

    @Test
    void secretsAreMaskedAndWhatPostgresRefusesIsMadeVisible() {
        journal.secrets.addAll(List.of("s3cr3t-value", "12345678", "with\"quote"));
        StepRun entry = journal.steps.open(
                new StepJournal.NewStepRun(
                        "r",
                        "r",
                        "j",
                        "a",
                        "t",
                        "s",
                        "host/s3cr3t-value",
                        "n",
                        "{\"password\":\"s3cr3t-value\",\"pin\":12345678,\"q\":\"with\\\"quote\",\"nul\":\"a\\u0000b\",\"half\":\"\\ud800\"}"));
        assertThat(entry.target()).isEqualTo("host/***");
        assertThat(entry.input())
                .doesNotContain("s3cr3t")
                .doesNotContain("12345678")
                .doesNotContain("quote")
                .contains("\"pin\": \"***\"")
                .contains("a\\\\x00b")
                .contains("\\\\ud800");
        journal.steps.fail(
                entry.id(), 1, new StepRun.Failure("FATAL", "NonZeroExit", "login with s3cr3t-value\0 failed"));
        assertThat(read(entry).failure().orElseThrow().message()).isEqualTo("login with ***\\x00 failed");
    }

    @Test
    void manyStepsInsideEngineTransactionsHoldNoJournalConnections() throws Exception {
        String run = journal.startRun();
        try (JournalFixture narrow = new JournalFixture(journal.database, 2, 1024)) {
            int steps = 12;
            ExecutorService threads = Executors.newFixedThreadPool(steps);
            CountDownLatch allOpen = new CountDownLatch(steps);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < steps; i++) {
                running.add(threads.submit(() -> narrow.engine.executeWithoutResult(tx -> {
                    StepRun entry = narrow.open(run);
                    allOpen.countDown();
                    await(allOpen);
                    narrow.steps.succeed(entry.id(), 1, "{}");
                    narrow.steps.acknowledge(entry.id());
                })));
            }
            for (Future<?> each : running) {
                each.get(30, TimeUnit.SECONDS);
            }
            threads.shutdown();
        }
        assertThat(journal.reader.steps(run)).hasSize(12).allMatch(StepRun::acknowledged);
        assertThat(journal.chain.verify(run).problems()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Not all steps could open at the same time");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private StepRun read(StepRun entry) {
        return journal.reader.step(entry.id()).orElseThrow();
    }

    @Test
    void anUnknownJobHasNoEntry() {
        assertThat(journal.steps.newest(UUID.randomUUID().toString())).isEmpty();
    }
}
