package io.muster.steps.report;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Markdown;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;

@StepInfo(
        name = "noteDocument",
        title = "Keep a note with the run",
        description =
                "Keeps what a person wrote (how dependents were informed, what was seen) as a document of the run.",
        category = "Document",
        changes = false,
        afterCrash = AfterCrash.REPEAT)
public class NoteDocument implements Step<NoteDocument.Input, NoteDocument.Output> {

    public record Input(
            @NotBlank
                    @Pattern(
                            regexp = "[a-z0-9][a-z0-9.-]*\\.md",
                            message = "must be a lower-case file name that ends in .md")
                    @Field(label = "Name", description = "The document's file name.", example = "notice.md")
                    String name,
            @NotBlank @Field(label = "Title", example = "How the dependents were informed") String title,
            @NotBlank
                    @Field(
                            label = "Text",
                            description = "What was written; shown as a quotation.",
                            example = "Told the platform team in their channel.",
                            multiline = true)
                    String text) {}

    public record Output(@Field(label = "Document", description = "Its name.") String document) {}

    @Override
    public String target(Input input) {
        return input.name();
    }

    @Override
    public Output run(Input input, StepContext context) {
        context.document(
                input.name(), "# " + Markdown.inline(input.title()) + "\n\n" + Markdown.quote(input.text()) + "\n");
        context.log().info("Kept " + input.name() + ": " + input.title());
        return new Output(input.name());
    }
}
