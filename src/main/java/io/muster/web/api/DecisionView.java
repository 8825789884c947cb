package io.muster.web.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.muster.journal.Decision;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** What people are asked about a failed step of a run, and what they decided. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record DecisionView(
        @Schema(description = "The task's id: complete it through /engine-rest/task/{id}/complete") String task,
        String run,
        String activity,
        String title,
        String step,
        UUID stepRun,
        String target,
        String reason,
        String message,
        @Schema(description = "The group that is asked") String owners,
        Instant askedAt,
        @Schema(description = "Whether it still waits for somebody") boolean open,
        @Schema(description = "Of an open one: the values that `decision` takes") List<String> choices,
        @Schema(
                        description =
                                "RETRY, CHANGE_INPUT, SKIP, ABORT; RETRIED when the job was retried by other means, CANCELLED when it"
                                        + " went with the run")
                String choice,
        String by,
        Instant at,
        String why,
        @JsonRawValue @Schema(type = "object", description = "The inputs that were changed") String input) {

    static DecisionView of(Decision decision) {
        return new DecisionView(
                decision.taskId(),
                decision.runId(),
                decision.activityId(),
                decision.title(),
                decision.step().orElse(null),
                decision.stepRun().orElse(null),
                decision.target(),
                decision.reason(),
                decision.message(),
                decision.owners(),
                decision.askedAt(),
                decision.open(),
                decision.open() ? choices(decision) : null,
                decision.taken().map(it -> it.choice().name()).orElse(null),
                decision.taken().flatMap(Decision.Taken::by).orElse(null),
                decision.taken().map(Decision.Taken::at).orElse(null),
                decision.taken().flatMap(Decision.Taken::why).orElse(null),
                decision.taken().flatMap(Decision.Taken::input).orElse(null));
    }

    private static List<String> choices(Decision decision) {
        List<Decision.Choice> choices = new ArrayList<>(List.of(Decision.Choice.RETRY, Decision.Choice.ABORT));
        if (decision.skippable()) {
            choices.add(1, Decision.Choice.SKIP);
        }
        return choices.stream()
                .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
