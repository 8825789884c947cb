package io.muster.runbook;

import io.muster.step.AfterCrash;
import io.muster.step.FieldDescriptor;
import io.muster.step.Reason;
import io.muster.step.StepCatalogue;
import io.muster.step.StepDescriptor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code docs/steps.md}: the catalogue for people. */
final class StepsPage {

    private static final String HEAD =
            """
            # Steps

            Generated from the code; do not edit. `templates` (see [operations.md](operations.md)) writes it anew.

            A step is a service task with `camunda:delegateExpression="${name}"` and `camunda:asyncBefore="true"`; in Camunda Modeler choose
            its template. Every input may be an expression such as `${service}`; blank counts as not given. Lists take one entry per line
            or a JSON array, maps one `key=value` per line or a JSON object, durations ISO-8601 (`PT30S`). A secret is given as
            `secret:NAME`, never as itself. Every step takes `timeout` and `advice` (what to do when it fails, said with the failure) beside its own inputs. An output becomes a variable of the run where
            the task has an output parameter for it. What is raised as an error (also `InvalidInput`, by every step) can be caught by an
            error boundary event with that code; anything else that fails is an incident.

            """;

    private final StepCatalogue steps;

    StepsPage(StepCatalogue steps) {
        this.steps = steps;
    }

    String text() {
        Map<String, List<StepDescriptor>> categories = steps.all().stream()
                .collect(Collectors.groupingBy(StepDescriptor::category, TreeMap::new, Collectors.toList()));
        StringBuilder page = new StringBuilder(HEAD);
        page.append("| category | steps |\n|---|---|\n");
        categories.forEach((category, members) -> page.append("| ")
                .append(category)
                .append(" | ")
                .append(members.stream()
                        .map(step -> "[`" + step.name() + "`](#" + step.name().toLowerCase(java.util.Locale.ROOT) + ")")
                        .collect(Collectors.joining(", ")))
                .append(" |\n"));
        categories.forEach((category, members) -> {
            page.append("\n## ").append(category).append('\n');
            members.forEach(step -> step(step, page));
        });
        return page.toString();
    }

    private static void step(StepDescriptor step, StringBuilder page) {
        page.append("\n### ").append(step.name()).append("\n\n");
        page.append("**")
                .append(step.title())
                .append(".** ")
                .append(step.description())
                .append("\n\n");
        page.append(step.changes() ? "Changes its target." : "Only reads.")
                .append(" After a crash: ")
                .append(afterCrash(step.afterCrash()))
                .append(" Time limit: ")
                .append(step.timeout())
                .append(". Errors: ")
                .append(Stream.concat(step.errors().stream(), Stream.of(Reason.INVALID_INPUT))
                        .distinct()
                        .map(error -> "`" + error + "`")
                        .collect(Collectors.joining(", ")))
                .append(".\n");
        if (!step.inputs().isEmpty()) {
            page.append("\n| input | type | needed | meaning |\n|---|---|---|---|\n");
            step.inputs().forEach(field -> input(field, page));
        }
        if (!step.outputs().isEmpty()) {
            page.append("\n| output | type | meaning |\n|---|---|---|\n");
            step.outputs().forEach(field -> page.append("| `")
                    .append(field.name())
                    .append("` | ")
                    .append(type(field))
                    .append(" | ")
                    .append(cell(meaning(field)))
                    .append(" |\n"));
        }
        page.append("\n```xml\n").append(StepExample.of(step)).append("```\n");
    }

    private static void input(FieldDescriptor field, StringBuilder page) {
        page.append("| `")
                .append(field.name())
                .append("` | ")
                .append(type(field))
                .append(" | ")
                .append(needed(field))
                .append(" | ")
                .append(cell(meaning(field)))
                .append(" |\n");
    }

    private static String needed(FieldDescriptor field) {
        return field.required()
                ? "yes"
                : field.defaultValue()
                        .map(value -> "default `" + cell(value) + "`")
                        .orElse("no");
    }

    private static String type(FieldDescriptor field) {
        return field.secret() ? "secret" : field.kind().text();
    }

    private static String meaning(FieldDescriptor field) {
        StringBuilder text =
                new StringBuilder(field.description().isBlank() ? field.label() + "." : field.description());
        if (field.kind() == FieldDescriptor.Kind.CHOICE) {
            text.append(" One of ")
                    .append(field.options().stream()
                            .map(option -> "`" + option + "`")
                            .collect(Collectors.joining(", ")))
                    .append('.');
        }
        if (!field.constraints().isEmpty()) {
            text.append(" Must be: ")
                    .append(String.join(", ", field.constraints()))
                    .append('.');
        }
        return text.toString();
    }

    private static String afterCrash(AfterCrash afterCrash) {
        return switch (afterCrash) {
            case REPEAT -> "it runs again.";
            case RESUME -> "it goes on with what it had begun.";
            case ASK -> "a person decides.";
        };
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replaceAll("\\s*\\n\\s*", " ⏎ ");
    }
}
