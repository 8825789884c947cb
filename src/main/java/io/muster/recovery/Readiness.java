package io.muster.recovery;

import io.muster.inventory.Inventory;
import io.muster.inventory.RecoveryTargets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** When the recovery of each service was last proven, how well, and when it is due again. */
@Component
public final class Readiness {

    /** How many proofs of each kind back the trend goes. */
    private static final int TREND = 10;

    private final Drills drills;
    private final Measures measures;
    private final Backups backups;
    private final BackupSchedule schedule;
    private final RestoreTestSchedule tests;
    private final ServiceStatuses statuses;
    private final Clock clock;

    Readiness(
            Drills drills,
            Measures measures,
            Backups backups,
            BackupSchedule schedule,
            RestoreTestSchedule tests,
            ServiceStatuses statuses,
            ObjectProvider<Clock> clock) {
        this.drills = drills;
        this.measures = measures;
        this.backups = backups;
        this.schedule = schedule;
        this.tests = tests;
        this.statuses = statuses;
        this.clock = clock.getIfAvailable(Clock::systemUTC);
    }

    /**
     * @param status what is known of its container
     * @param lastBackup when the newest verified backup was taken
     * @param backupOverdue see {@link BackupSchedule#overdue}
     * @param backupDueAt when the newest backup is, or became, too old
     * @param lastProven when a drill of either kind last passed
     * @param productionReadySince when the last qualification passed; empty where a later one failed
     * @param qualificationFailed why the newest qualification failed; empty where it passed, and where the service is retired
     * @param dueAt when it must be proven again at the latest; empty where the inventory asks for nothing, it was never proven,
     *     or it is gone
     * @param overdue whether that moment has passed, or it must be proven and never was, and it runs
     * @param testsProve whether a restore test is proof enough for {@code dueAt}; where not, only a qualification is
     * @param newest the drill that began last, whatever became of it
     * @param trend what was measured by the newest proofs, the oldest of them first
     */
    public record Service(
            ServiceStatus status,
            Optional<Instant> lastBackup,
            boolean backupOverdue,
            Optional<Instant> backupDueAt,
            Optional<Instant> lastProven,
            Optional<Instant> productionReadySince,
            Optional<String> qualificationFailed,
            Optional<Instant> dueAt,
            boolean overdue,
            boolean testsProve,
            RestoreTests restoreTests,
            Optional<Drill> newest,
            Optional<Measure> rto,
            Optional<Measure> rpo,
            List<Point> trend) {}

    /**
     * @param last when one last passed
     * @param dueAt when the next is; empty where none is asked for, until there is a backup to test, and where the service is
     *     gone
     * @param overdue see {@link RestoreTestSchedule}
     * @param failed why the newest one failed; empty where it passed, and where the service is retired
     */
    public record RestoreTests(
            Optional<Instant> last, Optional<Instant> dueAt, boolean overdue, Optional<String> failed) {}

    /** One proof. */
    public record Point(
            String runId,
            Drill.Kind kind,
            Instant at,
            Optional<Measure> rto,
            Optional<Measure> rpo,
            Optional<Measure> restore) {}

    /**
     * What is known of a service beside its proofs.
     *
     * @param ended the newest drills that passed or failed, at most one of a kind
     */
    private record Known(
            ServiceStatus status,
            Optional<Instant> firstBackup,
            Optional<Instant> lastBackup,
            List<Drill> ended,
            Optional<Drill> newest) {}

    /** By the service's name: every service of the environment, by as many queries as for one. */
    public Map<String, Service> of(Inventory.Environment environment) {
        Map<String, List<Drill>> proofs = byService(drills.proven(environment.name(), TREND, clock.instant()));
        Map<String, List<Drill>> ended = byService(drills.newestEnded(environment.name(), clock.instant()));
        Map<String, List<Drill>> newest = byService(drills.newest(environment.name()));
        Map<String, List<Measure>> measured = measures.of(
                proofs.values().stream().flatMap(List::stream).map(Drill::runId).toList());
        Map<String, Backup> first = backups.firstVerified(environment.name());
        Map<String, Backup> latest = backups.latestVerified(environment.name(), clock.instant());
        Map<String, ServiceStatus> states = statuses.of(environment);
        return environment.services().values().stream().collect(Collectors.toMap(Inventory.Service::name, service -> {
            String name = service.name();
            List<Point> trend = proofs.getOrDefault(name, List.of()).stream()
                    .map(proof -> point(proof, measured.getOrDefault(proof.runId(), List.of())))
                    .toList();
            Known known = new Known(
                    states.get(name),
                    Optional.ofNullable(first.get(name)).map(Backup::takenAt),
                    Optional.ofNullable(latest.get(name)).map(Backup::takenAt),
                    ended.getOrDefault(name, List.of()),
                    newest.getOrDefault(name, List.of()).stream().findFirst());
            return of(environment, service, known, trend);
        }));
    }

