package io.muster.web.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** A runbook as somebody sees it who may want to start it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunbookView(
        @Schema(example = "service-deployment") String id,
        String title,
        int version,
        String description,
        @Schema(description = "Whether people start it, or only other runbooks call it") boolean offered,
        @Schema(description = "Whether the caller may start it now") boolean startable,
        @Schema(description = "Why the caller cannot start it; absent when it can") String whyNot,
        List<Variable> variables,
        @Schema(description = "Its approvals, and those of the runbooks that it calls") List<Approval> approvals,
        @Schema(description = "The steps that change something, also in the runbooks that it calls")
                List<Change> changes,
        @Schema(description = "What cannot be had back afterwards, in words; absent where the diagram names nothing")
                String destroys,
        @Schema(description = "The runbooks that it calls") List<String> calls,
        @Schema(
                        description =
                                "The kinds of drill that a run of it is, by its own steps or by those of what it calls; empty where it"
                                        + " proves no recovery",
                        example = "[\"RESTORE_TEST\"]")
                List<String> drills) {

    /**
     * @param kind what it names: an environment, a service or host of it, a version or backup of the
     *     service, or plain text
     * @param choices its values where the diagram lists them
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Variable(String name, boolean required, Kind kind, List<String> choices) {}

    enum Kind {
        ENVIRONMENT,
        SERVICE,
        HOST,
        VERSION,
        BACKUP,
        CHOICE,
        TEXT
    }

    record Approval(String runbook, String task, String title, List<String> groups) {}

    record Change(String runbook, String activity, String title, String step, String description) {}
}
