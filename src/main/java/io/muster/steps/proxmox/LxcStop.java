package io.muster.steps.proxmox;

import io.muster.remote.ProxmoxNodes;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;
import java.util.Map;

@StepInfo(
        name = "lxcStop",
        title = "Stop an LXC container",
        description =
                "Shuts a container down (or, with `how` = kill, stops it hard), follows the node's task to its end, and"
                        + " looks that it is stopped. Does nothing when it is stopped already.",
        category = "Proxmox",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY})
public class LxcStop implements Step<LxcStop.Input, LxcStop.Output> {

    /** How a container ends. */
    public enum How {
        SHUTDOWN,
        KILL
    }

    public record Input(
            @Field(
                            label = "Host",
                            description = "A host of the inventory that is an LXC container.",
                            example = "experimental-01")
                    String host,
            @Field(label = "Node", description = "Where the inventory has no host for it: the Proxmox node.")
                    String node,
            @Min(100) @Max(999_999_999) @Field(label = "Number", description = "With node: the container's vmid.")
                    Integer vmid,
            @Field(label = "How", description = "shutdown asks it to end; kill ends it.", defaultValue = "shutdown")
                    How how,
            @Positive
                    @Field(
                            label = "Grace seconds",
                            description = "How long a shutdown may take before it fails.",
                            defaultValue = "60")
                    int graceSeconds)
            implements GuestRef {
        public Input {
            GuestRef.require(host, node, vmid);
        }
    }

    public record Output(@Field(label = "Changed", description = "Whether it ran.") boolean changed) {}

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcStop(Targets targets, ProxmoxNodes nodes) {
        this.targets = targets;
        this.nodes = nodes;
    }

    @Override
    public String target(Input input) {
        return input.named();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Guest guest = Guest.of(nodes, targets, input, context);
        if (guest.status().equals("stopped")) {
            context.log().info(guest.describe() + " is stopped already.");
            return new Output(false);
        }
        if (input.how() == How.KILL) {
            guest.task("stop", Map.of());
        } else {
            guest.task("shutdown", Map.of("timeout", Integer.toString(input.graceSeconds())));
        }
        String status = guest.status();
        if (!status.equals("stopped")) {
            throw new StepFailure.Fatal(
                    Reason.TASK_FAILED,
                    "The node reported that it stopped " + guest.describe() + ", but it is " + status
                            + ". Look on the node what keeps it; `how` = kill ends it hard.");
        }
        return new Output(true);
    }
}
