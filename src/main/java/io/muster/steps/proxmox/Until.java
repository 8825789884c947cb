package io.muster.steps.proxmox;

import io.muster.step.ForwardingContext;
import io.muster.step.StepContext;
import java.time.Instant;

/** The context of a step whose work on the node is stopped, as when its run is cancelled, at a time of its own. */
final class Until extends ForwardingContext {

    private final Instant end;

    Until(StepContext of, Instant end) {
        super(of);
        this.end = end;
    }

    Instant end() {
        return end;
    }

    /** Whether that time has come, and nobody cancelled the run. */
    boolean up() {
        return !super.cancelled() && !clock().instant().isBefore(end);
    }

    @Override
    public boolean cancelled() {
        return super.cancelled() || up();
    }
}
