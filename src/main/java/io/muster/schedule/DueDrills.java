package io.muster.schedule;

import io.muster.engine.DueDrillTasks;
import io.muster.inventory.Inventories;
import io.muster.inventory.Inventory;
import io.muster.journal.JournalReader;
import io.muster.journal.RunSearch;
import io.muster.recovery.Readiness;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Puts a task before the operators for each service whose recovery must soon be proven, and takes it away when that is under way. */
@Component
public final class DueDrills implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(DueDrills.class);
    private static final Set<RunSearch.State> ACTIVE =
            Set.of(RunSearch.State.RUNNING, RunSearch.State.WAITING, RunSearch.State.FAILED);
    private static final int PAGE = 500;

    private final Inventories inventories;
    private final Readiness readiness;
    private final JournalReader journal;
    private final DueDrillTasks tasks;
    private final Clock clock;
    private final Duration period;
    private final Duration before;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "due-drills");
        thread.setDaemon(true);
        return thread;
    });

    DueDrills(
            Inventories inventories,
            Readiness readiness,
            JournalReader journal,
            DueDrillTasks tasks,
            ObjectProvider<Clock> clock,
            Environment settings) {
        this.inventories = inventories;
        this.readiness = readiness;
        this.journal = journal;
        this.tasks = tasks;
        this.clock = clock.getIfAvailable(Clock::systemUTC);
        this.period = settings.getProperty("muster.drills.check-every", Duration.class, Duration.ofMinutes(10));
        this.before = settings.getProperty("muster.drills.ask-before", Duration.class, Duration.ofDays(7));
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        timer.scheduleWithFixedDelay(this::guarded, 0, period.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void guarded() {
        try {
            check();
        } catch (RuntimeException e) {
            LOG.warn("Which drills are due could not be told, and is looked at again: {}", e.getMessage());
        }
    }

    /** Looks now. @return what is asked for */
    public synchronized List<DueDrillTasks.Due> check() {
        List<DueDrillTasks.Due> due = new ArrayList<>();
        tasks.ask(() -> {
            due.addAll(due());
            return due;
        });
        return due;
    }

    private List<DueDrillTasks.Due> due() {
        // Runs before proofs: a drill that passes in between is not asked for again.
        Set<String> qualified = active(DueDrillTasks.QUALIFICATION);
        Set<String> tested = active(DueDrillTasks.TEST);
        List<DueDrillTasks.Due> due = new ArrayList<>();
        for (Inventory.Environment environment :
                inventories.current().environments().values()) {
            readiness.of(environment).forEach((service, ready) -> {
                String name = name(environment.name(), service);
                boolean active = qualified.contains(name) || ready.testsProve() && tested.contains(name);
                if (isDue(ready) && !active) {
                    due.add(new DueDrillTasks.Due(
                            environment.name(), service, ready.dueAt(), ready.overdue(), ready.testsProve()));
                }
            });
        }
        return due;
    }

    private boolean isDue(Readiness.Service service) {
        Instant until = clock.instant().plus(before);
        return service.overdue()
                || service.dueAt().filter(at -> !at.isAfter(until)).isPresent();
    }

    private Set<String> active(String runbook) {
        RunSearch search = new RunSearch(
                Optional.of(runbook),
                Optional.empty(),
                Optional.empty(),
                ACTIVE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
        return journal.runs(search, PAGE, 0).runs().stream()
                .map(found -> found.row().run())
                .map(run -> name(run.environment().orElse(""), run.service().orElse("")))
                .collect(Collectors.toSet());
    }

    private static String name(String environment, String service) {
        return environment + "/" + service;
    }

    @Override
    public void destroy() {
        timer.shutdownNow();
    }
}
