package io.muster.schedule;

import io.muster.engine.RunStarts;
import io.muster.inventory.Inventories;
import io.muster.inventory.Inventory;
import io.muster.journal.JournalReader;
import io.muster.journal.JournalReader.RunRow;
import io.muster.journal.RunSearch;
import io.muster.recovery.BackupSchedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Starts {@code service-backup} for each service whose next backup is due, once, whichever of several servers sees it first.
 * While a backup of the service runs, or waits for a person, none is started; after one that did not become a backup, the next
 * is started when {@code every}, at most an hour, has passed since its start.
 */
@Component
public final class BackupScheduler implements DisposableBean {

    /** Who the runs are started by. */
    public static final String USER = "scheduler";

    private static final Logger LOG = LoggerFactory.getLogger(BackupScheduler.class);
    private static final String RUNBOOK = "service-backup";
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final Set<RunSearch.State> ACTIVE =
            Set.of(RunSearch.State.RUNNING, RunSearch.State.WAITING, RunSearch.State.FAILED);

    private final Inventories inventories;
    private final BackupSchedule schedule;
    private final JournalReader journal;
    private final RunStarts starts;
    private final Clock clock;
    private final boolean on;
    private final Duration period;
    /** By service: why it could not be started the last time, so that the log says it once. */
    private final Map<String, String> refused = new HashMap<>();

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "backup-scheduler");
        thread.setDaemon(true);
        return thread;
    });

    BackupScheduler(
            Inventories inventories,
            BackupSchedule schedule,
            JournalReader journal,
            RunStarts starts,
            ObjectProvider<Clock> clock,
            Environment settings) {
        this.inventories = inventories;
        this.schedule = schedule;
        this.journal = journal;
        this.starts = starts;
        this.clock = clock.getIfAvailable(Clock::systemUTC);
        boolean sandbox = settings.getProperty("muster.sandbox.active", Boolean.class, false);
        this.on = settings.getProperty("muster.backups.schedule", Boolean.class, !sandbox);
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
            LOG.warn("Which backups are due could not be told, and is looked at again: {}", e.getMessage());
        }
    }

    /** Looks now. @return the runs that this call started */
    public synchronized List<String> check() {
        List<String> started = new ArrayList<>();
        for (Inventory.Environment environment :
                inventories.current().environments().values()) {
            for (Inventory.Service service : environment.services().values()) {
                String name = environment.name() + "/" + service.name();
                try {
                    started(environment, service).ifPresent(started::add);
                    refused.remove(name);
                } catch (RuntimeException e) {
                    // One service that cannot be backed up keeps no other from it.
                    String why = String.valueOf(e.getMessage());
                    if (!why.equals(refused.put(name, why))) {
                        LOG.warn("The due backup of {} could not be started, and is tried again: {}", name, why);
                    }
                }
            }
        }
        return started;
    }

    private Optional<String> started(Inventory.Environment environment, Inventory.Service service) {
        if (schedule.due(environment, service).isEmpty()) {
            return Optional.empty();
        }
        // Runs before backups: one that ends in between has recorded its backup, and then nothing is due any more.
        Optional<RunRow> newest = newest(environment, service, Set.of());
        boolean active = newest(environment, service, ACTIVE).isPresent();
        return schedule.due(environment, service)
                .filter(due ->
                        !active && newest.filter(run -> isTooNew(run, due)).isEmpty())
                .flatMap(due -> start(environment, service, due, newest));
    }

    private Optional<RunRow> newest(
            Inventory.Environment environment, Inventory.Service service, Set<RunSearch.State> states) {
        RunSearch search = new RunSearch(
                Optional.of(RUNBOOK),
                Optional.of(environment.name()),
                Optional.of(service.name()),
                states,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
        return journal.runs(search, 1, 0).runs().stream()
                .map(RunSearch.Found::row)
                .findFirst();
    }

    private boolean isTooNew(RunRow run, BackupSchedule.Due due) {
        Duration pause = due.every().compareTo(LONGEST_PAUSE) < 0 ? due.every() : LONGEST_PAUSE;
        Instant startedAt = run.run().startedAt();
        return clock.instant().isBefore(startedAt.plus(pause));
    }

    /** The key names the run that this one comes after: of all who saw that one as the newest, one starts the next. */
    private Optional<String> start(
            Inventory.Environment environment,
            Inventory.Service service,
            BackupSchedule.Due due,
            Optional<RunRow> newest) {
        String name = environment.name() + "/" + service.name();
        String reason = due.since()
                .map(since -> "Scheduled backup, due since " + since)
                .orElse("Scheduled backup, there is none that was read back whole");
        RunStarts.Started run = starts.startBySystem(
                RUNBOOK,
                Map.of("environment", environment.name(), "service", service.name(), "reason", reason),
                USER,
                "backup:" + name + ":" + newest.map(it -> it.run().id()).orElse("first"));
        if (run.again()) {
            return Optional.empty();
        }
        LOG.info("{}: {}, run {}", name, reason, run.run());
        return Optional.of(run.run());
    }

    @Override
    public void destroy() {
        timer.shutdownNow();
    }
}
