package io.muster.engine;

import io.muster.journal.StepRun;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/**
 * Looks, on every server, for attempts without an end whose job is gone: their run was cancelled. A server that lives ends such
 * a step itself within seconds, and is given {@value #PATIENCE} lock times; what belongs to no living server is ended at once,
 * for until then the run keeps its locks. What cleans up behind a cancelled run is not taken from a server that lives. And sweeps behind attempts that ended, where the good-bye to the target was not heard.
 */
final class Reaper implements AutoCloseable {

    static final int PATIENCE = 4;
    private static final Duration SWEPT_AFTER = Duration.ofMinutes(10);
    private static final int AT_ONCE = 50;

    private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);

    private final StepRuntime runtime;
    private final Orphans orphans;
    private final Duration lockTime;
    private final Map<UUID, Instant> missedSince = new HashMap<>();
    private final ScheduledExecutorService timer = timer("reaper");
    private final ScheduledExecutorService sweeper = timer("sweeper");

    Reaper(StepRuntime runtime, Orphans orphans, Duration lockTime) {
        this.runtime = runtime;
        this.orphans = orphans;
        this.lockTime = lockTime;
    }

    @EventListener
    void ready(ApplicationReadyEvent event) {
        timer.scheduleWithFixedDelay(this::round, lockTime.toMillis(), lockTime.toMillis(), TimeUnit.MILLISECONDS);
        sweeper.scheduleWithFixedDelay(this::sweep, lockTime.toMillis(), lockTime.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static ScheduledExecutorService timer(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** One look. Several servers may look at once: the claim decides who ends an attempt. */
    void round() {
        try {
            reap();
        } catch (RuntimeException e) {
            LOG.warn("Looking for abandoned steps failed and is tried again: {}", e.getMessage());
        }
    }

    /** On a thread of its own: targets that do not answer keep nobody waiting for the locks of cancelled runs. */
    void sweep() {
        try {
            Instant now = runtime.clock().instant();
            runtime.reader().leftBefore(now.minus(SWEPT_AFTER), now, AT_ONCE).forEach(this::sweep);
        } catch (RuntimeException e) {
            LOG.warn("Looking for what steps left behind failed and is tried again: {}", e.getMessage());
        }
    }

    private void sweep(StepRun ended) {
        try {
            orphans.sweep(ended);
        } catch (RuntimeException e) {
            LOG.warn("What step run {} left cannot be looked for now: {}", ended.id(), e.getMessage());
        }
    }

    private void reap() {
        List<StepRun> all = runtime.reader().open();
        // Asked for after the entries: a step that began since is not among them, one that ended has closed its own.
        Set<String> here =
                runtime.steps().all().stream().map(RunningSteps.Running::jobId).collect(Collectors.toSet());
        Map<UUID, StepRun> missed = all.stream()
                .filter(open -> !here.contains(open.jobId()))
                .filter(open -> !runtime.lease().jobExists(open.jobId()))
                .collect(Collectors.toMap(StepRun::id, open -> open));
        missedSince.keySet().retainAll(missed.keySet());
        Instant now = runtime.clock().instant();
        Instant limit = now.minus(lockTime.multipliedBy(PATIENCE));
        missed.values().forEach(open -> {
            boolean late = !CleanUps.is(open)
                    && !missedSince.computeIfAbsent(open.id(), id -> now).isAfter(limit);
            if ((late || !runtime.lease().alive(open.owner())) && end(open)) {
                missedSince.remove(open.id());
            }
        });
    }

    private boolean end(StepRun open) {
        try {
            return orphans.end(open);
        } catch (RuntimeException e) {
            LOG.warn("Step run {} of a cancelled run cannot be ended now: {}", open.id(), e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        sweeper.shutdownNow();
    }
}
