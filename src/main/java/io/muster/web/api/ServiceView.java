package io.muster.web.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.muster.inventory.Inventory;
import io.muster.inventory.RecoveryTargets;
import io.muster.recovery.ServiceStatus;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;

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
        String healthUrl,
        @Schema(description = "The container that it can be promoted to; null when there is none") String promotion,
        Instant lastBackup,
        Instant lastProvenRecovery,
        Instant dueAt,
        Objective rto,
        Objective rpo) {

    /** ISO-8601 durations; null where there is none. */
    record Objective(String target, String measured) {}

    static ServiceView of(Inventory.Environment environment, Inventory.Service service, ServiceStatus status) {
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
                service.health().map(Inventory.Health::url).orElse(null),
                service.promotion().map(Inventory.Promotion::container).orElse(null),
                null,
                null,
                null,
                new Objective(
                        service.recovery()
                                .flatMap(RecoveryTargets::rto)
                                .map(Duration::toString)
                                .orElse(null),
                        null),
                new Objective(
                        service.recovery()
                                .flatMap(RecoveryTargets::rpo)
                                .map(Duration::toString)
                                .orElse(null),
                        null));
    }
}
