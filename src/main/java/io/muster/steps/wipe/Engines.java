package io.muster.steps.wipe;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import io.muster.remote.DockerEngines;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.ContainerOwner;
import io.muster.steps.Targets;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Containers by name and by id: what has the name later may be another one. */
@Component
final class Engines {

    private static final int GRACE_SECONDS = 20;

    private final Targets targets;
    private final DockerEngines engines;

    Engines(Targets targets, DockerEngines engines) {
        this.targets = targets;
        this.engines = engines;
    }

    /** The id of the container that has the name (or id) now. */
    Optional<String> id(StepContext context, String host, String nameOrId) {
        return inspect(context, host, nameOrId).map(InspectContainerResponse::getId);
    }

    /**
     * As {@link #id}, of one that may be destroyed.
     *
     * @throws StepFailure Conflict when it is not the service's, of the run's environment
     */
    Optional<String> own(StepContext context, String host, String nameOrId, String service) {
        Optional<InspectContainerResponse> found = inspect(context, host, nameOrId);
        found.ifPresent(container -> ContainerOwner.require(context, host, service, container));
        return found.map(InspectContainerResponse::getId);
    }

    private Optional<InspectContainerResponse> inspect(StepContext context, String host, String nameOrId) {
        return engines.call(
                targets.environment(context), targets.host(context, host), "inspect container " + nameOrId, docker -> {
                    try {
                        return Optional.of(docker.inspectContainerCmd(nameOrId).exec());
                    } catch (NotFoundException e) {
                        return Optional.empty();
                    }
                });
    }

    /** Stops and removes exactly this container; nothing where it is gone already. */
    void remove(StepContext context, String host, String id) {
        engines.call(targets.environment(context), targets.host(context, host), "remove container " + id, docker -> {
            try {
                docker.stopContainerCmd(id).withTimeout(GRACE_SECONDS).exec();
            } catch (NotModifiedException e) {
                // It does not run.
            } catch (NotFoundException e) {
                return null;
            }
            try {
                docker.removeContainerCmd(id).exec();
            } catch (NotFoundException e) {
                // Somebody else removed it since.
            }
            return null;
        });
    }
}
