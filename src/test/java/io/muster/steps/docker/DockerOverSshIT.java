package io.muster.steps.docker;

import io.muster.inventory.Inventory;
import java.util.List;
import java.util.Optional;

/** Docker's own client on the host, over SSH. */
class DockerOverSshIT extends RealDockerContract {

    @Override
    Inventory.Docker docker() {
        return new Inventory.Docker("ssh://" + dockerd.socket, List.of(), Optional.empty(), Optional.empty());
    }
}
