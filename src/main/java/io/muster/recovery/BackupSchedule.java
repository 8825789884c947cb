package io.muster.recovery;

import io.muster.inventory.BackupPlan;
import io.muster.inventory.Inventory;
import io.muster.inventory.RecoveryTargets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * When the next backup of a service is due by its plan, and whether there should have been one by now. Only backups that were
 * read back whole, and not at a time to come, count; a service that was never deployed, or is gone, needs none.
 */
@Component
public final class BackupSchedule {

    private final Backups backups;
    private final ServiceStatuses statuses;
    private final Clock clock;

    BackupSchedule(Backups backups, ServiceStatuses statuses, ObjectProvider<Clock> clock) {
        this.backups = backups;
        this.statuses = statuses;
        this.clock = clock.getIfAvailable(Clock::systemUTC);
    }

    /**
     * @param every of the plan
     * @param since empty where there is no backup that counts
     */
    public record Due(Duration every, Optional<Instant> since) {}

    /** Empty where the plan is disabled or has no schedule, and until the newest backup is older than {@code every}. */
    public Optional<Due> due(Inventory.Environment environment, Inventory.Service service) {
        return plan(service)
                .flatMap(BackupPlan::every)
                .filter(every -> isPast(environment, service, every))
                .map(every -> new Due(every, newest(environment, service).map(at -> at.plus(every))));
    }

    /**
     * Whether the newest backup is older than two times {@code every}, or than the target of the RPO, or there is none. Never
     * where the plan is disabled, or neither is set.
     */
    public boolean overdue(Inventory.Environment environment, Inventory.Service service) {
        return limit(service).filter(most -> isPast(environment, service, most)).isPresent();
    }

    /** The same, of what is known already: when the newest backup that counts was taken, and whether the service runs. */
    boolean overdue(Inventory.Service service, Optional<Instant> newest, boolean deployed) {
        return deployed && limit(service).filter(most -> isPast(newest, most)).isPresent();
    }

    /** When the newest backup will be, or became, too old; empty where there is none, and where nothing says how old it may be. */
    Optional<Instant> tooOldAt(Inventory.Service service, Optional<Instant> newest) {
        return limit(service).flatMap(most -> newest.map(at -> at.plus(most)));
    }

    private static Optional<Duration> limit(Inventory.Service service) {
        Optional<BackupPlan> plan = plan(service);
        return Stream.concat(
                        plan.flatMap(BackupPlan::every).map(every -> every.multipliedBy(2)).stream(),
                        plan.flatMap(enabled -> service.recovery()).flatMap(RecoveryTargets::rpo).stream())
                .min(Duration::compareTo);
    }

    private static Optional<BackupPlan> plan(Inventory.Service service) {
        return service.qualification().backup().filter(BackupPlan::enabled);
    }

    private boolean isPast(Inventory.Environment environment, Inventory.Service service, Duration limit) {
        return isPast(newest(environment, service), limit)
                && statuses.of(environment, service).deployed();
    }

    private boolean isPast(Optional<Instant> newest, Duration limit) {
        return newest.map(at -> !clock.instant().isBefore(at.plus(limit))).orElse(true);
    }

    private Optional<Instant> newest(Inventory.Environment environment, Inventory.Service service) {
        return backups.latestVerified(environment.name(), service.name(), clock.instant())
                .map(Backup::takenAt);
    }

    /** Whether, and by whom, a service's backups are taken regularly: the same in every document. */
    public static String inWords(Inventory.Service service, Environment settings) {
        Optional<BackupPlan> plan = service.qualification().backup();
        if (plan.filter(BackupPlan::enabled).isEmpty()) {
            return plan.isEmpty() ? "none: the service has no backup plan" : "none: the plan is switched off";
        }
        return plan.flatMap(BackupPlan::every)
                .map(
                        every -> "every " + every
                                + (switchedOn(settings)
                                        ? "; the schedule is switched on, Muster starts them"
                                        : ", and nobody starts them: Muster's schedule is switched off (MUSTER_BACKUPS_SCHEDULE)"))
                .orElse("none: the plan has no schedule");
    }

    /** Whether servers of these settings start what is due: in the sandbox only where it is switched on. */
    public static boolean switchedOn(Environment settings) {
        boolean sandbox = settings.getProperty("muster.sandbox.active", Boolean.class, false);
        return settings.getProperty("muster.backups.schedule", Boolean.class, !sandbox);
    }
}
