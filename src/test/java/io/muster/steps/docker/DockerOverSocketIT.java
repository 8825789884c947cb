package io.muster.steps.docker;

import io.muster.inventory.Inventory;
import java.util.List;
import java.util.Optional;

/** A socket of this machine. */
class DockerOverSocketIT extends RealDockerContract {

    @Override
    Inventory.Docker docker() {
        return new Inventory.Docker("unix://" + dockerd.socket, List.of(), Optional.empty(), Optional.empty());
    }
}
