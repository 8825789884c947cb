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
import java.util.Map;

@StepInfo(
        name = "lxcStart",
        title = "Start an LXC container",
        description =
                "Starts a container, follows the node's task to its end, and looks that it runs. Does nothing when it"
                        + " runs already.",
        category = "Proxmox",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY})
public class LxcStart implements Step<LxcRef, LxcStart.Output> {

    public record Output(@Field(label = "Changed", description = "Whether it was stopped.") boolean changed) {}

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcStart(Targets targets, ProxmoxNodes nodes) {
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
        if (guest.status().equals("running")) {
            context.log().info(guest.describe() + " runs already.");
            return new Output(false);
        }
        guest.task("start", Map.of());
        String status = guest.status();
        if (!status.equals("running")) {
            throw new StepFailure.Fatal(
                    Reason.TASK_FAILED,
                    "The node reported that it started " + guest.describe() + ", but it is " + status
                            + ". Look at its console and log on the node, then retry.");
        }
        return new Output(true);
    }
}
