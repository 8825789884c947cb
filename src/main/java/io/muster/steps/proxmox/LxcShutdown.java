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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

@StepInfo(
        name = "lxcShutdown",
        title = "Shut an LXC container down",
        description =
                "Asks a container to end, gives it time, and, with `force`, kills it then; follows the node's task to its end and"
                        + " looks that it is stopped. Without `force` one that does not end is left running, and the step"
                        + " fails. Does nothing when it is stopped already.",
        category = "Proxmox",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY})
public class LxcShutdown implements Step<LxcShutdown.Input, LxcShutdown.Output> {

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
            @Positive @Field(label = "Grace seconds", description = "How long it may take.", defaultValue = "60")
                    int graceSeconds,
            @Field(label = "Force", description = "Whether it is killed then.", defaultValue = "false") boolean force)
            implements GuestRef {
        public Input {
            GuestRef.require(host, node, vmid);
        }
    }

    public record Output(
            @Field(label = "Changed", description = "Whether it ran.") boolean changed,
            @Field(label = "Changes", description = "What was done.") List<String> changes) {}

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcShutdown(Targets targets, ProxmoxNodes nodes) {
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
        if (!guest.running()) {
            context.log().info(guest.describe() + " is stopped already.");
            return new Output(false, List.of());
        }
        Map<String, String> form = new TreeMap<>(Map.of("timeout", Integer.toString(input.graceSeconds())));
        if (input.force()) {
            form.put("forceStop", "1");
        }
        guest.task("shutdown", form);
        String status = guest.status();
        if (!status.equals("stopped")) {
            throw new StepFailure.Fatal(
                    Reason.TASK_FAILED,
                    "The node reported that it shut " + guest.describe() + " down, but it is " + status
                            + ". Look on the node what keeps it or started it again; `force` kills it.");
        }
        return new Output(true, List.of("shut down " + guest.describe()));
    }
}
