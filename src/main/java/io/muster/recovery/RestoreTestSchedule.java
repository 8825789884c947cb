package io.muster.recovery;

import io.muster.inventory.Inventory;
import io.muster.inventory.RecoveryTargets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * When the next restore test of a service is due, and whether there should have been one by now. Each drill that passed counts: a
 * qualification restores too. While there is no verified backup there is nothing to test, and that is said of the backup.
 */
@Component
public final class RestoreTestSchedule {

    /** How long after it was due a test may take to begin and end, at most. */
    private static final Duration GRACE = Duration.ofDays(1);

    private final Backups backups;
    private final ServiceStatuses statuses;
    private final Drills drills;
    private final Clock clock;

    RestoreTestSchedule(Backups backups, ServiceStatuses statuses, Drills drills, ObjectProvider<Clock> clock) {
        this.backups = backups;
        this.statuses = statuses;
        this.drills = drills;
        this.clock = clock.getIfAvailable(Clock::systemUTC);
    }

    /**
     * @param since when it was due; for the first one: when the oldest backup was taken that could have been tested,
     *     whether it is kept still or not
     * @param overdue whether that is longer ago than {@code every}, at most a day
     */
    public record Due(Duration every, Instant since, boolean overdue) {}

    /** Empty where the inventory asks for none, or not yet, and of what is not deployed. */
    public Optional<Due> due(Inventory.Environment environment, Inventory.Service service) {
        Optional<Instant> proven = drills.lastProven(environment.name(), service.name(), clock.instant());
        Optional<Instant> first =
                backups.firstVerified(environment.name(), service.name()).map(Backup::takenAt);
        return due(service, dueAt(service, first, proven))
                .filter(due -> statuses.of(environment, service).deployed());
    }

    /** Whatever became of the service. */
    Optional<Due> due(Inventory.Service service, Optional<Instant> dueAt) {
        Instant now = clock.instant();
        return service.recovery().flatMap(RecoveryTargets::restoreTestEvery).flatMap(every -> dueAt.filter(
                        at -> !now.isBefore(at))
                .map(at -> new Due(every, at, !now.isBefore(at.plus(grace(every))))));
    }

    /**
     * When the next one is due; empty where the inventory asks for none, and until there is a backup.
     *
     * @param first when the oldest verified backup was taken
     * @param proven when a drill last passed
     */
    static Optional<Instant> dueAt(Inventory.Service service, Optional<Instant> first, Optional<Instant> proven) {
        return service.recovery()
                .flatMap(RecoveryTargets::restoreTestEvery)
                .flatMap(every ->
                        first.map(taken -> proven.map(at -> at.plus(every)).orElse(taken)));
    }

    private static Duration grace(Duration every) {
        return every.compareTo(GRACE) < 0 ? every : GRACE;
    }
}
