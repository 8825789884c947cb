package io.muster.web.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.safety.LockBoard;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/** A lock that a run holds. A lock that several runs share is there once for each. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record LockView(
        @Schema(example = "service:production/notes") String target,
        @Schema(description = "Whether other runs may share it: services of one host do not disturb each other")
                boolean shared,
        @Schema(description = "The root run that holds it") String run,
        String runbook,
        String startedBy,
        Instant since,
        @Schema(description = "Why that run was started") String reason,
        @Schema(description = "The runs that wait for it, the next one first") List<Waiting> waiting) {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Waiting(String run, String runbook, String startedBy, Instant since, String reason, boolean shared) {}

    static LockView of(LockBoard.Held held) {
        LockBoard.Entry holder = held.holder();
        return new LockView(
                holder.target(),
                holder.shared(),
                holder.rootRunId(),
                holder.runbook().orElse(null),
                holder.startedBy().orElse(null),
                holder.grantedAt().orElse(null),
                holder.reason().orElse(null),
                held.waiting().stream().map(LockView::waiting).toList());
    }

    private static Waiting waiting(LockBoard.Entry entry) {
        return new Waiting(
                entry.rootRunId(),
                entry.runbook().orElse(null),
                entry.startedBy().orElse(null),
                entry.requestedAt().orElse(null),
                entry.reason().orElse(null),
                entry.shared());
    }
}
