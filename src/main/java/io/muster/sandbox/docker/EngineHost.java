package io.muster.sandbox.docker;

import io.muster.sandbox.Jail;
import io.muster.sandbox.SandboxHost;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The host that an engine serves.
 *
 * @param address where the engine listens and ports are published
 * @param jail its root holds the sources of bind mounts and the volumes; containers are nested in it
 */
public record EngineHost(String name, String address, Jail jail) {

    static EngineHost of(SandboxHost host) {
        return new EngineHost(host.name(), host.address(), host.jail());
    }

    Path root() {
        return jail.root();
    }

    Optional<Jail> running() {
        return Optional.of(jail).filter(Jail::alive);
    }
}
