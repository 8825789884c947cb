package io.muster.web.api;

import io.muster.safety.Freezes;
import java.time.Instant;

/** Who froze an environment, since when, and why. */
record FreezeView(String by, Instant since, String reason) {

    /** Null where there is none. */
    static FreezeView of(Freezes.Freeze freeze) {
        return freeze == null ? null : new FreezeView(freeze.by(), freeze.since(), freeze.reason());
    }
}
