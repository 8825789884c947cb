package io.muster.steps.report;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Markdown;
import jakarta.validation.constraints.NotBlank;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

@StepInfo(
        name = "adrDocument",
        title = "Keep a decision record",
        description =
                "Keeps an architecture decision record (ADR) with the run: which rules are departed from, why, and what was"
                        + " decided.",
        category = "Document",
        changes = false,
        afterCrash = AfterCrash.REPEAT)
public class AdrDocument implements Step<AdrDocument.Input, AdrDocument.Output> {

    private static final String NAME = "adr.md";

    public record Input(
            @NotBlank @Field(label = "Title", example = "Run the wiki in an experimental container") String title,
            @NotBlank
                    @Field(
                            label = "Context",
                            description = "What makes the deviation necessary.",
                            example = "The core container is being rebuilt.",
                            multiline = true)
                    String context,
            @NotBlank
                    @Field(
                            label = "Decision",
                            description = "What is decided, and until when.",
                            example = "Until Friday; then moved to core-01.",
                            multiline = true)
                    String decision,
            @Field(
                            label = "Deviations",
                            description = "The rules that are departed from, one per line.",
                            example = "Core services do not run in experimental containers.",
                            multiline = true)
                    List<String> deviations) {}

    public record Output(@Field(label = "Document", description = "Its name.") String document) {}

    @Override
    public String target(Input input) {
        return NAME;
    }

    @Override
    public Output run(Input input, StepContext context) {
        StringBuilder text = new StringBuilder("# " + Markdown.inline(input.title()) + "\n\n");
        text.append("- Date: ")
                .append(LocalDate.ofInstant(context.clock().instant(), ZoneOffset.UTC))
                .append("\n");
        text.append("- Status: accepted for this run\n- Run: ")
                .append(context.run().rootId())
                .append("\n\n");
        if (!input.deviations().isEmpty()) {
            text.append("## Deviates from\n\n");
            input.deviations()
                    .forEach(rule ->
                            text.append("- ").append(Markdown.inline(rule)).append("\n"));
            text.append("\n");
        }
        text.append("## Context\n\n").append(Markdown.quote(input.context()));
        text.append("\n\n## Decision\n\n")
                .append(Markdown.quote(input.decision()))
                .append("\n");
        context.document(NAME, text.toString());
        context.log().info("Kept " + NAME + ": " + input.title());
        return new Output(NAME);
    }
}
