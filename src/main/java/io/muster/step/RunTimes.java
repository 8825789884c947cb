package io.muster.step;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When a run did what, for steps that measure. */
public interface RunTimes {

    /** The runs that a run called itself, in the order of their start. */
    List<Called> called(String runId);

    /** How often people decided about a failed step of a run, without the runs that it called. */
    int decisions(String runId);

    /** When a task of the outermost run, or of one that it called, waited for a person; in no order, and they may overlap. */
    List<Wait> waits(String rootRunId);

    /** When attempts at a task of a run first recorded that they were about to change something; as committed. */
    Optional<Instant> firstEffect(String runId, String activityId);

    /** What the steps of a name that succeeded, in the outermost run or in one that it called, recorded; oldest first. */
    List<Change> changes(String rootRunId, String step);

    /** As {@link #changes}, also what attempts recorded that failed or were skipped. */
    List<Change> attempted(String rootRunId, String step);

    /**
     * @param of the step's target
     * @param thing what was changed, with how the step finds it again
     */
    record Change(String of, Instant at, StepContext.Effect thing) {}

    /**
     * @param id the run's
     * @param endState COMPLETED, REJECTED or ABORTED; empty while it runs
     * @param outcome the end event's id
     * @param effects how many changes on targets its steps recorded, with those of the runs that it called in turn
     * @param decisions how often people decided about a failed step of it, or of the runs that it called in turn
     */
    record Called(
            String id,
            String runbook,
            Instant startedAt,
            Optional<Instant> endedAt,
            Optional<String> endState,
            Optional<String> outcome,
            int effects,
            int decisions) {}

    /** @param to empty while it waits */
    record Wait(Instant from, Optional<Instant> to) {}
}
