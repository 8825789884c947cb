package io.muster.remote;

import com.github.dockerjava.api.DockerClient;
import io.muster.inventory.Inventory;
import java.util.function.Function;

/** Docker engines of an environment's hosts. Clients are pooled and shared; do not close them. Thread-safe. */
public interface DockerEngines {

    /**
     * Runs a call against the host's engine and turns docker-java's exceptions into failures: HostUnreachable,
     * CertificateUntrusted, AuthenticationFailed, NotFound (404), Conflict (409), TimedOut, ConnectionLost, else
     * {@code DockerError} with the engine's own message.
     */
    <T> T call(Inventory.Environment environment, Inventory.Host host, String what, Function<DockerClient, T> call);
}
