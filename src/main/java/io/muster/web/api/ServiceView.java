package io.muster.web.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.muster.inventory.Inventory;
import io.muster.inventory.RecoveryTargets;
import io.muster.recovery.Drill;
import io.muster.recovery.Measure;
import io.muster.recovery.Readiness;
import io.muster.recovery.ServiceStatus;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A service of the inventory with what Muster last saw of it. */
record ServiceView(
        String id,
        String description,
        String environment,
        @JsonProperty("class") String containerClass,
        String container,
        String image,
        @Schema(description = "The version that was last deployed; null when none was") String version,
        String digest,
        ServiceStatus.State state,
        @Schema(description = "When the state was seen") Instant stateAt,
        @Schema(
                        description =
                                "What is wrong, in words, the worst first; empty where nothing that is asked for is missing")
                List<String> wrong,
        @Schema(description = "How many decisions of its runs wait for a person") int openDecisions,
        @Schema(description = "What a cancelled run has left that a person must see to; null where nothing")
                String attention,
        String healthUrl,
        @Schema(description = "The container that it can be promoted to; null when there is none") String promotion,
        @Schema(description = "When the newest backup that was read back whole was taken") Instant lastBackup,
        @Schema(
                        description =
                                "Whether that is longer ago than two times the plan's schedule, or than the target of the RPO, or there is none")
                boolean backupOverdue,
        @Schema(description = "When a drill last passed") Instant lastProvenRecovery,
        @Schema(description = "When a qualification, all nine steps, last passed; null where a later one failed")
                Instant productionReadySince,
        @Schema(
                        description =
                                "Why the newest qualification that passed or failed did fail; null where it passed, and where the service is retired")
                String qualificationFailed,
        @Schema(
                        description =
                                "When a recovery must be proven again; null where nothing asks, it never was, or the service is gone")
                Instant dueAt,
        @Schema(description = "Whether that moment has passed, or a proof is asked for and there is none")
                boolean overdue,
        RestoreTests restoreTests,
        @Schema(description = "The drill that began last, whatever became of it; null where there was none")
                Newest newestDrill,
        Objective rto,
        Objective rpo,
        @Schema(description = "What the newest drills that passed measured, the oldest of them first")
                List<Point> trend) {

    /** ISO-8601 durations; null where there is none. */
    record Objective(String target, String measured) {}

    /** One drill that passed; ISO-8601 durations, null where it did not measure them. */
    record Point(String run, Drill.Kind kind, Instant at, String rto, String rpo, String restoreTime) {}

    /** Backups restored beside the service. */
    record RestoreTests(
            @Schema(description = "When one last passed") Instant last,
            @Schema(
                            description =
                                    "When the next is due; null where none is asked for, until there is a backup, and where the service is gone")
                    Instant dueAt,
            @Schema(description = "Whether that is longer ago than their schedule, at most a day") boolean overdue,
            @Schema(description = "Why the newest one failed; null where it passed, and where the service is retired")
                    String failed,
            @Schema(
                            description =
                                    "Whether one proves the recovery as `drill-every` asks; where not, only a qualification does")
                    boolean prove) {

        static RestoreTests of(Readiness.RestoreTests tests, boolean prove) {
            return new RestoreTests(
                    tests.last().orElse(null),
                    tests.dueAt().orElse(null),
                    tests.overdue(),
                    tests.failed().orElse(null),
                    prove);
        }
    }

    /** A drill, as in /api/drills. */
    record Newest(String run, Drill.Kind kind, Drill.State state, Instant startedAt, Instant endedAt, String result) {

        static Newest of(Drill drill) {
            return new Newest(
                    drill.runId(),
                    drill.kind(),
                    drill.state(),
                    drill.startedAt(),
                    drill.endedAt().orElse(null),
                    drill.result().orElse(null));
        }
    }

    static ServiceView of(ServiceJudgement judged, boolean trend) {
        Inventory.Environment environment = judged.environment();
        Inventory.Service service = judged.service();
        Readiness.Service readiness = judged.readiness();
        ServiceStatus status = readiness.status();
        return new ServiceView(
                service.name(),
                service.description(),
                environment.name(),
                service.containerClass().text(),
                service.container(),
                service.image(),
                status.version().orElse(null),
                status.digest().orElse(null),
                status.state(),
                status.seenAt().orElse(null),
                judged.wrong(),
                judged.open(),
                status.attention().orElse(null),
                service.health().map(Inventory.Health::url).orElse(null),
                service.promotion().map(Inventory.Promotion::container).orElse(null),
                readiness.lastBackup().orElse(null),
                readiness.backupOverdue(),
                readiness.lastProven().orElse(null),
                readiness.productionReadySince().orElse(null),
                readiness.qualificationFailed().orElse(null),
                readiness.dueAt().orElse(null),
                readiness.overdue(),
                RestoreTests.of(readiness.restoreTests(), readiness.testsProve()),
                readiness.newest().map(Newest::of).orElse(null),
                new Objective(
                        service.recovery()
                                .flatMap(RecoveryTargets::rto)
                                .map(Duration::toString)
                                .orElse(null),
                        seconds(readiness.rto())),
                new Objective(
                        service.recovery()
                                .flatMap(RecoveryTargets::rpo)
                                .map(Duration::toString)
                                .orElse(null),
                        seconds(readiness.rpo())),
                readiness.trend().stream()
                        .filter(point -> trend)
                        .map(point -> new Point(
                                point.runId(),
                                point.kind(),
                                point.at(),
                                seconds(point.rto()),
                                seconds(point.rpo()),
                                seconds(point.restore())))
                        .toList());
    }

    /** To the millisecond, as it was measured. */
    static String seconds(Optional<Measure> measure) {
        return measure.map(found -> Duration.ofMillis(
                                found.value().movePointRight(3).longValue())
                        .toString())
                .orElse(null);
    }
}
