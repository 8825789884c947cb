package io.muster.engine;

import io.muster.safety.RunLocks;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;

/** Passes locks on: every server looks every few seconds, so that it happens whoever is down. */
final class LockKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LockKeeper.class);

    private final RunLocks locks;
    private final Duration period;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lock-keeper");
        thread.setDaemon(true);
        return thread;
    });

    LockKeeper(RunLocks locks, Duration period) {
        this.locks = locks;
        this.period = period;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        timer.scheduleWithFixedDelay(this::keep, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void keep() {
        try {
            locks.keep();
        } catch (DataAccessException e) {
            LOG.warn("Run locks could not be passed on and are looked at again: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
