package io.muster.engine;

import io.muster.journal.Decision;
import io.muster.journal.DecisionJournal;
import io.muster.journal.Patience;
import io.muster.journal.StepJournal;
import io.muster.journal.StepJournal.ClaimLost;
import io.muster.journal.StepRun;
import io.muster.step.AfterCrash;
import io.muster.step.InputBinder;
import io.muster.step.StepContext;
import io.muster.step.StepDescriptor;
import io.muster.step.StepFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.camunda.bpm.engine.delegate.BpmnError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** One call of the delegate: from the job's journal entry, if it has one, to an acknowledged end or a {@link StepStopped}. */
final class StepAttempt {

    /** Dies the server so often with a step, then the step may be why. */
    private static final int MOST_DEATHS = 3;

    private static final int LONGEST_TARGET = 500;

    private static final Duration RESUMED_AT_LEAST = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(StepAttempt.class);

    private final StepDescriptor step;
    private final StepRuntime runtime;
    private final StepTask task;
    private final Map<String, Object> given;
    private final StepMask mask;
    private final Closing closing = new Closing();

    StepAttempt(StepDescriptor step, StepRuntime runtime, StepTask task) {
        this.step = step;
        this.runtime = runtime;
        this.task = task;
        this.given = task.inputs();
        this.mask = new StepMask(runtime.masking(), step, given);
    }

    void run() {
        Optional<StepRun> done = doneBefore();
        if (done.isPresent()) {
            useRecorded(done.get());
            return;
        }
        Prepared prepared = prepare();
        StepJournal.Begun begun =
                journalled(() -> runtime.journal().begin(entry(prepared.target(), prepared.input()), repeatable()));
        if (begun.fresh()) {
            run(prepared, begun.run(), true);
            return;
        }
        switch (begun.run().state()) {
            case SUCCEEDED, SKIPPED -> useRecorded(begun.run());
            case OPEN -> afterCrash(begun.run());
            case FAILED -> afterFailure(begun.run());
        }
    }

    /** What is done needs no lock any more, so it must not wait for one; where nothing is locked, {@code begin} finds it. */
    private Optional<StepRun> doneBefore() {
        return runtime.gate().locks(task)
                ? journalled(() -> runtime.journal().newest(task.jobId())).filter(StepAttempt::isDone)
                : Optional.empty();
    }

    private static boolean isDone(StepRun entry) {
        return entry.state() == StepRun.State.SUCCEEDED || entry.state() == StepRun.State.SKIPPED;
    }

    /** Its entries need not wait for the disk, see {@link StepJournal.Begun}. */
    private boolean repeatable() {
        return step.afterCrash() == AfterCrash.REPEAT;
    }

    /** The step did its work before a crash or rollback; only the engine does not know yet. */
    private void useRecorded(StepRun entry) {
        boolean skipped = entry.state() == StepRun.State.SKIPPED;
        entry.output().ifPresent(json -> StepOutputs.set(task.execution(), task.activity(), step, json, skipped));
        runtime.journal().acknowledge(entry.id());
    }

    /** The step failed before; what somebody decided about it, or changed for it, holds now. */
    private void afterFailure(StepRun failed) {
        DecisionJournal.Heeded heeded = heed(failed);
        if (!heeded.asked() && !isTransient(failed)) {
            throw failedBefore(failed);
        }
        switch (heeded.taken().map(Decision.Taken::choice).orElse(Decision.Choice.RETRY)) {
            case SKIP -> useRecorded(
                    journalled(() -> runtime.journal().skip(entry(failed.target(), failed.input()), skippedOutput())));
            case ABORT -> {
                runtime.journal().acknowledge(failed.id());
                throw new BpmnError(
                        AbortCatch.CODE,
                        heeded.taken().flatMap(Decision.Taken::why).orElse(""));
            }
            default -> {
                Prepared prepared = prepare();
                run(
                        prepared,
                        journalled(() -> runtime.journal().open(entry(prepared.target(), prepared.input()))),
                        true);
            }
        }
    }

    private static boolean isTransient(StepRun failed) {
        return failed.failure()
                .map(StepRun.Failure::kind)
                .filter(StepFailure.Kind.TRANSIENT.name()::equals)
                .isPresent();
    }

