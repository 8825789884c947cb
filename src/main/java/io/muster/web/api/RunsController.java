package io.muster.web.api;

import io.muster.engine.DiagramSteps;
import io.muster.engine.RunPaths;
import io.muster.journal.JournalReader;
import io.muster.journal.RunSearch;
import io.muster.runbook.DiagramPicture;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springdoc.core.annotations.ParameterObject;
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

    private static final int MOST_LINES = 100_000;

    private final JournalReader journal;
    private final RunViews views;
    private final RunPaths paths;
    private final DiagramSteps diagrams;
    private final LogStream logs;

    RunsController(JournalReader journal, RunViews views, RunPaths paths, DiagramSteps diagrams, LogStream logs) {
        this.journal = journal;
        this.views = views;
        this.paths = paths;
        this.diagrams = diagrams;
        this.logs = logs;
    }

    @GetMapping
    @Operation(
            summary = "Runs, the newest first",
            description =
                    "Called runbooks are runs of their own, with `parent`. The header `X-Total-Count` says how many"
                            + " there are on all pages.")
    ResponseEntity<List<RunView>> runs(@ParameterObject RunQuery query) {
        RunSearch.Page page = journal.runs(query.search(), query.limit(), query.offset());
        return ResponseEntity.ok()
                .header("X-Total-Count", String.valueOf(page.total()))
                .body(views.list(page.runs()));
    }

    @GetMapping("/{id}")
    @Operation(summary = "A run with its steps, approvals and documents, and those of the runbooks that it called")
    RunView run(@PathVariable String id) {
        return views.whole(row(id));
    }

    @GetMapping("/{id}/path")
    @Operation(
            summary = "The way that a run took through its diagram",
            description =
                    "One entry for each visit of an element, in order; empty where the history of the run is gone.")
    List<RunPaths.Visit> path(@PathVariable String id) {
        return paths.of(row(id).run().id());
    }

    @GetMapping(value = "/{id}/diagram", produces = MediaType.APPLICATION_XML_VALUE)
    @Operation(summary = "The diagram of a run, in the version that it runs, BPMN 2.0 XML")
    byte[] diagram(@PathVariable String id) {
        return diagrams.xml(row(id).run().definitionId())
                .orElseThrow(() -> new NotFound("The diagram's version of run " + id + " was deleted."));
    }

    @GetMapping(value = "/{id}/diagram.svg", produces = "image/svg+xml")
    @Operation(summary = "The diagram as a picture; each element is a group with its id as `data-element`")
    byte[] picture(@PathVariable String id) {
        return DiagramPicture.svg(diagram(id)).getBytes(StandardCharsets.UTF_8);
    }

    @GetMapping("/{id}/documents/{name}")
    @Operation(
            summary = "A document of a run, Markdown",
            description = "Of several with one name the one that the attempt `step` wrote, else the newest.")
    ResponseEntity<byte[]> document(
            @PathVariable String id, @PathVariable String name, @RequestParam Optional<UUID> step) {
        JournalReader.RunRow row = row(id);
        JournalReader.Document document = RunDocuments.find(
                        journal.documents(row.run().id()), name, step)
                .orElseThrow(() -> new NotFound("Run " + id + " has no document '" + name + "'"
                        + step.map(it -> " of step " + it).orElse("") + "."));
        return ResponseEntity.ok()
                .contentType(new MediaType(MediaType.parseMediaType(document.mediaType()), StandardCharsets.UTF_8))
                .body(document.content().getBytes(StandardCharsets.UTF_8));
    }

    @GetMapping(value = "/{id}/steps/{step}/log", produces = MediaType.TEXT_PLAIN_VALUE)
    @Operation(
            summary = "The log of a step, as text",
            description =
                    "With `follow=true` it goes on until the step has ended; with `tail` it begins that many lines"
                            + " before its end.")
    ResponseEntity<StreamingResponseBody> log(
            @PathVariable String id,
            @PathVariable UUID step,
            @RequestParam(defaultValue = "false") boolean follow,
            @RequestParam Optional<Integer> tail) {
        if (tail.filter(lines -> lines < 1 || lines > MOST_LINES).isPresent()) {
            throw new InvalidRequest("`tail` must be 1 to " + MOST_LINES + "; it is " + tail.get() + ".");
        }
        boolean known = journal.step(step)
                .filter(found -> found.runId().equals(id) || found.rootRunId().equals(id))
                .isPresent();
        if (!known) {
            row(id);
            throw new NotFound("Run " + id + " has no step " + step + "; GET /api/runs/" + id + " lists its steps.");
        }
        return ResponseEntity.ok()
                .contentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8))
                .body(output -> logs.write(step, follow, tail, output));
    }

    private JournalReader.RunRow row(String id) {
        return journal.run(id)
                .orElseThrow(() -> new NotFound("There is no run '" + id + "'; GET /api/runs lists them."));
    }
}
