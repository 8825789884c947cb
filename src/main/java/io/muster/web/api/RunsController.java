package io.muster.web.api;

import io.muster.journal.JournalReader;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

@RestController
@RequestMapping("/api/runs")
@Tag(name = "Runs", description = "What ran, with its evidence")
class RunsController {

    private static final int MOST = 500;

    private final JournalReader journal;
    private final RunViews views;
    private final LogStream logs;

    RunsController(JournalReader journal, RunViews views, LogStream logs) {
        this.journal = journal;
        this.views = views;
        this.logs = logs;
    }

    @GetMapping
    @Operation(
            summary = "Runs, the newest first",
            description = "Called runbooks are runs of their own, with `parent`.")
    List<RunView> runs(
            @RequestParam Optional<String> runbook,
            @RequestParam Optional<String> environment,
            @RequestParam Optional<String> service,
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(defaultValue = "0") int offset) {
        if (limit < 1 || limit > MOST || offset < 0) {
            throw new InvalidRequest("`limit` must be 1 to " + MOST + " and `offset` 0 or more; they are " + limit
                    + " and " + offset + ".");
        }
        return views.list(journal.runs(new JournalReader.RunFilter(runbook, environment, service), limit, offset));
    }

    @GetMapping("/{id}")
    @Operation(summary = "A run with its steps, approvals and documents")
    RunView run(@PathVariable String id) {
        return views.whole(row(id));
    }

    @GetMapping("/{id}/documents/{name}")
    @Operation(summary = "A document of a run, Markdown")
    ResponseEntity<byte[]> document(@PathVariable String id, @PathVariable String name) {
        JournalReader.RunRow row = row(id);
        JournalReader.Document document = journal.documents(row.run().id()).stream()
                .filter(candidate -> candidate.name().equals(name))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new NotFound("Run " + id + " has no document '" + name + "'."));
        return ResponseEntity.ok()
                .contentType(new MediaType(MediaType.parseMediaType(document.mediaType()), StandardCharsets.UTF_8))
                .body(document.content().getBytes(StandardCharsets.UTF_8));
    }

    @GetMapping(value = "/{id}/steps/{step}/log", produces = MediaType.TEXT_PLAIN_VALUE)
    @Operation(
            summary = "The log of a step, as text",
            description = "With `follow=true` it goes on until the step has ended.")
    ResponseEntity<StreamingResponseBody> log(
            @PathVariable String id, @PathVariable UUID step, @RequestParam(defaultValue = "false") boolean follow) {
        boolean known = journal.step(step)
                .filter(found -> found.runId().equals(id) || found.rootRunId().equals(id))
                .isPresent();
        if (!known) {
            row(id);
            throw new NotFound("Run " + id + " has no step " + step + "; GET /api/runs/" + id + " lists its steps.");
        }
        return ResponseEntity.ok()
                .contentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8))
                .body(output -> logs.write(step, follow, output));
    }

    private JournalReader.RunRow row(String id) {
        return journal.run(id)
                .orElseThrow(() -> new NotFound("There is no run '" + id + "'; GET /api/runs lists them."));
    }
}
