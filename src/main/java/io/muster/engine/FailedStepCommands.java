package io.muster.engine;

import io.muster.journal.Masking;
import java.time.Duration;
import java.util.Date;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.impl.cmd.DefaultJobRetryCmd;
import org.camunda.bpm.engine.impl.cmd.JobRetryCmd;
import org.camunda.bpm.engine.impl.incident.IncidentContext;
import org.camunda.bpm.engine.impl.incident.IncidentHandling;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.jobexecutor.FailedJobCommandFactory;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Incident;

/** What a failed job becomes, in the engine's transaction that records the failure. */
final class FailedStepCommands implements FailedJobCommandFactory {

    private static final Duration LOOK_AGAIN = Duration.ofMinutes(5);

    /** Until a job is tried again whose transaction the database did not take. No retry is used up. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Masking masking;

    FailedStepCommands(Masking masking) {
        this.masking = masking;
    }

    @Override
    public Command<Object> getCommand(String jobId, Throwable failure) {
        if (failure instanceof OptimisticLockingException) {
            // Two branches met at a join, say: nothing failed, and the journal has what the step did. The engine would
            // wait as long as after a failure.
            return new Release(jobId, failure, Duration.ZERO);
        }
        return StepStopped.in(failure)
                .map(stopped -> switch (stopped.then()) {
                    case RETRY -> new Retry(jobId, stopped);
                    case INCIDENT -> new NoRetry(jobId, stopped);
                    case WAIT -> new Wait(jobId, stopped);
                    case RELEASE -> new Release(jobId, stopped, Duration.ZERO);
                    case LATER -> new Release(jobId, stopped, PAUSE);
                    case LEAVE -> (Command<Object>) context -> null;
                })
                .orElseGet(() ->
                        DatabaseAway.in(failure) ? new Release(jobId, failure, PAUSE) : new Retry(jobId, failure));
    }

    private void logException(JobEntity job, Throwable exception, String stackTrace) {
        String message = exception.getMessage();
        job.setExceptionMessage(
                masking.mask(message == null ? exception.getClass().getName() : message));
        job.setExceptionStacktrace(masking.mask(stackTrace));
    }

    /**
     * A job without retries that was executed by hand and failed again: the engine would keep the incident of the first
     * failure, whose message is old news.
     */
    private static void renewIncident(JobEntity job) {
        IncidentContext incident = new IncidentContext();
        incident.setProcessDefinitionId(job.getProcessDefinitionId());
        incident.setExecutionId(job.getExecutionId());
        incident.setTenantId(job.getTenantId());
        incident.setConfiguration(job.getId());
        incident.setJobDefinitionId(job.getJobDefinitionId());
        IncidentHandling.removeIncidents(Incident.FAILED_JOB_HANDLER_TYPE, incident, true);
        incident.setActivityId(job.getActivityId());
        incident.setHistoryConfiguration(job.getLastFailureLogId());
        incident.setFailedActivityId(job.getFailedActivityId());
        IncidentHandling.createIncident(Incident.FAILED_JOB_HANDLER_TYPE, incident, job.getExceptionMessage());
    }

    /** The engine's own retry and back-off, with masked texts. */
    private final class Retry extends DefaultJobRetryCmd {
        private static final long serialVersionUID = 1L;

        Retry(String jobId, Throwable failure) {
            super(jobId, failure);
        }

        @Override
        public Object execute(CommandContext context) {
            JobEntity job = getJob();
            boolean exhausted = job != null && job.getRetries() == 0;
            super.execute(context);
            if (exhausted) {
                renewIncident(job);
            }
            return null;
        }

        @Override
        protected void logException(JobEntity job) {
            FailedStepCommands.this.logException(job, exception, getExceptionStacktrace());
        }
    }

    private final class NoRetry extends JobRetryCmd {
        private static final long serialVersionUID = 1L;

        NoRetry(String jobId, StepStopped stopped) {
            super(jobId, stopped);
        }

        @Override
        public Object execute(CommandContext context) {
            JobEntity job = getJob();
            if (job != null) {
                job.unlock();
                logException(job);
                if (job.getRetries() == 0) {
                    renewIncident(job);
                } else {
                    job.setRetries(0);
                }
            }
            return null;
        }

        @Override
        protected void logException(JobEntity job) {
            FailedStepCommands.this.logException(job, exception, getExceptionStacktrace());
        }
    }

    /** The keeper of locks makes the job due; the date is for the case that nobody does. */
    private final class Wait extends JobRetryCmd {
        private static final long serialVersionUID = 1L;

        Wait(String jobId, StepStopped stopped) {
            super(jobId, stopped);
        }

        @Override
        public Object execute(CommandContext context) {
            JobEntity job = getJob();
            if (job != null) {
                job.unlock();
                job.setDuedate(Date.from(ClockUtil.getCurrentTime().toInstant().plus(LOOK_AGAIN)));
                job.setExceptionMessage(masking.mask(exception.getMessage()));
            }
            return null;
        }
    }

    private static final class Release extends JobRetryCmd {
        private static final long serialVersionUID = 1L;

        private final Duration pause;

        Release(String jobId, Throwable stopped, Duration pause) {
            super(jobId, stopped);
            this.pause = pause;
        }

        @Override
        public Object execute(CommandContext context) {
            JobEntity job = getJob();
            if (job != null) {
                job.unlock();
                if (!pause.isZero()) {
                    job.setDuedate(
                            Date.from(ClockUtil.getCurrentTime().toInstant().plus(pause)));
                }
            }
            return null;
        }
    }
}
