package io.muster.engine;

import io.muster.journal.StepJournal;
import io.muster.journal.StepRun;
import io.muster.step.StepContext;
import io.muster.step.StepLog;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What a step is given, bound to its journal entry. */
final class EngineStepContext implements StepContext {

    private final StepRun entry;
    private final Run run;
    private final StepJournal journal;
    private final StepLog log;
    private final StepMask mask;
    private final Clock clock;
    private final Instant deadline;
    private final BooleanSupplier cancelled;
    private final List<Effect> effects;
    private final Closing closing;

    /** @param effects what earlier claims of the entry recorded */
    EngineStepContext(
            StepRun entry,
            Run run,
            StepJournal journal,
            StepJournal.LogWriter writer,
            StepMask mask,
            Clock clock,
            Instant deadline,
            BooleanSupplier cancelled,
            List<Effect> effects,
            Closing closing) {
        this.entry = entry;
        this.run = run;
        this.journal = journal;
        this.log = new MaskedLog(writer, mask);
        this.mask = mask;
        this.clock = clock;
        this.deadline = deadline;
        this.cancelled = cancelled;
        this.effects = new CopyOnWriteArrayList<>(effects);
        this.closing = closing;
    }

    @Override
    public UUID id() {
        return entry.id();
    }

    @Override
    public Run run() {
        return run;
    }

    @Override
    public StepLog log() {
        return log;
    }

    @Override
    public Instant deadline() {
        return deadline;
    }

    @Override
    public boolean cancelled() {
        return cancelled.getAsBoolean();
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public void effect(String kind, String target) {
        journal.effect(entry.id(), entry.epoch(), kind, mask.text(target));
        effects.add(new Effect(kind, target, Optional.empty()));
    }

    @Override
    public void effect(String kind, String target, String handle) {
        journal.effect(entry.id(), entry.epoch(), kind, mask.text(target), handle);
        effects.add(new Effect(kind, target, Optional.of(handle)));
    }

    @Override
    public List<Effect> recorded() {
        return List.copyOf(effects);
    }

    @Override
    public void whenClosed(Consumer<Boolean> then) {
        closing.then(then);
    }

    @Override
    public void nothingLeft() {
        journal.nothingLeft(entry.id());
    }

    @Override
    public String masked(String text) {
        return mask.text(text);
    }

    @Override
    public String maskedRest(String text) {
        return mask.rest(text);
    }

    @Override
    public void document(String name, String markdown) {
        journal.document(entry.id(), entry.epoch(), name, "text/markdown", mask.text(markdown));
    }

    /** The journal's writer masks known secrets in streams; what the step itself says is masked for its own inputs too. */
    private record MaskedLog(StepJournal.LogWriter writer, StepMask mask) implements StepLog {
        @Override
        public void info(String line) {
            writer.info(mask.text(line));
        }

        @Override
        public void out(byte[] bytes, int offset, int length) {
            writer.out(bytes, offset, length);
        }

        @Override
        public void err(byte[] bytes, int offset, int length) {
            writer.err(bytes, offset, length);
        }

        @Override
        public void fromStart() {
            writer.fromStart();
        }

        @Override
        public void cut(boolean err, long bytes, String sha256, byte[] tail) {
            writer.cut(err, bytes, sha256, tail);
        }
    }
}
