package io.muster.schedule;

import io.muster.engine.RunStarts;
import io.muster.inventory.Inventories;
import io.muster.inventory.Inventory;
import io.muster.journal.JournalReader;
import io.muster.recovery.BackupSchedule;
import io.muster.recovery.RestoreTestSchedule;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Starts {@code service-backup} and {@code restore-test} for each service whose next is due, once, whichever of several servers
 * sees it first. While one of the service runs, or waits for a person, none is started; after one that came to nothing the next is
 * started when {@code every}, at most an hour (of tests: a day), has passed since its start.
 */
@Component
public final class RecoveryScheduler implements DisposableBean {

    /** Who the runs are started by. */
    public static final String USER = "scheduler";

    private static final Logger LOG = LoggerFactory.getLogger(RecoveryScheduler.class);

    private final Inventories inventories;
    private final BackupSchedule backups;
    private final RestoreTestSchedule tests;
    private final DueRuns runs;
    private final boolean on;
    private final Duration period;
    /** By runbook and service: why it could not be started the last time, so that the log says it once. */
    private final Map<String, String> refused = new HashMap<>();

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "backup-scheduler");
        thread.setDaemon(true);
        return thread;
    });

    RecoveryScheduler(
            Inventories inventories,
            BackupSchedule backups,
            RestoreTestSchedule tests,
            JournalReader journal,
            RunStarts starts,
            ObjectProvider<Clock> clock,
            Environment settings) {
        this.inventories = inventories;
        this.backups = backups;
        this.tests = tests;
        this.runs = new DueRuns(journal, starts, clock.getIfAvailable(Clock::systemUTC));
        this.on = BackupSchedule.switchedOn(settings);
        this.period = settings.getProperty("muster.backups.check-every", Duration.class, Duration.ofMinutes(5));
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        if (on) {
            timer.scheduleWithFixedDelay(this::guarded, 0, period.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void guarded() {
        try {
            check();
        } catch (RuntimeException e) {
            LOG.warn("What is due could not be told, and is looked at again: {}", e.getMessage());
        }
    }

    /** Looks now. @return the runs that this call started */
    public synchronized List<String> check() {
        List<String> started = new ArrayList<>();
        for (Inventory.Environment environment :
                inventories.current().environments().values()) {
            for (Inventory.Service service : environment.services().values()) {
                DueRuns.Of of = new DueRuns.Of(environment.name(), service.name());
                guarded(DueRuns.BACKUP, of, () -> backup(environment, service), started);
                guarded(DueRuns.RESTORE_TEST, of, () -> restoreTest(environment, service), started);
            }
        }
        return started;
    }

    /** One that cannot be started keeps no other from it. */
    private void guarded(DueRuns.Kind kind, DueRuns.Of of, Supplier<Optional<DueRuns.Due>> due, List<String> started) {
        String name = kind.runbook() + " of " + of;
        try {
            runs.start(kind, of, due).ifPresent(started::add);
            refused.remove(name);
        } catch (RuntimeException e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(refused.put(name, why))) {
                LOG.warn("The due {} could not be started, and is tried again: {}", name, why);
            }
        }
    }

    private Optional<DueRuns.Due> backup(Inventory.Environment environment, Inventory.Service service) {
        return backups.due(environment, service)
                .map(due -> new DueRuns.Due(
                        due.every(),
                        due.since()
                                .map(since -> "Scheduled backup, due since " + since)
                                .orElse("Scheduled backup, there is none that was read back whole")));
    }

    private Optional<DueRuns.Due> restoreTest(Inventory.Environment environment, Inventory.Service service) {
        return tests.due(environment, service)
                .map(due -> new DueRuns.Due(due.every(), "Scheduled restore test, due since " + due.since()));
    }

    @Override
    public void destroy() {
        timer.shutdownNow();
    }
}
