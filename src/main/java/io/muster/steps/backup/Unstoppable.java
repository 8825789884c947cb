package io.muster.steps.backup;

import io.muster.step.StepContext;
import io.muster.step.StepLog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** The context of a step that was cancelled or whose time is up, for as long as it takes to clean up behind it. */
record Unstoppable(StepContext of, Instant deadline) implements StepContext {

    private static final Duration ENOUGH = Duration.ofMinutes(5);

    static StepContext of(StepContext context) {
        return new Unstoppable(context, context.clock().instant().plus(ENOUGH));
    }

    @Override
    public boolean cancelled() {
        return false;
    }

    @Override
    public UUID id() {
        return of.id();
    }

    @Override
    public Run run() {
        return of.run();
    }

    @Override
    public StepLog log() {
        return of.log();
    }

    @Override
    public Clock clock() {
        return of.clock();
    }

    /** Without a record: what is removed has been recorded when it was made, and a cancelled step may have lost its right to write. */
    @Override
    public void effect(String kind, String target) {}

    @Override
    public void nothingLeft() {
        of.nothingLeft();
    }

    @Override
    public void document(String name, String markdown) {
        of.document(name, markdown);
    }
}
