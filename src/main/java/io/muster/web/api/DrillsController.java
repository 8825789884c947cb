package io.muster.web.api;

import io.muster.journal.JournalReader;
import io.muster.recovery.Drill;
import io.muster.recovery.Drills;
import io.muster.recovery.Measure;
import io.muster.recovery.Measures;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/drills")
@Tag(name = "Drills", description = "Proofs of recovery, and what they measured")
class DrillsController {

    private static final int MOST = 500;

    private final Drills drills;
    private final Measures measures;
    private final JournalReader journal;

    DrillsController(Drills drills, Measures measures, JournalReader journal) {
        this.drills = drills;
        this.measures = measures;
        this.journal = journal;
    }

    @GetMapping
    @Operation(
            summary = "Drills with their measures, the newest first",
            description = "`state` is RUNNING, PASSED, FAILED or ABANDONED (its run ended before it did), `kind` is"
                    + " QUALIFICATION or RESTORE_TEST. The header"
                    + " `X-Total-Count` says how many there are on all pages.")
    ResponseEntity<List<DrillView>> drills(
            @RequestParam Optional<String> environment,
            @RequestParam Optional<String> service,
            @RequestParam Optional<Drill.Kind> kind,
            @RequestParam Optional<Drill.State> state,
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(defaultValue = "0") int offset) {
        if (limit < 1 || limit > MOST || offset < 0) {
            throw new InvalidRequest("`limit` must be 1 to " + MOST + " and `offset` 0 or more; they are " + limit
                    + " and " + offset + ".");
        }
        Drills.Filter filter = new Drills.Filter(environment, service, kind, state);
        List<Drill> found = drills.list(filter, limit, offset);
        Map<String, List<Measure>> measured =
                measures.of(found.stream().map(Drill::runId).toList());
        Map<String, DrillView.Going> going = going(found);
        return ResponseEntity.ok()
                .header("X-Total-Count", String.valueOf(drills.count(filter)))
                .body(found.stream()
                        .map(drill -> DrillView.of(
                                drill, going.get(drill.runId()), measured.getOrDefault(drill.runId(), List.of()), null))
                        .toList());
    }

    @GetMapping("/{run}")
    @Operation(summary = "A drill with its measures and each acceptance criterion")
    DrillView drill(@PathVariable String run) {
        Drill drill = drills.find(run)
                .orElseThrow(
                        () -> new NotFound("There is no drill of a run '" + run + "'; GET /api/drills lists them."));
        return DrillView.of(
                drill,
                going(List.of(drill)).get(run),
                measures.of(List.of(run)).getOrDefault(run, List.of()),
                measures.criteria(run));
    }

    private Map<String, DrillView.Going> going(List<Drill> found) {
        List<String> ids = found.stream()
                .filter(drill -> drill.state() == Drill.State.RUNNING)
                .map(Drill::runId)
                .toList();
        Map<String, List<String>> current = journal.current(ids);
        return journal.states(ids).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        run -> new DrillView.Going(run.getValue(), current.getOrDefault(run.getKey(), List.of()))));
    }
}
