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
        name = "lxcRollback",
        title = "Roll an LXC container back to a snapshot",
        description =
                "Puts the container's volumes and configuration back as they were when the snapshot was taken; what was written"
                        + " since is lost. A running container is stopped by that. With `start` it runs afterwards. Twice equals"
                        + " once as long as nobody writes meanwhile; after a crash a person decides.",
        category = "Proxmox",
        changes = true,
        afterCrash = AfterCrash.ASK,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY, Reason.CONFLICT})
public class LxcRollback implements Step<LxcRollback.Input, LxcRollback.Output> {

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
                    String snapshot,
            @Field(label = "Start", description = "Whether it is started afterwards.", defaultValue = "false")
                    boolean start)
            implements GuestRef {
        public Input {
            GuestRef.require(host, node, vmid);
        }
    }

    public record Output(
            @Field(label = "Changed", description = "Always true: what had been written since is gone.")
                    boolean changed,
            @Field(label = "Changes", description = "What was done.") List<String> changes) {}

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcRollback(Targets targets, ProxmoxNodes nodes) {
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
        new Snapshots(guest).require(input.snapshot());
        guest.refuseLocked("rollback");
        guest.perform(
                "POST",
                guest.path("/snapshot/" + input.snapshot() + "/rollback"),
                input.start() ? Map.of("start", "1") : Map.of(),
                "vzrollback",
                "lxc rollback to " + input.snapshot());
        if (input.start() && !guest.running()) {
            throw new StepFailure.Fatal(
                    Reason.TASK_FAILED,
                    guest.describe() + " was rolled back to " + input.snapshot()
                            + ", but does not run. Look at its log on" + " the node, then start it.");
        }
        return new Output(true, List.of("rolled " + guest.describe() + " back to " + input.snapshot()));
    }
}