    /** It failed for good, and nobody knows yet: the engine's transaction did not commit. That is no reason to run it again. */
    private RuntimeException failedBefore(StepRun entry) {
        StepRun.Failure failure = entry.failure().orElseThrow();
        return outcome(entry, StepFailure.Kind.valueOf(failure.kind()), failure.reason(), failure.message());
    }

    private DecisionJournal.Heeded heed(StepRun newest) {
        DecisionJournal.Heeded heeded = journalled(() -> runtime.decisions().heeded(task.jobId(), newest.id()));
        heeded.input().map(VariableValues::read).map(ChangedInput::plain).ifPresent(given::putAll);
        return heeded;
    }

    private String skippedOutput() {
        return StepOutputs.ofSkipped(step, task.activity());
    }

    private void afterCrash(StepRun open) {
        if (runtime.lease().alive(open.owner())) {
            throw new StepStopped(
                    StepStopped.Then.LEAVE,
                    "Running: Task '" + task.activity().getId() + "' runs on server " + open.owner()
                            + ", which is alive; its end is awaited.");
        }
        if (step.afterCrash() == AfterCrash.ASK) {
            throw ended(reclaim(open), new Unknown(runtime.reader(), step, task).outcome(open));
        }
        StepRun claimed = reclaim(open);
        int deaths = journalled(() -> runtime.journal().deaths(claimed.id()));
        if (deaths >= MOST_DEATHS) {
            throw ended(claimed, new Unknown(runtime.reader(), step, task).deadly(claimed, deaths));
        }
        heed(claimed);
        // An attempt that resumes goes on with what runs already; one that had begun nothing begins, as every other
        // does.
        boolean begins =
                step.afterCrash() != AfterCrash.RESUME || effects(claimed).isEmpty();
        run(prepare(), claimed, begins);
    }

    /** What the step is to be run with; where its input did not bind, why. */
    private record Prepared(
            Optional<InputBinder.Bound> bound, String target, String input, Optional<RuntimeException> problem) {}

    private Prepared prepare() {
        try {
            InputBinder.Bound bound =
                    runtime.binder().bind(step, task.activity().getId(), given);
            String target = step.target(bound.input());
            journalled(() -> {
                runtime.gate().admit(task);
                return null;
            });
            String input = mask.json(runtime.binder().toJson(bound.input())).toString();
            return new Prepared(Optional.of(bound), shortened(mask.text(target)), input, Optional.empty());
        } catch (StepStopped e) {
            throw e;
        } catch (RuntimeException e) {
            return new Prepared(Optional.empty(), "", mask.unbound(step, given), Optional.of(e));
        }
    }

    /** It is in an index, whose entries have a limit. */
    private static String shortened(String target) {
        return target.length() <= LONGEST_TARGET ? target : target.substring(0, LONGEST_TARGET - 1) + "…";
    }

    private void run(Prepared prepared, StepRun entry, boolean begins) {
        if (prepared.problem().isPresent()) {
            throw ended(entry, prepared.problem().get());
        }
        try (closing) {
            String output = output(prepared.bound().orElseThrow(), entry, begins);
            journalled(() -> {
                runtime.journal().succeed(entry.id(), entry.epoch(), output, repeatable());
                return null;
            });
            closing.recorded();
            StepOutputs.set(task.execution(), task.activity(), step, output, false);
            runtime.journal().acknowledge(entry.id());
        }
    }

    private String output(InputBinder.Bound bound, StepRun entry, boolean begins) {
        try (StepJournal.LogWriter log = runtime.journal().log(entry.id())) {
            if (begins) {
                runtime.gate().check(step, task);
            }
            return mask.json(runtime.binder().toJson(step.run(bound.input(), context(entry, bound, log))))
                    .toString();
        } catch (ClaimLost e) {
            throw claimLost(e);
        } catch (ServerLife.Stopping e) {
            throw released(entry, e);
        } catch (Exception e) {
            throw e instanceof DataAccessException database && Patience.isAway(database)
                    ? journalUnavailable(database)
                    : ended(entry, e);
        }
    }

