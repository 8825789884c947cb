package io.muster.web.api;

import io.muster.engine.Recovery;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Says in the health details whether Muster is in recovery mode. It is up then: operators need it. */
@Component
class RecoveryHealthIndicator implements HealthIndicator {

    private final Recovery recovery;

    RecoveryHealthIndicator(Recovery recovery) {
        this.recovery = recovery;
    }

    @Override
    public Health health() {
        return recovery.state()
                .map(state -> Health.up()
                        .withDetail("active", true)
                        .withDetail("since", state.since())
                        .withDetail("undecided", state.undecided())
                        .build())
                .orElseGet(() -> Health.up().withDetail("active", false).build());
    }
}
