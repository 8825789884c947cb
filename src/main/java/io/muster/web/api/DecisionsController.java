package io.muster.web.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.engine.DecisionOffers;
import io.muster.journal.Decision;
import io.muster.journal.DecisionJournal;
import io.muster.journal.JournalReader;
import io.muster.journal.JournalReader.LogLine;
import io.muster.journal.StepRun;
import io.muster.step.FieldDescriptor;
import io.muster.step.StepCatalogue;
import io.muster.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What whoever decides about a failed step needs to see. */
@RestController
@RequestMapping("/api/decisions")
@Tag(name = "Decisions", description = "Failed steps that wait, or waited, for a person")
class DecisionsController {

    private static final int LINES = 60;

    private final DecisionJournal decisions;
    private final DecisionOffers offers;
    private final JournalReader journal;
    private final StepCatalogue catalogue;
    private final ObjectMapper json;

    DecisionsController(
            DecisionJournal decisions,
            DecisionOffers offers,
            JournalReader journal,
            StepCatalogue catalogue,
            ObjectMapper json) {
        this.decisions = decisions;
        this.offers = offers;
        this.journal = journal;
        this.catalogue = catalogue;
        this.json = json;
    }

    /** @param value as the failed attempt was given it, secrets masked; null where it was given none */
    record Input(
            String name,
            String label,
            String description,
            String kind,
            boolean required,
            boolean secret,
            boolean multiline,
            List<String> options,
            JsonNode value) {}

    /** What is taken from the caller, and of the rest why not. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record You(
            @Schema(description = "Whether you may take any of the choices") boolean decide,
            String whyNotDecide,
            @Schema(description = "Whether you may retry it with changed input") boolean changeInput,
            String whyNotChangeInput) {

        static You of(DecisionOffers.Offer offer) {
            return new You(
                    offer.notDecides().isEmpty(),
                    offer.notDecides().orElse(null),
                    offer.notChanges().isEmpty(),
                    offer.notChanges().orElse(null));
        }
    }

    /**
     * @param output the end of what the failed attempt logged
     * @param you null where it waits for nobody any more
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Question(
            @JsonUnwrapped DecisionView decision,
            String runbook,
            String startedBy,
            Integer attempt,
            String output,
            List<Input> inputs,
            You you) {}

    @GetMapping("/{task}")
    @Operation(
            summary =
                    "What failed, the end of its output, the inputs that can be changed, and what is taken from the caller")
    Question decision(@PathVariable String task, @Parameter(hidden = true) Caller caller) {
        Decision decision = decisions
                .find(task)
                .orElseThrow(() -> new NotFound(
                        "There is no decision of task '" + task + "'; GET /api/runs/{id} lists those of a run."));
        Optional<StepRun> failed = decision.stepRun().flatMap(journal::step);
        Optional<JournalReader.RunRow> run = journal.run(decision.runId());
        return new Question(
                DecisionView.of(decision),
                run.map(row -> row.run().runbook()).orElse(""),
                run.flatMap(row -> row.run().startedBy()).orElse(null),
                failed.map(StepRun::attempt).orElse(null),
                failed.map(this::output).orElse(null),
                failed.map(this::inputs).orElse(List.of()),
                offers.of(decision, caller.user()).map(You::of).orElse(null));
    }

    private String output(StepRun failed) {
        StringBuilder text = new StringBuilder();
        for (LogLine line : journal.logEnd(failed.id(), LINES)) {
            text.append(line.text()).append(line.continued() ? "" : "\n");
        }
        return text.toString();
    }

    private List<Input> inputs(StepRun failed) {
        JsonNode given = read(failed.input());
        return catalogue.step(failed.step()).stream()
                .flatMap(step -> step.inputs().stream())
                .map(field -> input(field, given.path(field.name())))
                .collect(Collectors.toList());
    }

    private static Input input(FieldDescriptor field, JsonNode value) {
        return new Input(
                field.name(),
                field.label(),
                field.description(),
                field.kind().text(),
                field.required(),
                field.secret(),
                field.multiline(),
                field.options(),
                value.isMissingNode() || value.isNull() ? null : value);
    }

    private JsonNode read(String text) {
        try {
            return json.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("The journal holds what is not JSON", e);
        }
    }
}