    private EngineStepContext context(StepRun entry, InputBinder.Bound bound, StepJournal.LogWriter log) {
        return new EngineStepContext(
                entry,
                task.run(),
                runtime.journal(),
                log,
                mask,
                runtime.clock(),
                deadline(entry, bound),
                new Cancellation(task.jobId(), step.afterCrash(), runtime.life(), runtime.lease()),
                entry.epoch() == 1 ? List.of() : effects(entry),
                closing);
    }

    /** What is resumed has its first attempt's time, and a moment to find out that it has ended meanwhile. */
    private Instant deadline(StepRun entry, InputBinder.Bound bound) {
        Instant now = runtime.clock().instant();
        if (entry.epoch() == 1 || step.afterCrash() != AfterCrash.RESUME) {
            return now.plus(bound.timeout());
        }
        Instant limit = entry.startedAt().plus(bound.timeout());
        Instant soonest = now.plus(RESUMED_AT_LEAST);
        return limit.isBefore(soonest) ? soonest : limit;
    }

    private List<StepContext.Effect> effects(StepRun entry) {
        return journalled(() -> runtime.reader().effects(entry.id())).stream()
                .map(effect -> new StepContext.Effect(effect.kind(), effect.target(), effect.handle()))
                .toList();
    }

    private StepStopped released(StepRun entry, ServerLife.Stopping stopping) {
        try {
            runtime.journal().release(entry.id(), entry.epoch());
        } catch (DataAccessException e) {
            LOG.warn("Step run {} could not be handed over in order; it counts as crashed", entry.id(), e);
        }
        return new StepStopped(StepStopped.Then.RELEASE, stopping.getMessage());
    }

    private StepJournal.NewStepRun entry(String target, String input) {
        return new StepJournal.NewStepRun(
                task.run().id(),
                task.run().rootId(),
                task.jobId(),
                task.activity().getId(),
                task.title(),
                step.name(),
                target,
                runtime.life().owner(),
                input);
    }

    private StepRun reclaim(StepRun open) {
        return journalled(() -> {
            // What comes again must be masked as it was.
            runtime.secrets().recall();
            return runtime.journal().reclaim(open, runtime.life().owner());
        });
    }

    /** Closes the entry as failed; what is returned or thrown tells the engine what follows. */
    private RuntimeException ended(StepRun entry, Exception thrown) {
        if (runtime.life().stopping() && step.afterCrash() != AfterCrash.ASK) {
            // An interrupted thread fails in any way; the next server runs or resumes the step.
            return released(entry, new ServerLife.Stopping());
        }
        StepFailure failure = StepFailures.of(thrown, step, task, mask);
        String message = mask.text(failure.getMessage() + advice());
        journalled(() -> {
            runtime.journal()
                    .fail(
                            entry.id(),
                            entry.epoch(),
                            new StepRun.Failure(failure.kind().name(), failure.reason(), message));
            return null;
        });
        closing.recorded();
        return outcome(entry, failure.kind(), failure.reason(), message);
    }

    /** What the engine is told of a recorded failure. */
    private RuntimeException outcome(StepRun entry, StepFailure.Kind kind, String reason, String message) {
        if (kind == StepFailure.Kind.REJECTED && CaughtErrors.isCaught(task.execution(), reason)) {
            runtime.journal().acknowledge(entry.id());
            return new BpmnError(reason, message);
        }
        return new StepStopped(
                kind == StepFailure.Kind.TRANSIENT ? StepStopped.Then.RETRY : StepStopped.Then.INCIDENT,
                reason + ": " + message);
    }

    /** What the diagram says to do when this step fails. */
    private String advice() {
        return given.get(StepDescriptor.ADVICE) instanceof String advice && !advice.isBlank()
                ? " " + advice.strip()
                : "";
    }

    /** A journal that does not answer is no outcome of the step: the job comes back, and finds what was recorded. */
    private <T> T journalled(Supplier<T> call) {
        try {
            return call.get();
        } catch (ClaimLost e) {
            throw claimLost(e);
        } catch (DataAccessException e) {
            throw journalUnavailable(e);
        }
    }

    private StepStopped journalUnavailable(DataAccessException e) {
        return JournalTrouble.of(e, task, mask);
    }

    private static StepStopped claimLost(ClaimLost e) {
        LOG.warn(e.getMessage());
        return new StepStopped(StepStopped.Then.LEAVE, "ClaimLost: " + e.getMessage());
    }
}
