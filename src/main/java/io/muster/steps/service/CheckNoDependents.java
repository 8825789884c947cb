package io.muster.steps.service;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import java.util.stream.Collectors;

@StepInfo(
        name = "checkNoDependents",
        title = "Check that nobody depends on a service",
        description =
                "Fails with `DependentsExist`, naming them, when services of the environment that depend on this one have a"
                        + " container on their host, running or not.",
        category = "Check",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {CheckNoDependents.DEPENDENTS_EXIST, Reason.NOT_IN_INVENTORY})
public class CheckNoDependents implements Step<CheckNoDependents.Input, CheckNoDependents.Output> {

    static final String DEPENDENTS_EXIST = "DependentsExist";

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    public record Output(
            @Field(label = "Not deployed", description = "Services that name it and have no container.")
                    List<String> notDeployed) {}

    private final Dependents dependents;

    CheckNoDependents(Dependents dependents) {
        this.dependents = dependents;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        List<Dependents.Dependent> all = dependents.of(input.service(), context);
        String there = all.stream()
                .filter(dependent -> dependent.status().isPresent())
                .map(Dependents.Dependent::describe)
                .collect(Collectors.joining("; "));
        if (!there.isEmpty()) {
            throw new StepFailure.Rejected(
                    DEPENDENTS_EXIST,
                    "Services depend on " + input.service() + " and are still there: " + there
                            + ". Retire them first, or remove the dependency in the inventory and deploy them again.");
        }
        context.log().info("No deployed service depends on " + input.service() + ".");
        return new Output(
                all.stream().map(dependent -> dependent.service().name()).toList());
    }
}
