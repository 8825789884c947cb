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
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

@StepInfo(
        name = "lxcClone",
        title = "Clone an LXC container",
        description =
                "Makes a full copy of a stopped container, or of one of its snapshots, under another number, follows the node's"
                        + " task to its end, and reads its configuration back. A container of the new number and hostname"
                        + " that is there already is left as it is. The copy has the same address where that is static:"
                        + " configure it before it is started.",
        category = "Proxmox",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        timeout = "PT1H",
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY, Reason.CONFLICT})
public class LxcClone implements Step<LxcClone.Input, LxcClone.Output> {

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
            @Min(100)
                    @Max(999_999_999)
                    @NotNull
                    @Field(label = "New number", description = "The copy's vmid.", example = "201")
                    Integer newVmid,
            @NotBlank
                    @Pattern(regexp = "[A-Za-z0-9]([A-Za-z0-9.-]{0,253}[A-Za-z0-9])?")
                    @Field(label = "New hostname", example = "web-copy")
                    String newHostname,
            @Pattern(regexp = "[A-Za-z][A-Za-z0-9_-]{1,39}")
                    @Field(
                            label = "Snapshot",
                            description = "What is copied; the container as it is where none is given.")
                    String snapshot,
            @Field(label = "Storage", description = "For the copy; the original's where none is given.") String storage)
            implements GuestRef {
        public Input {
            GuestRef.require(host, node, vmid);
        }
    }

    public record Output(
            @Field(label = "Number", description = "The copy's vmid.") int vmid,
            @Field(label = "Hostname") String hostname,
            @Field(label = "Changed", description = "Whether it was made now.") boolean changed,
            @Field(label = "Changes", description = "What was done.") List<String> changes,
            @Field(label = "Warnings", description = "How many the node's task gave.") int warnings) {}

    private static final String TASK = "vzclone";

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcClone(Targets targets, ProxmoxNodes nodes) {
        this.targets = targets;
        this.nodes = nodes;
    }

    @Override
    public String target(Input input) {
        return input.named();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Guest original = Guest.of(nodes, targets, input, context);
        Guest copy = original.sibling(input.newVmid());
        Optional<TaskEnd> earlier = original.resumed() ? original.followRunning(line -> {}, TASK) : Optional.empty();
        Optional<JsonNode> there = copy.find();
        if (there.isPresent()) {
            requireSame(copy, there.get(), input);
            return madeBefore(original, copy, input, earlier.orElse(new TaskEnd(0)));
        }
        original.refuseLocked("clone");
        TaskEnd end = original.perform("POST", original.path("/clone"), form(input), TASK, effect(input));
        requireSame(copy, copy.config(), input);
        return output(input, List.of("cloned " + original.describe() + " to " + input.newVmid()), end.warnings());
    }

    private static void requireSame(Guest copy, JsonNode config, Input input) {
        copy.requireWhole(config);
        copy.requireUnlocked("clone");
        copy.requireHostname(config, input.newHostname());
    }

    /** It was not there when this effect was recorded. */
    private static Output madeBefore(Guest original, Guest copy, Input input, TaskEnd end) {
        boolean ours = original.context().recorded().stream()
                .anyMatch(done ->
                        done.kind().equals(effect(input)) && done.target().equals(original.key()));
        if (ours) {
            original.context().log().info(copy.describe() + " was made before the server that did it died.");
            return output(input, List.of("cloned " + original.describe() + " to " + input.newVmid()), end.warnings());
        }
        original.context().log().info(copy.describe() + " is there already.");
        return output(input, List.of(), 0);
    }

    private static String effect(Input input) {
        return "lxc clone to " + input.newVmid() + " of";
    }

    private static Output output(Input input, List<String> changes, int warnings) {
        return new Output(input.newVmid(), input.newHostname(), !changes.isEmpty(), changes, warnings);
    }

    private static Map<String, String> form(Input input) {
        Map<String, String> form = new TreeMap<>();
        form.put("newid", input.newVmid().toString());
        form.put("hostname", input.newHostname());
        form.put("full", "1");
        Optional.ofNullable(input.snapshot()).ifPresent(snapshot -> form.put("snapname", snapshot));
        Optional.ofNullable(input.storage()).ifPresent(storage -> form.put("storage", storage));
        return form;
    }
}
