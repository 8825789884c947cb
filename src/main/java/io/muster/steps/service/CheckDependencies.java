package io.muster.steps.service;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import io.muster.inventory.Inventory;
import io.muster.remote.DockerEngines;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@StepInfo(
        name = "checkDependencies",
        title = "Check a service's dependencies",
        description =
                "Checks that each service that this one depends on is of a class that it may depend on, runs, and is not"
                        + " unhealthy. Says everything that is wrong at once.",
        category = "Check",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.CHECK_FAILED, Reason.NOT_IN_INVENTORY})
public class CheckDependencies implements Step<CheckDependencies.Input, CheckDependencies.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service,
            @Pattern(regexp = "core|monitoring|experimental", message = "must be core, monitoring or experimental")
                    @Field(
                            label = "Class of the service",
                            description = "The class to judge by; the inventory's when empty.",
                            example = "core")
                    String serviceClass,
            @Field(
                            label = "Allowed classes",
                            description = "One class=class,class per line: of which classes the dependencies may be.",
                            defaultValue =
                                    "core=core\nmonitoring=core,monitoring\nexperimental=core,monitoring,experimental",
                            multiline = true)
                    Map<String, String> allowed) {}

    public record Output(@Field(label = "Dependencies", description = "Their names.") List<String> dependencies) {}

    private final Targets targets;
    private final DockerEngines engines;

    CheckDependencies(Targets targets, DockerEngines engines) {
        this.targets = targets;
        this.engines = engines;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Service service = targets.service(context, input.service());
        String own = Optional.ofNullable(input.serviceClass())
                .orElse(service.containerClass().text());
        String classes = input.allowed().get(own);
        if (classes == null) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "`allowed` has no line for class " + own + "; add `" + own + "=` and its classes.");
        }
        List<String> allowed = List.of(classes.trim().split("\\s*,\\s*"));
        List<String> wrong = new ArrayList<>();
        for (String name : service.dependencies()) {
            Inventory.Service dependency = targets.service(context, name);
            if (!allowed.contains(dependency.containerClass().text())) {
                wrong.add(name + " is of class " + dependency.containerClass().text() + ", and " + own
                        + " services may depend on "
                        + (classes.isBlank() ? "no others" : String.join(", ", allowed) + " only"));
            }
            state(dependency, context).ifPresent(wrong::add);
        }
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.CHECK_FAILED,
                    "Dependencies of " + service.name() + " are not as they must be: " + String.join("; ", wrong)
                            + ". Deploy, start or mend what is missing, or change `dependencies` in the inventory; then"
                            + " retry.");
        }
        context.log()
                .info(
                        service.dependencies().isEmpty()
                                ? service.name() + " depends on no other service."
                                : "Dependencies run and are of allowed classes: "
                                        + String.join(", ", service.dependencies()));
        return new Output(service.dependencies());
    }

    /** What is wrong with a dependency's container, if anything is. */
    private Optional<String> state(Inventory.Service dependency, StepContext context) {
        Inventory.Environment environment = targets.environment(context);
        Inventory.Host host = targets.host(context, dependency.container());
        return engines.call(environment, host, "inspect container " + dependency.name(), docker -> {
            try {
                return wrong(
                        dependency.name(),
                        docker.inspectContainerCmd(dependency.name()).exec().getState());
            } catch (NotFoundException e) {
                return Optional.of(dependency.name() + " is not deployed on " + host.name());
            }
        });
    }

    private static Optional<String> wrong(String name, InspectContainerResponse.ContainerState state) {
        if (!"running".equals(state.getStatus())) {
            return Optional.of(name + " is " + state.getStatus());
        }
        boolean unhealthy = state.getHealth() != null
                && "unhealthy".equals(state.getHealth().getStatus());
        return unhealthy ? Optional.of(name + " is unhealthy") : Optional.empty();
    }
}
