package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.Optional;

@StepInfo(
        name = "lxcSnapshot",
        title = "Take a snapshot of an LXC container",
        description =
                "Takes a snapshot of the container's volumes and configuration, and looks that it is listed. The volumes' storage"
                        + " must be able to (ZFS, LVM-thin, Btrfs, Ceph; a plain directory is not). A snapshot of this name"
                        + " that is there already is a failure, unless this very step took it before a crash.",
        category = "Proxmox",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY, Reason.CONFLICT})
public class LxcSnapshot implements Step<LxcSnapshot.Input, LxcSnapshot.Output> {

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
            @Field(label = "Description", multiline = true) String description)
            implements GuestRef {
        public Input {
            GuestRef.require(host, node, vmid);
        }
    }

    public record Output(
            @Field(label = "Snapshot") String snapshot,
            @Field(label = "Taken at", description = "By the node's clock.") String takenAt,
            @Field(label = "Changed", description = "Whether it was taken now.") boolean changed,
            @Field(label = "Changes", description = "What was done.") List<String> changes) {}

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcSnapshot(Targets targets, ProxmoxNodes nodes) {
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
        Optional<JsonNode> there = snapshots.find(input.snapshot());
        if (there.isPresent() && !guest.resumed()) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    guest.describe() + " has a snapshot `" + input.snapshot() + "` already, taken at "
                            + Snapshots.time(there.get()) + ". Choose another name, or remove it (lxcSnapshotRemove).");
        }
        if (there.isEmpty()) {
            guest.refuseLocked("snapshot");
        }
        if (there.isEmpty() || guest.current().has("lock")) {
            snapshots.take(input.snapshot(), input.description());
        }
        JsonNode taken = snapshots.require(input.snapshot());
        return new Output(
                input.snapshot(),
                Snapshots.time(taken),
                true,
                List.of("took the snapshot " + input.snapshot() + " of " + guest.describe()));
    }
}
