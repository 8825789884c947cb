package io.muster.engine;

import io.muster.journal.Patience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** What becomes of a job whose step could not be journalled: it comes back, and somebody is asked if that cannot help. */
final class JournalTrouble {

    private static final Logger LOG = LoggerFactory.getLogger(JournalTrouble.class);

    private JournalTrouble() {}

    static StepStopped of(DataAccessException e, StepTask task, StepMask mask) {
        return Patience.isAway(e)
                ? away(e, task)
                : refused(mask.text(String.valueOf(e.getMostSpecificCause().getMessage())), task);
    }

    private static StepStopped away(DataAccessException e, StepTask task) {
        LOG.error("The journal could not be written or read for job {}", task.jobId(), e);
        return new StepStopped(
                StepStopped.Then.LATER,
                "JournalUnavailable: The journal could not be reached for task '"
                        + task.activity().getId() + "', so it did not go on. Check the database; the job is retried.");
    }

    /** It would answer the same for ever: when the retries are used up, somebody is asked. */
    private static StepStopped refused(String why, StepTask task) {
        LOG.error("The journal refused what job {} was to record: {}", task.jobId(), why);
        return new StepStopped(
                StepStopped.Then.RETRY,
                "JournalRefused: The database refused what task '"
                        + task.activity().getId()
                        + "' was to record, so it did not go on: " + why
                        + ". Where the cause is in the task's input, change that; else report it.");
    }
}
