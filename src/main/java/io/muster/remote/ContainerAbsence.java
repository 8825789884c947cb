package io.muster.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Inventory;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.Map;

/** Whether a container that its node does not know is gone: one that was moved, or a wrong node's name, must not pass for that. */
public final class ContainerAbsence {

    private ContainerAbsence() {}

    /**
     * @param notFound what its node said
     * @throws StepFailure Rejected Conflict when another node has a guest of this number; else as {@link ProxmoxNodes} says,
     *     when the node cannot be asked for what it has
     */
    public static void require(
            ProxmoxNodes nodes,
            Inventory.Environment environment,
            Inventory.Node node,
            int vmid,
            StepFailure notFound) {
        nodes.get(environment, node, "/nodes/" + node.node() + "/lxc", Map.of());
        for (JsonNode other : nodes.get(environment, node, "/cluster/resources", Map.of("type", "vm"))) {
            if (other.path("vmid").asInt() == vmid) {
                throw new StepFailure.Rejected(
                        Reason.CONFLICT,
                        "The number " + vmid + " is not on node " + node.node() + " but on "
                                + other.path("node").asText() + " ("
                                + other.path("type").asText() + " "
                                + other.path("name").asText() + "). Correct `node` or `vmid` in the inventory.",
                        notFound);
            }
        }
    }
}
