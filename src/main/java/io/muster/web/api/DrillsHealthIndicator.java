package io.muster.web.api;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.recovery.Overdue;
import io.muster.recovery.OverdueWatch;
import java.util.List;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Says in the health details, and as metrics, whose recovery should have been proven by now, and whose backup is too old. Muster itself is up then. */
@Component
class DrillsHealthIndicator implements HealthIndicator {

    private final OverdueWatch watch;

    DrillsHealthIndicator(OverdueWatch watch, MeterRegistry meters) {
        this.watch = watch;
        gauge(
                "muster_recovery_overdue",
                Overdue.What.DRILL,
                "Services whose recovery should have been proven by now",
                meters);
        gauge(
                "muster_restore_tests_overdue",
                Overdue.What.RESTORE_TEST,
                "Services whose scheduled restore test should have been done by now",
                meters);
        gauge(
                "muster_backups_overdue",
                Overdue.What.BACKUP,
                "Services whose newest backup is older than their plan or their RPO allows",
                meters);
    }

    @Override
    public Health health() {
        return Health.up()
                .withDetail("overdue", names(Overdue.What.DRILL))
                .withDetail("restoreTestsOverdue", names(Overdue.What.RESTORE_TEST))
                .withDetail("backupsOverdue", names(Overdue.What.BACKUP))
                .build();
    }

    private void gauge(String name, Overdue.What what, String description, MeterRegistry meters) {
        Gauge.builder(name, watch, it -> it.overdue(what).size())
                .description(description)
                .register(meters);
    }

    private List<String> names(Overdue.What what) {
        return watch.overdue(what).stream().map(Overdue::name).toList();
    }
}
