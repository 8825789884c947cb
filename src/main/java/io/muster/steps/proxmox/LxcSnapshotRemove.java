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
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Map;

@StepInfo(
        name = "lxcSnapshotRemove",
        title = "Remove a snapshot of an LXC container",
        description =
                "Removes a snapshot, follows the node's task to its end, and looks that it is gone. Does nothing when there is"
                        + " none of that name.",
        category = "Proxmox",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY})
public class LxcSnapshotRemove implements Step<LxcSnapshotRemove.Input, LxcSnapshotRemove.Output> {

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
            @NotBlank
                    @Pattern(regexp = "[A-Za-z][A-Za-z0-9_-]{1,39}")
                    @Field(label = "Snapshot", description = "Its name.", example = "before-update")
                    String snapshot)
            implements GuestRef {
        public Input {
            GuestRef.require(host, node, vmid);
        }
    }

    public record Output(
            @Field(label = "Changed", description = "Whether it was there.") boolean changed,
            @Field(label = "Changes", description = "What was done.") List<String> changes) {}

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcSnapshotRemove(Targets targets, ProxmoxNodes nodes) {
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
        Snapshots snapshots = new Snapshots(guest);
        if (snapshots.find(input.snapshot()).isEmpty()) {
            context.log().info(guest.describe() + " has no snapshot " + input.snapshot() + ".");
            return new Output(false, List.of());
        }
        guest.refuseLocked("delete a snapshot of");
        guest.perform(
                "DELETE",
                guest.path("/snapshot/" + input.snapshot()),
                Map.of(),
                "vzdelsnapshot",
                "lxc remove snapshot " + input.snapshot());
        if (snapshots.find(input.snapshot()).isPresent()) {
            throw new StepFailure.Fatal(
                    Reason.TASK_FAILED,
                    "The node reported that it removed the snapshot " + input.snapshot() + " of " + guest.describe()
                            + ", but it is still there. Look at the task's log on the node.");
        }
        return new Output(true, List.of("removed the snapshot " + input.snapshot() + " of " + guest.describe()));
    }
}
