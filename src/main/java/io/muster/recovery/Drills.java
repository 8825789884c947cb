package io.muster.recovery;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Proofs of recovery, with what they were. Writes commit by themselves, at once; each may be repeated. */
public interface Drills {

    /** Begins a run's drill, where it has not been begun. */
    void start(String runId, Drill.Kind kind, String environment, String service, Optional<String> version, Instant at);

    /**
     * Ends a run's drill, where it has not been ended.
     *
     * @return the drill as it ended, by this call or an earlier one
     * @throws IllegalStateException when the run has no drill
     */
    Drill end(String runId, boolean passed, String result, Instant at);

    Optional<Drill> find(String runId);

    long count(Filter filter);

    /** The newest first. */
    List<Drill> list(Filter filter, int limit, int offset);

    /**
     * Those that passed, the newest {@code most} of each kind of each service of an environment; the oldest first. One that ended at a time to come is of
     * a clock that was wrong, and no proof: nobody knows when it was.
     */
    List<Drill> proven(String environment, int most, Instant now);

    /** When one of either kind last passed, by {@link #proven(String, int, Instant)}. */
    Optional<Instant> lastProven(String environment, String service, Instant now);

    /** The one of each service of an environment that began last, whatever became of it. */
    List<Drill> newest(String environment);

    /** Those that passed or failed, the newest of each kind of each service of an environment; one of a time to come where there is no other. */
    List<Drill> newestEnded(String environment, Instant now);

    /** @param service of any environment where that is empty */
    record Filter(
            Optional<String> environment,
            Optional<String> service,
            Optional<Drill.Kind> kind,
            Optional<Drill.State> state) {}
}
