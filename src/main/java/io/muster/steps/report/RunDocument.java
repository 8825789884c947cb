package io.muster.steps.report;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.RunFacts;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Markdown;
import io.muster.steps.People;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

@StepInfo(
        name = "runDocument",
        title = "Document the run",
        description =
                "Writes a Markdown document of the run so far and keeps it with the run: what was asked, who approved,"
                        + " answered and decided what, each step with its outcome and duration, and the documents that"
                        + " were kept before. In a called runbook it is about that one, and what it called.",
        category = "Document",
        changes = false,
        afterCrash = AfterCrash.REPEAT)
public class RunDocument implements Step<RunDocument.Input, RunDocument.Output> {

    public record Input(
            @NotBlank
                    @Pattern(
                            regexp = "[a-z0-9][a-z0-9.-]*\\.md",
                            message = "must be a lower-case file name that ends in .md")
                    @Field(label = "Name", description = "The document's file name.", example = "deployment.md")
                    String name,
            @NotBlank @Field(label = "Title", example = "Deployment of notes 1.0.0") String title,
            @Field(
                            label = "Introduction",
                            description = "Markdown that comes first.",
                            example = "Deployed by the runbook.",
                            multiline = true)
                    String introduction) {}

    public record Output(@Field(label = "Document", description = "Its name.") String document) {}

    private final RunFacts facts;

    RunDocument(RunFacts facts) {
        this.facts = facts;
    }

    @Override
    public String target(Input input) {
        return input.name();
    }

    @Override
    public Output run(Input input, StepContext context) {
        RunFacts.Facts run = facts.of(context.run().id());
        context.document(input.name(), write(input, run, context));
        context.log().info("Kept document " + input.name() + ", " + run.steps().size() + " steps");
        return new Output(input.name());
    }

    private static String write(Input input, RunFacts.Facts run, StepContext context) {
        StringBuilder text = new StringBuilder("# " + Markdown.inline(input.title()) + "\n\n");
        if (input.introduction() != null) {
            text.append(input.introduction().strip()).append("\n\n");
        }
        text.append("| | |\n|---|---|\n");
        row(text, "Runbook", run.runbook() + ", version " + run.version());
        row(
                text,
                "Run",
                context.run().id()
                        + (context.run().id().equals(context.run().rootId())
                                ? ""
                                : ", called in run " + context.run().rootId()));
        row(text, "Environment", run.environment().orElse("–"));
        row(text, "Service", run.service().orElse("–"));
        row(text, "Version", run.targetVersion().orElse("–"));
        row(text, "Reason", run.reason().orElse("–"));
        row(
                text,
                "Started",
                Markdown.time(run.startedAt()) + " by " + run.startedBy().orElse("a timer"));
        row(text, "Documented", Markdown.time(context.clock().instant()));
        text.append(People.sections(run));
        text.append("\n## Steps\n\n").append(steps(run));
        run.documents().stream()
                .filter(document -> !document.name().equals(input.name()))
                .forEach(document -> text.append("\n## Document: ")
                        .append(Markdown.inline(document.name()))
                        .append("\n\n")
                        .append(document.content().strip().replaceAll("(?m)^#", "###"))
                        .append("\n"));
        return text.toString();
    }

    private static void row(StringBuilder text, String name, String value) {
        text.append("| ")
                .append(name)
                .append(" | ")
                .append(Markdown.inline(value))
                .append(" |\n");
    }

    private static String steps(RunFacts.Facts run) {
        return run.steps().stream()
                .filter(step -> !isThis(step))
                .map(step -> "| " + Markdown.time(step.at()) + " | " + Markdown.inline(step.title()) + " | "
                        + Markdown.inline(step.target()) + " | " + step.outcome()
                        + (step.attempt() > 1 ? " (attempt " + step.attempt() + ")" : "") + " | " + took(step.took())
                        + " | "
                        + Markdown.inline(step.detail()) + " |")
                .collect(Collectors.joining(
                        "\n", "| Started | Step | Target | Outcome | Took | |\n|---|---|---|---|---|---|\n", "\n"));
    }

    /** The step that is writing the document. */
    private static boolean isThis(RunFacts.StepFact step) {
        return step.step().equals("runDocument") && step.outcome().equals("OPEN");
    }

    private static String took(Optional<Duration> took) {
        return took.map(time -> time.toMillis() < 10_000 ? time.toMillis() + " ms" : time.toSeconds() + " s")
                .orElse("–");
    }
}
