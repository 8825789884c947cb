package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.remote.ProxmoxNodes;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import java.util.Optional;

@StepInfo(
        name = "lxcStatus",
        title = "Look at an LXC container",
        description = "Asks the Proxmox node how a container is. A container that the node does not have is a failure.",
        category = "Proxmox",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY})
public class LxcStatus implements Step<LxcRef, LxcStatus.Output> {

    public record Output(
            @Field(label = "Status", description = "running or stopped.") String status,
            @Field(label = "Running") boolean running,
            @Field(label = "Lock", description = "What holds it (backup, snapshot, …); empty when nothing does.")
                    String lock,
            @Field(label = "Uptime", description = "In seconds.") long uptimeSeconds,
            @Field(label = "Number", description = "The guest's vmid.") int vmid,
            @Field(label = "Node") String node,
            @Field(label = "Starts at boot", description = "With its node, by its configuration.") boolean onboot,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcStatus(Targets targets, ProxmoxNodes nodes) {
        this.targets = targets;
        this.nodes = nodes;
    }

    @Override
    public String target(LxcRef input) {
        return input.named();
    }

    @Override
    public Output run(LxcRef input, StepContext context) {
        Guest guest = Guest.of(nodes, targets, input, context);
        JsonNode current = guest.current();
        String status = current.path("status").asText();
        String lock = Optional.ofNullable(current.path("lock").textValue()).orElse("");
        boolean onboot = guest.config().path("onboot").asText().equals("1");
        String summary = guest.describe() + " is " + status + (lock.isEmpty() ? "" : ", locked (" + lock + ")") + ".";
        context.log().info(summary);
        return new Output(
                status,
                status.equals("running"),
                lock,
                current.path("uptime").asLong(),
                guest.vmid(),
                guest.node(),
                onboot,
                summary);
    }
}
