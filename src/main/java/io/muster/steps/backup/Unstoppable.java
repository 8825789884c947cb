package io.muster.steps.backup;

import io.muster.step.ForwardingContext;
import io.muster.step.StepContext;
import java.time.Duration;
import java.time.Instant;

/** The context of a step that was cancelled or whose time is up, for as long as it takes to clean up behind it. */
final class Unstoppable extends ForwardingContext {

    private static final Duration ENOUGH = Duration.ofMinutes(5);

    private final Instant deadline;

    private Unstoppable(StepContext of) {
        super(of);
        this.deadline = of.clock().instant().plus(ENOUGH);
    }

    static StepContext of(StepContext context) {
        return new Unstoppable(context);
    }

    @Override
    public boolean cancelled() {
        return false;
    }

    @Override
    public Instant deadline() {
        return deadline;
    }

    /** Without a record: what is removed has been recorded when it was made, and a cancelled step may have lost its right to write. */
    @Override
    public void effect(String kind, String target) {}

    @Override
    public void effect(String kind, String target, String handle) {}
}
