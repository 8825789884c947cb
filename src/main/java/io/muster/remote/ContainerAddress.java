package io.muster.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Inventory;
import io.muster.inventory.Lookup;
import io.muster.step.StepFailure;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Asks a Proxmox VE node which IPv4 address a running container's first interface has. */
@Component
public final class ContainerAddress {

    /** As {@code lxcCreate} is given it; Docker's bridges have others. */
    private static final String INTERFACE = "eth0";

    private final ProxmoxNodes nodes;

    ContainerAddress(ProxmoxNodes nodes) {
        this.nodes = nodes;
    }

    /**
     * @return empty while it has none
     * @throws StepFailure as {@link ProxmoxNodes} says; NotFound when there is no such container
     */
    public Optional<String> of(Inventory.Environment environment, ObservedHosts.Container container) {
        Inventory.Node node = Lookup.node(environment, container.node());
        String path = "/nodes/" + node.node() + "/lxc/" + container.vmid() + "/interfaces";
        JsonNode interfaces = nodes.get(environment, node, path, Map.of());
        for (JsonNode one : interfaces) {
            if (one.path("name").asText().equals(INTERFACE)) {
                return Optional.of(one.path("inet").asText().replaceFirst("/.*", ""))
                        .filter(text -> !text.isEmpty());
            }
        }
        return Optional.empty();
    }

    /**
     * @param notFound what its node said
     * @throws StepFailure as {@link ContainerAbsence} says when it is not certain that it is gone
     */
    void requireAbsent(Inventory.Environment environment, ObservedHosts.Container container, StepFailure notFound) {
        Inventory.Node node = Lookup.node(environment, container.node());
        ContainerAbsence.require(nodes, environment, node, container.vmid(), notFound);
    }
}
