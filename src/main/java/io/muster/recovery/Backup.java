package io.muster.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A backup as it was last seen.
 *
 * @param id unique for the service; ids sort by the time they were taken
 * @param host that keeps it
 * @param path its absolute directory there
 * @param takenAt when the reading of its data began: what was written later is not in it
 * @param verifiedAt when it was last read back whole; empty: never, or it was found damaged since
 * @param damage why it cannot be restored
 * @param content SHA-256 of what it held when it was sealed; empty: not known
 */
public record Backup(
        String environment,
        String service,
        String id,
        String host,
        String path,
        long bytes,
        Instant takenAt,
        Duration took,
        String runId,
        Optional<Instant> verifiedAt,
        Optional<String> damage,
        Optional<Instant> removedAt,
        Optional<String> content) {

    /** As it is when it was taken and not yet read back. */
    public static Backup taken(
            String environment,
            String service,
            String id,
            String host,
            String path,
            long bytes,
            Instant takenAt,
            Duration took,
            String runId) {
        return new Backup(
                environment,
                service,
                id,
                host,
                path,
                bytes,
                takenAt,
                took,
                runId,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public Backup of(String content) {
        return new Backup(
                environment,
                service,
                id,
                host,
                path,
                bytes,
                takenAt,
                took,
                runId,
                verifiedAt,
                damage,
                removedAt,
                Optional.of(content));
    }
}