    private static Map<String, List<Drill>> byService(List<Drill> drills) {
        return drills.stream().collect(Collectors.groupingBy(Drill::service));
    }

    private static Point point(Drill proof, List<Measure> measured) {
        Map<String, Measure> own = measured.stream().collect(Collectors.toMap(Measure::name, Function.identity()));
        return new Point(
                proof.runId(),
                proof.kind(),
                proof.endedAt().orElseThrow(),
                Optional.ofNullable(own.get(Measures.RTO)),
                Optional.ofNullable(own.get(Measures.RPO)),
                Optional.ofNullable(own.get(Measures.RESTORE_TIME)));
    }

    /** @param trend the oldest first */
    private Service of(Inventory.Environment environment, Inventory.Service service, Known known, List<Point> trend) {
        ServiceStatus status = known.status();
        Optional<Instant> last = last(trend, point -> true);
        Optional<Duration> every = service.recovery().flatMap(RecoveryTargets::drillEvery);
        Optional<Instant> counts = last(trend, point -> testsCount(environment, service) || isQualification(point));
        Optional<Instant> due =
                every.flatMap(time -> counts.map(at -> at.plus(time))).filter(at -> !status.gone());
        // What Muster never deployed may run all the same: once it was proven, it is asked for again.
        boolean asked = every.isPresent() && (due.isPresent() || status.deployed());
        boolean overdue =
                asked && due.map(moment -> !clock.instant().isBefore(moment)).orElse(true);
        // What was removed, and is to come back, is what a failed drill matters most to.
        List<Drill> ended = status.state() == ServiceStatus.State.RETIRED ? List.of() : known.ended();
        return new Service(
                status,
                known.lastBackup(),
                schedule.overdue(service, known.lastBackup(), status.deployed()),
                schedule.tooOldAt(service, known.lastBackup()),
                last,
                last(trend, Readiness::isQualification).filter(at -> failed(known.ended(), Drill.Kind.QUALIFICATION)
                        .isEmpty()),
                failed(ended, Drill.Kind.QUALIFICATION),
                due,
                overdue,
                testsCount(environment, service),
                restoreTests(service, known, trend, last, failed(ended, Drill.Kind.RESTORE_TEST)),
                known.newest(),
                trend.stream().flatMap(point -> point.rto().stream()).reduce((a, b) -> b),
                trend.stream().flatMap(point -> point.rpo().stream()).reduce((a, b) -> b),
                List.copyOf(trend));
    }

    private RestoreTests restoreTests(
            Inventory.Service service,
            Known known,
            List<Point> trend,
            Optional<Instant> proven,
            Optional<String> failed) {
        Optional<Instant> dueAt = RestoreTestSchedule.dueAt(service, known.firstBackup(), proven)
                .filter(at -> !known.status().gone());
        return new RestoreTests(
                last(trend, point -> !isQualification(point)),
                dueAt,
                known.status().deployed()
                        && tests.due(service, dueAt)
                                .filter(RestoreTestSchedule.Due::overdue)
                                .isPresent(),
                failed);
    }

    /**
     * Whether a restore test is proof enough for {@code drill-every}: not where tests have a schedule of their own, unless nothing
     * more is allowed.
     */
    private static boolean testsCount(Inventory.Environment environment, Inventory.Service service) {
        boolean isProtected = environment.facilities().protectedFromWipe()
                || service.qualification().protectedFromWipe()
                || Optional.ofNullable(environment.hosts().get(service.container()))
                        .filter(Inventory.Host::protectedFromWipe)
                        .isPresent();
        return isProtected
                || service.recovery().flatMap(RecoveryTargets::restoreTestEvery).isEmpty();
    }

    private static Optional<String> failed(List<Drill> ended, Drill.Kind kind) {
        return ended.stream()
                .filter(drill -> drill.kind() == kind && drill.state() == Drill.State.FAILED)
                .findFirst()
                .flatMap(Drill::result);
    }

    private static boolean isQualification(Point point) {
        return point.kind() == Drill.Kind.QUALIFICATION;
    }

    private static Optional<Instant> last(List<Point> points, Predicate<Point> counts) {
        return points.stream().filter(counts).map(Point::at).reduce((earlier, later) -> later);
    }
}
