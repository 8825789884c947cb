package io.muster.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.journal.JournalReader;
import io.muster.journal.StepJournal;
import io.muster.journal.StepRun;
import io.muster.step.CleanedUp;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepFailure;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done behind a run that was cancelled, by the step that its diagram names. It is a step run that the engine's
 * transaction opens with the end of the run, of no job: the reaper of any server finds it. While it is open, the run has its locks.
 */
final class CleanUps {

    /** Of the step run, in place of a diagram's element. */
    static final String ACTIVITY = "when-cancelled";

    private static final String JOB = "cancelled:";
    private static final Duration TRIED_FOR = Duration.ofHours(1);
    private static final Logger LOG = LoggerFactory.getLogger(CleanUps.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StepRuntime runtime;
    private final Orphans orphans;

    CleanUps(StepRuntime runtime, Orphans orphans) {
        this.runtime = runtime;
        this.orphans = orphans;
    }

    static StepJournal.NewStepRun entry(String step, String run, String root, String service) {
        return new StepJournal.NewStepRun(
                run, root, JOB + run, ACTIVITY, "Clean up after the cancelled run", step, service, "", "{}");
    }

    static boolean is(StepRun entry) {
        return entry.jobId().startsWith(JOB);
    }

    /** False where it cannot be done now. */
    boolean done(StepRun open) {
        if (runtime.reader().open().stream()
                .anyMatch(other -> other.rootRunId().equals(open.rootRunId()) && !is(other))) {
            return false;
        }
        runtime.secrets().recall();
        StepRun entry;
        try {
            entry = runtime.journal().reclaim(open, runtime.life().owner());
        } catch (StepJournal.ClaimLost e) {
            return true;
        }
        try {
            CleanedUp cleaned = cleanUp(entry);
            runtime.journal().succeed(entry.id(), entry.epoch(), JSON.writeValueAsString(cleaned));
        } catch (StepFailure.Transient e) {
            if (!late(entry)) {
                LOG.warn("Cancelled run {} cannot be cleaned up now: {}", entry.runId(), e.getMessage());
                return false;
            }
            fail(entry, e, "It was tried for " + TRIED_FOR.toMinutes() + " minutes and is tried no more. ");
        } catch (StepFailure e) {
            fail(entry, e, "");
        } catch (StepJournal.ClaimLost e) {
            return true;
        } catch (RuntimeException e) {
            if (!late(entry)) {
                throw e;
            }
            fail(entry, new StepFailure.Fatal(Reason.UNEXPECTED, e + ". Look into the server's log."), "");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        return true;
    }

    private CleanedUp cleanUp(StepRun entry) {
        try (Closing closing = new Closing();
                StepJournal.LogWriter log = runtime.journal().log(entry.id())) {
            var context = orphans.context(entry, log, closing, recorded(entry));
            Step<?, ?> step = orphans.step(entry).orElseThrow();
            return step.cleanUp(context);
        }
    }

    private List<JournalReader.Effect> recorded(StepRun entry) {
        JournalReader reader = runtime.reader();
        return reader.steps(entry.runId()).stream()
                .flatMap(step -> reader.effects(step.id()).stream())
                .toList();
    }

    private boolean late(StepRun entry) {
        return entry.startedAt().plus(TRIED_FOR).isBefore(runtime.clock().instant());
    }

    private void fail(StepRun entry, StepFailure failure, String before) {
        String message = runtime.masking().mask(before + failure.getMessage());
        LOG.warn("Cancelled run {} is not cleaned up: {}", entry.runId(), message);
        runtime.journal()
                .fail(
                        entry.id(),
                        entry.epoch(),
                        new StepRun.Failure(failure.kind().name(), failure.reason(), message));
    }
}
