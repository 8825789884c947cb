package io.muster.steps.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import io.muster.inventory.Inventory;
import io.muster.remote.DockerEngines;
import io.muster.step.StepContext;
import io.muster.steps.Targets;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** The Docker engine of a host, as steps use it. */
@Component("dockerStepEngine")
final class Engine {

    private final Targets targets;
    private final DockerEngines engines;

    Engine(Targets targets, DockerEngines engines) {
        this.targets = targets;
        this.engines = engines;
    }

    <T> T call(StepContext context, String host, String what, Function<DockerClient, T> call) {
        Inventory.Environment environment = targets.environment(context);
        return engines.call(environment, targets.host(context, host), what, call);
    }

    /** The container of that exact name, if it is there. */
    Optional<InspectContainerResponse> inspect(StepContext context, String host, String name) {
        return call(context, host, "inspect container " + name, docker -> {
            try {
                return Optional.of(docker.inspectContainerCmd(name).exec());
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }
}
