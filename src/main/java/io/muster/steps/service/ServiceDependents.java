package io.muster.steps.service;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;
import java.util.List;

@StepInfo(
        name = "serviceDependents",
        title = "Find who depends on a service",
        description =
                "Lists the services of the environment that name this one among their dependencies and have a container"
                        + " on their host, with class, host, team and state.",
        category = "Service",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY})
public class ServiceDependents implements Step<ServiceDependents.Input, ServiceDependents.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    public record Output(
            @Field(label = "Dependents", description = "Name, class, host, team and state of each.")
                    List<String> dependents,
            @Field(label = "How many") int count) {}

    private final Dependents dependents;

    ServiceDependents(Dependents dependents) {
        this.dependents = dependents;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        List<String> found = dependents.of(input.service(), context).stream()
                .filter(dependent -> dependent.status().isPresent())
                .map(Dependents.Dependent::describe)
                .toList();
        context.log()
                .info(
                        found.isEmpty()
                                ? "No deployed service depends on " + input.service() + "."
                                : "Depend on " + input.service() + ": " + String.join("; ", found));
        return new Output(found, found.size());
    }
}
