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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

@StepInfo(
        name = "lxcDestroy",
        title = "Destroy an LXC container",
        description =
                "Removes a container with all its volumes, follows the node's task to its end, and looks that it is gone."
                        + " Refuses a container whose hostname is not the expected one, one that is protected or locked,"
                        + " and a running one unless `force`. Does nothing when no node has it.",
        category = "Proxmox",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY, Reason.CONFLICT})
public class LxcDestroy implements Step<LxcDestroy.Input, LxcDestroy.Output> {

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
                    @Field(
                            label = "Expected hostname",
                            description = "Must be what the container's configuration says.",
                            example = "experimental-01")
                    String expectedHostname,
            @Field(label = "Force", description = "Whether a running one is killed.", defaultValue = "false")
                    boolean force,
            @Field(
                            label = "Purge",
                            description = "Whether it is taken out of backup jobs, replication and high availability.",
                            defaultValue = "true")
                    boolean purge)
            implements GuestRef {
        public Input {
            GuestRef.require(host, node, vmid);
        }
    }

    public record Output(
            @Field(label = "Number", description = "The container's vmid.") int vmid,
            @Field(label = "Changed", description = "Whether it was there.") boolean changed,
            @Field(label = "Changes", description = "What was done.") List<String> changes) {}

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcDestroy(Targets targets, ProxmoxNodes nodes) {
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
        Optional<JsonNode> config = guest.find();
        if (config.isEmpty()) {
            context.log().info(guest.describe() + " is not there; nothing to destroy.");
            return new Output(guest.vmid(), false, List.of());
        }
        requireExpected(guest, config.get(), input.expectedHostname());
        requireRemovable(guest, config.get(), input.force());
        Map<String, String> query = new TreeMap<>();
        if (input.purge()) {
            query.put("purge", "1");
        }
        if (input.force()) {
            query.put("force", "1");
        }
        guest.perform("DELETE", guest.path(""), query, "vzdestroy", "lxc destroy");
        requireGone(guest);
        return new Output(guest.vmid(), true, List.of("destroyed " + guest.describe()));
    }

    private static void requireExpected(Guest guest, JsonNode config, String expected) {
        String found = config.path("hostname").asText("CT" + guest.vmid());
        if (!found.equals(expected)) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    guest.describe() + " has the hostname `" + found + "`, not `" + expected
                            + "`: it is another container and was left alone. Correct `vmid` or `expectedHostname`.");
        }
    }

    private static void requireRemovable(Guest guest, JsonNode config, boolean force) {
        if (config.path("protection").asText("0").equals("1")) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    guest.describe() + " is protected, so it was not destroyed. Take `protection` off (lxcConfigure) if"
                            + " it shall really go.");
        }
        guest.refuseLocked("destroy");
        if (!force && guest.running()) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    guest.describe() + " is running, so it was not destroyed. Stop it first, or set `force`.");
        }
    }

    private static void requireGone(Guest guest) {
        try {
            if (guest.find().isPresent()) {
                throw new StepFailure.Fatal(
                        Reason.TASK_FAILED,
                        "The node reported that it destroyed " + guest.describe() + ", but it is still there. Look at"
                                + " the task's log on the node.");
            }
        } catch (StepFailure e) {
            if (!e.reason().equals(Reason.PERMISSION_DENIED)) {
                throw e;
            }
            // Permissions on this very number ended with the container, as the node does it.
            guest.context().log().info("Our permissions on " + guest.key() + " went with it.");
        }
    }
}
