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

@StepInfo(
        name = "lxcResize",
        title = "Grow a volume of an LXC container",
        description =
                "Makes the root file system or a mounted volume larger, follows the node's task to its end, and reads the size"
                        + " back. A smaller size is refused; the same size does nothing. The task's log says whether the file"
                        + " system grew with it.",
        category = "Proxmox",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY, Reason.INVALID_INPUT, Reason.CONFLICT})
public class LxcResize implements Step<LxcResize.Input, LxcResize.Output> {

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
                    @Pattern(regexp = "rootfs|mp\\d{1,3}")
                    @Field(label = "Volume", description = "rootfs, mp0, mp1, …", defaultValue = "rootfs")
                    String disk,
            @NotBlank
                    @Pattern(regexp = "\\d{1,9}(\\.\\d+)?[KMGT]")
                    @Field(label = "Size", description = "What it shall have, not how much more.", example = "16G")
                    String size)
            implements GuestRef {
        public Input {
            GuestRef.require(host, node, vmid);
        }
    }

    public record Output(
            @Field(label = "Number", description = "The container's vmid.") int vmid,
            @Field(label = "Size", description = "What it has now.") String size,
            @Field(label = "Changed", description = "Whether it was smaller.") boolean changed,
            @Field(label = "Changes", description = "What was done.") List<String> changes) {}

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcResize(Targets targets, ProxmoxNodes nodes) {
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
        Size found = VolumeGrowth.size(guest.config(), input.disk());
        Size wanted = Size.parse(input.size()).orElseThrow();
        if (wanted.bytes() < found.bytes()) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    input.disk() + " of " + guest.describe() + " has " + found + ", more than the " + wanted
                            + " asked for, and volumes do not shrink. Nothing was changed.");
        }
        if (wanted.bytes() == found.bytes()) {
            context.log().info(input.disk() + " of " + guest.describe() + " has " + found + " already.");
            return new Output(guest.vmid(), found.toString(), false, List.of());
        }
        String change = new VolumeGrowth(input.disk(), found, wanted).apply(guest);
        return new Output(guest.vmid(), wanted.toString(), true, List.of(change));
    }
}
