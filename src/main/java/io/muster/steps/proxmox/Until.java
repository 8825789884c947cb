package io.muster.steps.proxmox;

import io.muster.step.StepContext;
import io.muster.step.StepLog;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The context of a step whose work on the node is stopped, as when its run is cancelled, at a time of its own. */
record Until(StepContext of, Instant end) implements StepContext {

    /** Whether that time has come, and nobody cancelled the run. */
    boolean up() {
        return !of.cancelled() && !clock().instant().isBefore(end);
    }

    @Override
    public boolean cancelled() {
        return of.cancelled() || up();
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
    public String masked(String text) {
        return of.masked(text);
    }

    @Override
    public void document(String name, String markdown) {
        of.document(name, markdown);
    }
}
