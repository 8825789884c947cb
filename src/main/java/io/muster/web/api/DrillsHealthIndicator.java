package io.muster.web.api;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.recovery.OverdueWatch;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Says in the health details, and as metrics, whose recovery should have been proven by now, and whose backup is too old. Muster itself is up then. */
@Component
class DrillsHealthIndicator implements HealthIndicator {

    private final OverdueWatch watch;

    DrillsHealthIndicator(OverdueWatch watch, MeterRegistry meters) {
        this.watch = watch;
        Gauge.builder("muster_recovery_overdue", watch, it -> it.overdue().size())
                .description("Services whose recovery should have been proven by now")
                .register(meters);
        Gauge.builder("muster_backups_overdue", watch, it -> it.backupsOverdue().size())
                .description("Services whose newest backup is older than their plan or their RPO allows")
                .register(meters);
    }

    @Override
    public Health health() {
        return Health.up()
                .withDetail(
                        "overdue",
                        watch.overdue().stream()
                                .map(one -> one.environment() + "/" + one.service())
                                .toList())
                .withDetail("backupsOverdue", watch.backupsOverdue())
                .build();
    }
}
