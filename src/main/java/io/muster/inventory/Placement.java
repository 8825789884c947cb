package io.muster.inventory;

import java.time.Instant;
import java.util.Optional;

/**
 * Where a service is by what a runbook did, in place of what the inventory's file says.
 *
 * @param container the host that it is in, or was in last
 * @param containerClass the class that it belongs to there
 * @param from the host that the inventory named when it was moved; empty when it was retired
 * @param archive where a retired service's data is, {@code host:/path}
 */
public record Placement(
        String environment,
        String service,
        State state,
        String container,
        String containerClass,
        Optional<String> from,
        Optional<String> archive,
        String runId,
        Instant since) {

    public enum State {
        PROMOTED,
        RETIRED
    }
}
