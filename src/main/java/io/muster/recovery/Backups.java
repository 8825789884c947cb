package io.muster.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of backups. The step that made something true records it here, in a transaction of its own and before it ends;
 * recording the same twice changes nothing. Thread-safe.
 */
public interface Backups {

    /** A backup is whole. Its verification, damage and removal are not taken from here. */
    void taken(Backup backup);

    /** It was read back whole; what was found wrong with it earlier is forgotten. */
    void verified(String environment, String service, String id, Instant at, String runId);

    /** It was found damaged: it does not count as verified any more. */
    void damaged(String environment, String service, String id, String why);

    /** It is gone. */
    void removed(String environment, String service, String id, Instant at);

    Optional<Backup> find(String environment, String service, String id);

    /** Those that were not removed, newest first. */
    List<Backup> kept(String environment, String service);

    /** The newest one that is kept and verified. */
    default Optional<Backup> latestVerified(String environment, String service) {
        return kept(environment, service).stream()
                .filter(backup -> backup.verifiedAt().isPresent())
                .findFirst();
    }

    /**
     * Clocks of servers differ by this at most. A backup of a later time than now is of a clock that was wrong: whoever asks how old the newest one
     * is would not be told for as long as that was ahead.
     */
    Duration SKEW = Duration.ofHours(1);

    /** As {@link #latestVerified(String, String)}, without those of a time to come. */
    default Optional<Backup> latestVerified(String environment, String service, Instant now) {
        return kept(environment, service).stream()
                .filter(backup -> backup.verifiedAt().isPresent())
                .filter(backup -> !backup.takenAt().isAfter(now.plus(SKEW)))
                .findFirst();
    }

    /** By service: the newest one that is kept, verified and not of a time to come, of each service of an environment. */
    Map<String, Backup> latestVerified(String environment, Instant now);

    /** By service, of those that have one which is kept and verified: the oldest verified one, also where that was removed. */
    Map<String, Backup> firstVerified(String environment);

    Optional<Backup> firstVerified(String environment, String service);

    void restored(Restored restored);

    /** The newest restore of the service that was proven, of either kind. */
    Optional<Restored> lastProven(String environment, String service);

    /** Restores of the service, newest first. */
    List<Restored> restores(String environment, String service, int most);
}
