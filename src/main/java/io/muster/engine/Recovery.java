package io.muster.engine;

import io.muster.journal.Masking;
import io.muster.journal.RunJournal;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Recovery mode: after Muster's database was restored from a backup, it knows nothing of what happened since. Every
 * unfinished run is suspended and waits for a person, no new one starts, and no timer fires, until all are decided. It is
 * kept in the database, so a restart changes nothing, and every server on that database is in it.
 */
public final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final RecoveryStore store;
    private final SuspendedRuns engine;
    private final RecoveryTasks tasks;
    private final RunJournal journal;
    private final Masking masking;
    private final TransactionOperations transaction;
    private final Clock clock;

    Recovery(
            RecoveryStore store,
            SuspendedRuns engine,
            RecoveryTasks tasks,
            RunJournal journal,
            Masking masking,
            TransactionOperations transaction,
            Clock clock) {
        this.store = store;
        this.engine = engine;
        this.tasks = tasks;
        this.journal = journal;
        this.masking = masking;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** Enters it, and suspends what is unfinished; when it was entered before and has not been left, that goes on. */
    void enter(String server) {
        transaction.executeWithoutResult(tx -> {
            store.lock();
            if (store.open().isPresent()) {
                return;
            }
            List<String> runs = store.unfinishedRuns();
            store.enter(clock.instant(), server, runs, engine.suspendJobsOfNoRun());
            runs.forEach(run -> {
                engine.suspend(store.family(run));
                journal.noted(run, "recovery-entered", server, Map.of());
            });
        });
        ask();
        leaveWhenDecided();
    }

    /** Sees to it that each run which waits for a decision has a task that asks for it. */
    void ask() {
        transaction.executeWithoutResult(tx -> {
            store.lock();
            store.open()
                    .ifPresent(open -> tasks.ask(store.runs(open.id()).stream()
                            .filter(run -> store.decision(open.id(), run).isEmpty())
                            .toList()));
        });
    }

    /** What waits for a decision; empty when Muster is not in recovery mode. */
    public Optional<State> state() {
        leaveWhenDecided();
        return store.open()
                .map(open -> new State(
                        open.since(),
                        store.runs(open.id()).stream()
                                .map(run -> new Run(
                                        run,
                                        store.family(run).isEmpty(),
                                        store.activities(run),
                                        store.decision(open.id(), run)))
                                .toList()));
    }

    /**
     * Lets a run go on where the backup has it, or ends it as cancelled. The last decision ends recovery mode.
     *
     * @param runId a run that no other called
     * @param reason not blank; kept as evidence, masked
     * @throws RecoveryRefused when there is nothing to decide
     */
    public Decision decide(String runId, Kind kind, String by, String reason) {
        Decision decision = new Decision(kind, by, clock.instant(), masking.mask(reason.strip()));
        transaction.executeWithoutResult(tx -> {
            store.lock();
            RecoveryStore.Open open = store.open().orElseThrow(RecoveryRefused::notInRecovery);
            requireUndecided(open.id(), runId);
            store.decide(open.id(), runId, decision);
            journal.noted(runId, "recovery-decided", by, Map.of("decision", kind.name(), "reason", decision.reason()));
            tasks.withdraw(runId);
            if (kind == Kind.RESUMED) {
                engine.activate(store.family(runId));
            } else {
                engine.cancel(runId, "Aborted after a restore by " + by + ": " + decision.reason());
            }
        });
        LOG.info("Recovery: run {} {} by {}", runId, kind.name().toLowerCase(Locale.ROOT), by);
        leaveWhenDecided();
        return decision;
    }

    private void requireUndecided(long recovery, String runId) {
        if (!store.runs(recovery).contains(runId)) {
            throw RecoveryRefused.unknown(runId);
        }
        store.decision(recovery, runId).ifPresent(made -> {
            throw RecoveryRefused.decided(runId, made);
        });
        if (!store.unfinishedRuns().contains(runId)) {
            throw RecoveryRefused.ended(runId);
        }
    }

    private void leaveWhenDecided() {
        if (store.open().isEmpty() || store.undecided()) {
            return;
        }
        transaction.executeWithoutResult(tx -> {
            store.lock();
            store.open().filter(open -> !store.undecided()).ifPresent(open -> {
                engine.activateJobs(store.jobs(open.id()));
                store.leave(open.id(), clock.instant());
                LOG.info("Recovery mode is over: every unfinished run was decided. Start without --recovery"
                        + " (MUSTER_RECOVERY) from now on");
            });
        });
    }

    public enum Kind {
        RESUMED,
        ABORTED
    }

    /** @param by the authenticated user */
    public record Decision(Kind kind, String by, Instant at, String reason) {}

    /** @param activities where its tokens are, in called runs too */
    public record Run(String id, boolean ended, List<String> activities, Optional<Decision> decision) {
        /** Whether it waits for a person. */
        public boolean undecided() {
            return decision.isEmpty() && !ended;
        }
    }

    public record State(Instant since, List<Run> runs) {
        public long undecided() {
            return runs.stream().filter(Run::undecided).count();
        }
    }
}
