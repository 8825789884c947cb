package io.muster.engine;

import io.muster.journal.JournalReader;
import io.muster.journal.StepJournal;
import io.muster.journal.StepRun;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepCatalogue;
import io.muster.step.StepContext;
import io.muster.step.StepDescriptor;
import io.muster.step.StepFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends, and sweeps behind, attempts that no server follows: by what the journal knows of them. */
final class Orphans {

    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);
    private static final Duration TIME = Duration.ofMinutes(5);
    private static final Duration SWEPT_FOR = Duration.ofDays(7);

    private final StepCatalogue catalogue;
    private final StepRuntime runtime;
    private final CleanUps cleanUps;

    Orphans(StepCatalogue catalogue, StepRuntime runtime) {
        this.catalogue = catalogue;
        this.runtime = runtime;
        this.cleanUps = new CleanUps(runtime, this);
    }

    /** Stops what the attempt left running and closes it; false when its target cannot be reached now. */
    boolean end(StepRun open) {
        if (CleanUps.is(open)) {
            return cleanUps.done(open);
        }
        runtime.secrets().recall();
        StepRun entry;
        try {
            entry = runtime.journal().reclaim(open, runtime.life().owner());
        } catch (StepJournal.ClaimLost e) {
            return true;
        }
        StepFailure failure;
        try (Closing closing = new Closing();
                StepJournal.LogWriter log = runtime.journal().log(entry.id())) {
            StepContext context = context(entry, log, closing);
            String said = step(entry).flatMap(step -> step.abandon(context)).orElse("Nothing of it runs on by itself.");
            failure = new StepFailure.Fatal(
                    Reason.CANCELLED, "The run was cancelled while no server followed this step. " + said);
        } catch (StepFailure.Transient e) {
            LOG.warn("Step run {} of a cancelled run cannot be ended now: {}", entry.id(), e.getMessage());
            return false;
        } catch (StepFailure e) {
            failure = e;
        }
        runtime.journal()
                .fail(
                        entry.id(),
                        entry.epoch(),
                        new StepRun.Failure(
                                failure.kind().name(),
                                failure.reason(),
                                runtime.masking().mask(failure.getMessage())));
        return true;
    }

    /** Removes what a closed attempt left; where that cannot be done for a week, the run's audit chain says so. */
    void sweep(StepRun ended) {
        runtime.journal().looksForLeft(ended.id());
        try (Closing closing = new Closing();
                StepJournal.LogWriter log = new NoLog()) {
            StepContext context = context(ended, log, closing);
            step(ended).ifPresent(step -> step.sweep(context));
            runtime.journal().nothingLeft(ended.id());
        } catch (StepFailure e) {
            LOG.warn(
                    "What step run {} left on {} cannot be removed now: {}",
                    ended.id(),
                    ended.target(),
                    e.getMessage());
            giveUp(ended, e);
        }
    }

    private void giveUp(StepRun ended, StepFailure last) {
        Instant tooOld = runtime.clock().instant().minus(SWEPT_FOR);
        if (ended.endedAt().filter(tooOld::isAfter).isPresent()) {
            LOG.warn("What step run {} left on {} is looked for no more; remove it there.", ended.id(), ended.target());
            runtime.journal().leavesBehind(ended.id(), last.getMessage());
        }
    }

    Optional<Step<?, ?>> step(StepRun entry) {
        return catalogue.step(entry.step()).map(StepDescriptor::step);
    }

    private StepContext context(StepRun entry, StepJournal.LogWriter log, Closing closing) {
        return context(entry, log, closing, runtime.reader().effects(entry.id()));
    }

    StepContext context(
            StepRun entry, StepJournal.LogWriter log, Closing closing, List<JournalReader.Effect> recorded) {
        Clock clock = runtime.clock();
        JournalReader reader = runtime.reader();
        StepDescriptor step = catalogue
                .step(entry.step())
                .orElseThrow(() -> new StepFailure.Fatal(
                        Reason.OUTCOME_UNKNOWN,
                        "This server has no step '" + entry.step() + "', so it cannot end what that left running on "
                                + entry.target() + "; look there."));
        List<StepContext.Effect> effects = recorded.stream()
                .map(effect -> new StepContext.Effect(effect.kind(), effect.target(), effect.handle()))
                .toList();
        return new EngineStepContext(
                entry,
                run(entry, reader),
                runtime.journal(),
                log,
                new StepMask(runtime.masking(), step, Map.of()),
                clock,
                clock.instant().plus(TIME),
                () -> false,
                effects,
                closing);
    }

    private static StepContext.Run run(StepRun entry, JournalReader reader) {
        JournalReader.RunRow row = reader.run(entry.runId())
                .orElseThrow(() -> new StepFailure.Fatal(
                        Reason.OUTCOME_UNKNOWN,
                        "Run " + entry.runId() + " is not in the journal, so what its step left on " + entry.target()
                                + " cannot be looked for; look there."));
        return new StepContext.Run(
                entry.runId(),
                entry.rootRunId(),
                row.run().runbook(),
                row.run().version(),
                row.run().environment().orElse(null),
                row.run().service().orElse(null),
                entry.activityId(),
                row.run().startedBy().orElse(null));
    }

    /** A closed attempt's log takes no more lines. */
    private static final class NoLog implements StepJournal.LogWriter {
        @Override
        public void info(String line) {
            LOG.debug(line);
        }

        @Override
        public void out(byte[] bytes, int offset, int length) {
            LOG.debug("{} bytes of output", length);
        }

        @Override
        public void err(byte[] bytes, int offset, int length) {
            LOG.debug("{} bytes of errors", length);
        }

        @Override
        public void fromStart() {
            LOG.debug("The output comes from its start");
        }

        @Override
        public void cut(boolean err, long bytes, String sha256, byte[] tail) {
            LOG.debug("{} bytes were cut", bytes);
        }

        @Override
        public void close() {
            LOG.debug("Swept");
        }
    }
}
