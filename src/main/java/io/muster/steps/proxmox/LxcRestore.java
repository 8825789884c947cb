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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

@StepInfo(
        name = "lxcRestore",
        title = "Restore an LXC container from a backup",
        description =
                "Makes a container from a vzdump archive, under a new number, or, only with `force` and the expected hostname,"
                        + " in place of a stopped one that is there, whose files are lost by that. Follows the node's task to its"
                        + " end and reads the configuration back. The archive must be in the storage and not empty.",
        category = "Proxmox",
        changes = true,
        afterCrash = AfterCrash.ASK,
        timeout = "PT2H",
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY, Reason.CONFLICT})
public class LxcRestore implements Step<LxcRestore.Input, LxcRestore.Output> {

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
                    @Pattern(regexp = "[A-Za-z][A-Za-z0-9_.-]*:\\S+")
                    @Field(
                            label = "Backup",
                            description = "The archive's volume id.",
                            example = "local:backup/vzdump-lxc-103-2026_01_31-04_00_00.tar.zst")
                    String volume,
            @NotBlank @Field(label = "Storage", description = "For the container's volumes.", example = "local-lvm")
                    String storage,
            @Pattern(regexp = "[A-Za-z0-9]([A-Za-z0-9.-]{0,253}[A-Za-z0-9])?")
                    @Field(label = "Hostname", description = "The backup's where none is given.")
                    String hostname,
            @Field(
                            label = "New hardware addresses",
                            description = "Needed where the original goes on running.",
                            defaultValue = "false")
                    boolean unique,
            @Field(label = "Force", description = "Whether an existing one is replaced.", defaultValue = "false")
                    boolean force,
            @Field(label = "Expected hostname", description = "With force: of the container that is replaced.")
                    String expectedHostname)
            implements GuestRef {
        public Input {
            GuestRef.require(host, node, vmid);
            if (force && expectedHostname == null) {
                throw new IllegalArgumentException("with `force` it needs the `expectedHostname` of what is replaced");
            }
        }
    }

    public record Output(
            @Field(label = "Number", description = "The container's vmid.") int vmid,
            @Field(label = "Hostname") String hostname,
            @Field(label = "Replaced", description = "Whether one was there before.") boolean replaced,
            @Field(label = "Changed", description = "Always true.") boolean changed,
            @Field(label = "Changes", description = "What was done.") List<String> changes,
            @Field(label = "Warnings", description = "How many the node's task gave.") int warnings) {}

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcRestore(Targets targets, ProxmoxNodes nodes) {
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
        Backups.require(guest, input.volume());
        Optional<JsonNode> there = guest.find();
        there.ifPresent(config -> requireReplaceable(guest, config, input));
        Map<String, String> form = new TreeMap<>();
        form.put("vmid", Integer.toString(guest.vmid()));
        form.put("ostemplate", input.volume());
        form.put("restore", "1");
        form.put("storage", input.storage());
        Optional.ofNullable(input.hostname()).ifPresent(hostname -> form.put("hostname", hostname));
        if (input.unique()) {
            form.put("unique", "1");
        }
        if (there.isPresent()) {
            form.put("force", "1");
        }
        TaskEnd end = guest.perform("POST", guest.nodePath("/lxc"), form, "vzrestore", "lxc restore");
        JsonNode config = guest.config();
        if (input.hostname() != null) {
            guest.requireHostname(config, input.hostname());
        }
        return new Output(
                guest.vmid(),
                config.path("hostname").asText(),
                there.isPresent(),
                true,
                List.of("restored " + guest.describe() + " from " + input.volume()),
                end.warnings());
    }

    private static void requireReplaceable(Guest guest, JsonNode config, Input input) {
        if (!input.force()) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    guest.describe()
                            + " is there already, and its files would be lost. Restore to another number, or set"
                            + " `force` and `expectedHostname`.");
        }
        guest.requireHostname(config, input.expectedHostname());
        guest.refuseLocked("restore");
        if (guest.running()) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT, guest.describe() + " is running, so it was not replaced. Stop it first.");
        }
    }
}
