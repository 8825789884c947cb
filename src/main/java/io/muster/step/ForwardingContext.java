package io.muster.step;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** A context that differs from another in what is overridden, and in nothing else: also what has a default is asked of the other. */
public abstract class ForwardingContext implements StepContext {

    private final StepContext of;

    protected ForwardingContext(StepContext of) {
        this.of = of;
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
    public Instant deadline() {
        return of.deadline();
    }

    @Override
    public boolean cancelled() {
        return of.cancelled();
    }

    @Override
    public Clock clock() {
        return of.clock();
    }

    @Override
    public void effect(String kind, String target) {
        of.effect(kind, target);
    }

    @Override
    public void effect(String kind, String target, String handle) {
        of.effect(kind, target, handle);
    }

    @Override
    public List<Effect> recorded() {
        return of.recorded();
    }

    @Override
    public void whenClosed(Consumer<Boolean> then) {
        of.whenClosed(then);
    }

    @Override
    public void nothingLeft() {
        of.nothingLeft();
    }

    @Override
    public String masked(String text) {
        return of.masked(text);
    }

    @Override
    public String maskedRest(String text) {
        return of.maskedRest(text);
    }

    @Override
    public void document(String name, String markdown) {
        of.document(name, markdown);
    }
}
