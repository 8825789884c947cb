package io.muster.remote.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.BadRequestException;
import io.muster.inventory.Inventory;
import io.muster.remote.DockerEngines;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.Set;
import java.util.function.Function;
import org.springframework.stereotype.Component;

@Component
final class PooledDockerEngines implements DockerEngines {

    /** After these the engine may be another one than before. */
    private static final Set<String> GONE = Set.of(Reason.HOST_UNREACHABLE, Reason.CONNECTION_LOST);

    private final EngineClients clients;

    PooledDockerEngines(EngineClients clients) {
        this.clients = clients;
    }

    @Override
    public <T> T call(
            Inventory.Environment environment, Inventory.Host host, String what, Function<DockerClient, T> call) {
        Inventory.Docker docker = host.docker()
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.NOT_IN_INVENTORY,
                        "Cannot " + what + ": host " + host.name()
                                + " has no Docker engine in the inventory; add `docker` to it."));
        EngineConnection engine = clients.of(environment, host, docker);
        DockerClient spoken = null;
        try {
            spoken = engine.client();
            return call.apply(spoken);
        } catch (RuntimeException e) {
            RuntimeException failure = new EngineFailures(what, host.name() + " (" + docker.endpoint() + ")").of(e);
            if (failure instanceof StepFailure step && GONE.contains(step.reason())) {
                engine.forgetVersion();
            }
            throw refusesVersion(e) && engine.speaksOtherVersion(spoken) ? again(failure) : failure;
        }
    }

    private static boolean refusesVersion(RuntimeException error) {
        return error instanceof BadRequestException
                && String.valueOf(error.getMessage()).contains("client version");
    }

    private static StepFailure again(RuntimeException failure) {
        return new StepFailure.Transient(
                EngineFailures.DOCKER_ERROR,
                failure.getMessage() + " The engine was replaced by another version since it was last asked; the next"
                        + " attempt speaks as that one wants.",
                failure);
    }
}
