package io.muster.steps.docker;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import java.util.List;
import java.util.Optional;

/** TCP with certificates on both sides. */
class DockerOverTlsIT extends RealDockerContract {

    @Override
    Inventory.Docker docker() {
        return new Inventory.Docker(
                "tcp://127.0.0.1:" + dockerd.port,
                List.of(authority.pem()),
                Optional.of(client.certificatePem()),
                Optional.of(new SecretRef("docker-key")));
    }
}
