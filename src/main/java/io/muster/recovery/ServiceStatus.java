package io.muster.recovery;

import java.time.Instant;
import java.util.Optional;

/**
 * What Muster last did to, or saw of, a service.
 *
 * @param version the version that was last deployed; empty when none was
 * @param digest of its image, {@code sha256:…}
 * @param seenAt when the state was seen, empty when nothing was ever seen
 * @param attention what a cancelled run has left that a person must see to
 */
public record ServiceStatus(
        Optional<String> version,
        Optional<String> digest,
        State state,
        Optional<Instant> seenAt,
        Optional<String> attention) {

    /** Whether it was deployed and is not gone; it need not run. */
    public boolean deployed() {
        return state != State.UNKNOWN && state != State.REMOVED && state != State.RETIRED;
    }

    /** Whether it was deployed, and is no more. */
    boolean gone() {
        return state == State.REMOVED || state == State.RETIRED;
    }

    public enum State {
        /** No run ever touched it. */
        UNKNOWN,
        /** Runs, and its last check was good. */
        HEALTHY,
        /** Started; not checked since. */
        RUNNING,
        /** Its last check, or its last start, failed. */
        UNHEALTHY,
        STOPPED,
        REMOVED,
        /** Its data was archived and its container removed, and nothing was deployed since. */
        RETIRED
    }
}
