package io.muster.engine;

import io.muster.inventory.Secrets;
import java.time.Clock;
import java.time.Duration;
import org.camunda.bpm.engine.impl.jobexecutor.JobExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

/** Runs jobs from when the server is ready until it is told to stop. */
final class JobExecution {

    private static final Logger LOG = LoggerFactory.getLogger(JobExecution.class);
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** Null where job execution is switched off, as in tests that run jobs by hand. */
    private final JobExecutor executor;

    private final RunningSteps steps;
    private final JobLease lease;
    private final ServerLife life;
    private final Secrets secrets;
    private final Clock clock;

    JobExecution(
            JobExecutor executor, RunningSteps steps, JobLease lease, ServerLife life, Secrets secrets, Clock clock) {
        this.executor = executor;
        this.steps = steps;
        this.lease = lease;
        this.life = life;
        this.secrets = secrets;
        this.clock = clock;
    }

    @EventListener
    void ready(ApplicationReadyEvent event) {
        lease.start();
        // Targets may still say what steps of before gave them.
        secrets.recall();
        if (executor != null) {
            executor.start();
        }
    }

    @EventListener
    void closed(ContextClosedEvent event) {
        life.stop();
        lease.leave();
        if (executor != null && executor.isActive()) {
            executor.shutdown();
        }
        if (!steps.awaitNone(clock, GRACE)) {
            LOG.warn(
                    "{} steps still run; they go on when a server runs again.",
                    steps.all().size());
        }
    }
}
