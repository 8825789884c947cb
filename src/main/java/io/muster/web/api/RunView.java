package io.muster.web.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.muster.journal.RunSearch;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A run as the API shows it. Lists that only the single run has are absent in the list of runs. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunView(
        String id,
        String runbook,
        int version,
        RunSearch.State state,
        @Schema(description = "The end event's id") String outcome,
        String startedBy,
        Instant startedAt,
        Instant endedAt,
        String parent,
        String environment,
        String service,
        String serviceVersion,
        String reason,
        @Schema(description = "Titles of the steps and tasks that it is at") List<String> current,
        @Schema(description = "What waits for a person now") List<Task> tasks,
        @Schema(description = "What failed and is not settled") List<Problem> problems,
        List<Approval> approvals,
        @Schema(description = "Locks that it waits for, with who holds each") List<WaitsFor> waitsFor,
        @Schema(description = "What people decided about failed steps") List<DecisionView> decisions,
        List<Document> documents,
        @Schema(description = "The runs of the runbooks that it called, and of those that they called")
                List<Called> called,
        @Schema(description = "The steps of this run and of the runbooks it called, in the order of their start")
                List<Step> steps) {

    /** @param groups who is asked; absent in lists */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Task(
            String id,
            @Schema(description = "The run it belongs to: this one, or one that this one called") String run,
            String task,
            String title,
            String assignee,
            List<String> groups,
            Instant since) {}

    /** @param activity the call activity of the parent; absent where the engine's history is gone */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Called(
            String id,
            String parent,
            String activity,
            String runbook,
            int version,
            RunSearch.State state,
            String outcome,
            Instant startedAt,
            Instant endedAt) {}

    /** @param since from when that run holds it; absent when it waits for it itself, earlier than this one */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record WaitsFor(String target, String run, String runbook, String startedBy, Instant since, String reason) {}

    record Problem(String activity, String message, Instant since) {}

    record Approval(
            String task,
            String title,
            String by,
            Instant at,
            boolean approved,
            String comment,
            @Schema(description = "Whether who approved had started the run") boolean self) {}

    record Document(String name, String mediaType, Instant at, String url) {}

    record Failure(String kind, String reason, String message) {}

    /** @param state OPEN, SUCCEEDED, FAILED, SKIPPED, or NOT_RUN once the run has ended */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Step(
            UUID id,
            @Schema(description = "The run it belongs to: this one, or one that this one called") String run,
            String activity,
            String title,
            String step,
            String target,
            String state,
            Integer attempt,
            Instant startedAt,
            Instant endedAt,
            Long durationMs,
            @JsonRawValue @Schema(type = "object") String input,
            @JsonRawValue @Schema(type = "object") String output,
            Failure failure) {}
}
