package io.muster.steps.wipe;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import io.muster.remote.DockerEngines;
import io.muster.step.StepContext;
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
        return engines.call(
                targets.environment(context), targets.host(context, host), "inspect container " + nameOrId, docker -> {
                    try {
                        InspectContainerResponse found =
                                docker.inspectContainerCmd(nameOrId).exec();
                        return Optional.of(found.getId());
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
