package io.muster.web.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.engine.TaskRights;
import io.muster.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/tasks")
@Tag(name = "Tasks", description = "What waits for a person")
class TasksController {

    private final TaskRights rights;

    TasksController(TaskRights rights) {
        this.rights = rights;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TaskView(
            String id,
            String task,
            String title,
            TaskRights.Kind kind,
            @Schema(description = "The run it belongs to") String run,
            @Schema(description = "The outermost run, which called that one, or is it") String root,
            String assignee,
            List<String> groups,
            Instant since,
            @Schema(description = "Of an approval: why the caller may not decide it; absent when it may") String whyNot,
            @Schema(description = "Of a due drill: its service's environment") String environment,
            @Schema(description = "Of a due drill") String service,
            @Schema(
                            description =
                                    "Of a due drill: whether a restore test proves it; where not, only a qualification does")
                    Boolean testProves) {}

    @GetMapping("/{id}")
    @Operation(summary = "An open task, and whether the caller may decide it")
    TaskView task(@PathVariable String id, @Parameter(hidden = true) Caller caller) {
        TaskRights.Rights found = rights.of(id, caller.user())
                .orElseThrow(() -> new NotFound("There is no open task '" + id + "' that " + caller.user()
                        + " may see; GET /api/runs?state=WAITING,FAILED lists what waits."));
        return new TaskView(
                found.task().id(),
                found.task().task(),
                found.task().title(),
                found.kind(),
                found.task().run(),
                found.root().orElse(null),
                found.task().assignee(),
                found.task().groups(),
                found.task().since(),
                found.refusal().orElse(null),
                found.environment().orElse(null),
                found.service().orElse(null),
                found.testProves().orElse(null));
    }
}
