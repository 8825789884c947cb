package io.muster.steps.service;

import com.github.dockerjava.api.exception.NotFoundException;
import io.muster.inventory.Inventory;
import io.muster.remote.DockerEngines;
import io.muster.step.StepContext;
import io.muster.steps.Targets;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The services that depend on one, and whether they are there: have a container, running or not. */
@Component
final class Dependents {

    private final Targets targets;
    private final DockerEngines engines;

    Dependents(Targets targets, DockerEngines engines) {
        this.targets = targets;
        this.engines = engines;
    }

    /** @param status of its container as its engine says it; empty when it has none */
    record Dependent(Inventory.Service service, Optional<String> status) {

        /** {@code notes-team (core, in core-01, team platform, running)}. */
        String describe() {
            return service.name() + " (" + service.containerClass().text() + ", in " + service.container()
                    + Optional.ofNullable(service.labels().get("team"))
                            .map(team -> ", team " + team)
                            .orElse("")
                    + ", " + status.orElse("not deployed") + ")";
        }
    }

    /** @throws io.muster.step.StepFailure when an engine cannot be asked: nobody is taken for absent because of that */
    List<Dependent> of(String service, StepContext context) {
        targets.service(context, service);
        Inventory.Environment environment = targets.environment(context);
        return environment.services().values().stream()
                .filter(other -> other.dependencies().contains(service))
                .map(other -> new Dependent(other, status(environment, other, context)))
                .toList();
    }

    private Optional<String> status(Inventory.Environment environment, Inventory.Service service, StepContext context) {
        Inventory.Host host = targets.host(context, service.container());
        return engines.call(environment, host, "inspect container " + service.name(), docker -> {
            try {
                return Optional.of(docker.inspectContainerCmd(service.name())
                        .exec()
                        .getState()
                        .getStatus());
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }
}
