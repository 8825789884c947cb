package io.muster.web.api;

import io.muster.engine.DiagramSteps;
import io.muster.engine.RunStarts;
import io.muster.engine.Runbooks;
import io.muster.runbook.DiagramPicture;
import io.muster.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/runbooks")
@Tag(name = "Runbooks", description = "What can be run, by whom, and starting it")
class RunbooksController {

    private static final int LONGEST_KEY = 200;

    private final Runbooks runbooks;
    private final RunbookViews views;
    private final RunStarts starts;
    private final DiagramSteps diagrams;

    RunbooksController(Runbooks runbooks, RunbookViews views, RunStarts starts, DiagramSteps diagrams) {
        this.runbooks = runbooks;
        this.views = views;
        this.starts = starts;
        this.diagrams = diagrams;
    }

    /** @param again true when an earlier request with the same key had started it */
    record Started(@Schema(description = "The run's id") String id, boolean again) {}

    @GetMapping
    @Operation(
            summary = "The runbooks, with what each asks for, changes and needs approved",
            description = "`startable` and `whyNot` are the caller's.")
    List<RunbookView> runbooks(@Parameter(hidden = true) Caller caller) {
        return views.all(caller);
    }

    @GetMapping("/{id}")
    @Operation(summary = "One runbook, as in the list")
    RunbookView runbook(@PathVariable String id, @Parameter(hidden = true) Caller caller) {
        return views.one(id, caller);
    }

    @GetMapping(value = "/{id}/diagram", produces = MediaType.APPLICATION_XML_VALUE)
    @Operation(summary = "The newest version of its diagram, BPMN 2.0 XML")
    byte[] diagram(@PathVariable String id) {
        return runbooks.find(id)
                .flatMap(runbook -> diagrams.xml(runbook.definitionId()))
                .orElseThrow(() -> RunbookViews.unknown(id));
    }

    @GetMapping(value = "/{id}/diagram.svg", produces = "image/svg+xml")
    @Operation(summary = "The diagram as a picture; each element is a group with its id as `data-element`")
    byte[] picture(@PathVariable String id) {
        return DiagramPicture.svg(diagram(id)).getBytes(StandardCharsets.UTF_8);
    }

    @PostMapping("/{id}/runs")
    @Operation(
            summary = "Start a run",
            description =
                    "The body holds the start variables, each as text. The engine's own rules decide: who may start,"
                            + " what a variable may be. With the header `Idempotency-Key` the same request can be sent again: it"
                            + " answers 200 with the run that was started already; another request with that key is refused (409)."
                            + " For members of operators.")
    ResponseEntity<Started> start(
            @PathVariable String id,
            @RequestBody Map<String, String> variables,
            @RequestHeader("Idempotency-Key") Optional<String> key,
            @Parameter(hidden = true) Caller caller) {
        if (runbooks.find(id).isEmpty()) {
            throw RunbookViews.unknown(id);
        }
        if (key.filter(given -> given.isBlank() || given.length() > LONGEST_KEY).isPresent()) {
            throw new InvalidRequest("`Idempotency-Key` must have 1 to " + LONGEST_KEY + " characters.");
        }
        RunStarts.Started started = starts.start(id, variables, caller.user(), key);
        return ResponseEntity.status(started.again() ? HttpStatus.OK : HttpStatus.CREATED)
                .location(URI.create("/api/runs/" + started.run()))
                .body(new Started(started.run(), started.again()));
    }
}
