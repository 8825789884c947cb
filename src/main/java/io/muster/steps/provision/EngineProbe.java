package io.muster.steps.provision;

import io.muster.inventory.Inventory;
import io.muster.remote.DockerEngines;
import io.muster.step.StepContext;
import org.springframework.stereotype.Component;

/** Asks a host's Docker engine, where the inventory says it is, for its version. */
@Component
class EngineProbe {

    private final DockerEngines engines;

    EngineProbe(DockerEngines engines) {
        this.engines = engines;
    }

    String version(Inventory.Environment environment, Inventory.Host host, StepContext context) {
        context.checkpoint();
        return engines.call(
                environment,
                host,
                "ask the Docker engine of " + host.name() + " for its version",
                client -> client.versionCmd().exec().getVersion());
    }
}
