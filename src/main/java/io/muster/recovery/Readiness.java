package io.muster.recovery;

import io.muster.inventory.Inventory;
import io.muster.inventory.RecoveryTargets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** When the recovery of each service was last proven, how well, and when it is due again. */
@Component
public final class Readiness {

    /** How many proofs back the trend goes. */
    private static final int TREND = 10;

    private final Drills drills;
    private final Measures measures;
    private final Backups backups;
    private final BackupSchedule schedule;
    private final ServiceStatuses statuses;
    private final Clock clock;

    Readiness(
            Drills drills,
            Measures measures,
            Backups backups,
            BackupSchedule schedule,
            ServiceStatuses statuses,
            ObjectProvider<Clock> clock) {
        this.drills = drills;
        this.measures = measures;
        this.backups = backups;
        this.schedule = schedule;
        this.statuses = statuses;
        this.clock = clock.getIfAvailable(Clock::systemUTC);
    }

    /**
     * @param status what is known of its container
     * @param lastBackup when the newest verified backup was taken
     * @param backupOverdue see {@link BackupSchedule#overdue}
     * @param dueAt when it must be proven again at the latest; empty where the inventory asks for nothing, or it was never
     *     proven
     * @param overdue whether that moment has passed, or it must be proven and never was, and it runs
     * @param trend what was measured by the newest proofs, the oldest of them first
     */
    public record Service(
            ServiceStatus status,
            Optional<Instant> lastBackup,
            boolean backupOverdue,
            Optional<Instant> lastProven,
            Optional<Instant> lastQualified,
            Optional<Instant> dueAt,
            boolean overdue,
            Optional<Measure> rto,
            Optional<Measure> rpo,
            List<Point> trend) {}

    /** One proof. */
    public record Point(String runId, Drill.Kind kind, Instant at, Optional<Measure> rto, Optional<Measure> rpo) {}

    /** By the service's name: every service of the environment, by as many queries as for one. */
    public Map<String, Service> of(Inventory.Environment environment) {
        Map<String, List<Drill>> proofs =
                drills.proven(environment.name(), TREND).stream().collect(Collectors.groupingBy(Drill::service));
        Map<String, List<Measure>> measured = measures.of(
                proofs.values().stream().flatMap(List::stream).map(Drill::runId).toList());
        Map<String, Backup> newest = backups.latestVerified(environment.name());
        Map<String, ServiceStatus> states = statuses.of(environment);
        return environment.services().values().stream()
                .collect(Collectors.toMap(
                        Inventory.Service::name,
                        service -> of(
                                service,
                                states.get(service.name()),
                                Optional.ofNullable(newest.get(service.name())).map(Backup::takenAt),
                                proofs.getOrDefault(service.name(), List.of()),
                                measured)));
    }

    /** @param proofs the oldest first */
    private Service of(
            Inventory.Service service,
            ServiceStatus status,
            Optional<Instant> newestBackup,
            List<Drill> proofs,
            Map<String, List<Measure>> measured) {
        List<Point> trend = new ArrayList<>();
        for (Drill proof : proofs) {
            Map<String, Measure> own = measured.getOrDefault(proof.runId(), List.of()).stream()
                    .collect(Collectors.toMap(Measure::name, Function.identity()));
            trend.add(new Point(
                    proof.runId(),
                    proof.kind(),
                    proof.endedAt().orElseThrow(),
                    Optional.ofNullable(own.get(Measures.RTO)),
                    Optional.ofNullable(own.get(Measures.RPO))));
        }
        Optional<Instant> last = last(trend, Point::at);
        Optional<Instant> due = service.recovery()
                .flatMap(RecoveryTargets::drillEvery)
                .flatMap(every -> last.map(at -> at.plus(every)));
        boolean asked = service.recovery().flatMap(RecoveryTargets::drillEvery).isPresent();
        return new Service(
                status,
                newestBackup,
                schedule.overdue(service, newestBackup, status.deployed()),
                last,
                last(
                        trend.stream()
                                .filter(point -> point.kind() == Drill.Kind.QUALIFICATION)
                                .toList(),
                        Point::at),
                due,
                asked
                        // What was never deployed, or is no more, needs no first proof.
                        && due.map(moment -> !clock.instant().isBefore(moment)).orElse(status.deployed()),
                trend.stream().flatMap(point -> point.rto().stream()).reduce((a, b) -> b),
                trend.stream().flatMap(point -> point.rpo().stream()).reduce((a, b) -> b),
                List.copyOf(trend));
    }

    private static Optional<Instant> last(List<Point> points, Function<Point, Instant> at) {
        return points.stream().map(at).reduce((earlier, later) -> later);
    }
}
