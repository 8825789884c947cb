package io.muster.web.api;

import io.muster.step.FieldDescriptor;
import io.muster.step.StepCatalogue;
import io.muster.step.StepDescriptor;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Steps", description = "The catalogue that diagrams are composed from")
class StepsController {

    private final StepCatalogue catalogue;

    StepsController(StepCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    @GetMapping("/api/steps")
    @Operation(summary = "The steps, with their inputs and outputs")
    List<StepView> steps() {
        return catalogue.all().stream().map(StepsController::view).toList();
    }

    private static StepView view(StepDescriptor step) {
        return new StepView(
                step.name(),
                step.title(),
                step.description(),
                step.category(),
                step.changes(),
                step.afterCrash().name(),
                step.timeout().toString(),
                step.errors(),
                step.inputs().stream().map(StepsController::field).toList(),
                step.outputs().stream().map(StepsController::field).toList());
    }

    private static FieldView field(FieldDescriptor field) {
        return new FieldView(
                field.name(),
                field.label(),
                field.description(),
                field.kind().name().toLowerCase(java.util.Locale.ROOT),
                field.required(),
                field.defaultValue().orElse(null),
                field.secret(),
                field.options());
    }

    record StepView(
            String name,
            String title,
            String description,
            String category,
            boolean changes,
            String afterCrash,
            String timeout,
            List<String> errors,
            List<FieldView> inputs,
            List<FieldView> outputs) {}

    record FieldView(
            String name,
            String label,
            String description,
            String kind,
            boolean required,
            String defaultValue,
            boolean secret,
            List<String> options) {}
}
