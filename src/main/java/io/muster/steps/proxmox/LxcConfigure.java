package io.muster.steps.proxmox;

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
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import java.util.List;
import java.util.Map;

@StepInfo(
        name = "lxcConfigure",
        title = "Configure an LXC container",
        description =
                "Makes an existing container's configuration as it is given, and says what was different; what is not"
                        + " given is left alone. Values are compared by their meaning, as Proxmox VE reorders and completes"
                        + " them. A root file system or volume that is smaller than given grows; none shrinks. Says which"
                        + " changes wait for a restart.",
        category = "Proxmox",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY, Reason.CONFLICT})
public class LxcConfigure implements Step<LxcConfigure.Input, LxcConfigure.Output> {

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
            @Pattern(regexp = "[A-Za-z0-9]([A-Za-z0-9.-]{0,253}[A-Za-z0-9])?") @Field(label = "Hostname")
                    String hostname,
            @Positive @Field(label = "Root size", description = "In GiB, at least.", example = "8") Integer rootfsSize,
            @Positive @Field(label = "Cores", example = "2") Integer cores,
            @Min(16) @Field(label = "Memory", description = "In MiB.", example = "1024") Integer memory,
            @PositiveOrZero @Field(label = "Swap", description = "In MiB.", example = "0") Integer swap,
            @Field(label = "Unprivileged", description = "Only compared: it cannot be changed after the creation.")
                    Boolean unprivileged,
            @Field(
                            label = "Features",
                            description = "All of them, one a line.",
                            multiline = true,
                            example = "nesting=1")
                    List<String> features,
            @Field(
                            label = "Network",
                            description = "The first interface (net0); its hardware address stays.",
                            example = "name=eth0,bridge=vmbr0,ip=dhcp")
                    String network,
            @Field(
                            label = "Mounts",
                            description =
                                    "All of them by name, as `lxcCreate` takes them. Those that are there are known by"
                                            + " their path inside; a volume is never moved, replaced or taken away.",
                            multiline = true,
                            example = "mp0=local-lvm:8,mp=/srv/data")
                    Map<String, String> mounts,
            @Field(label = "Start at boot", description = "With the node.") Boolean onboot,
            @Field(label = "Protection", description = "Whether it is kept from being destroyed.") Boolean protection,
            @Field(label = "Description", multiline = true) String description,
            @Field(label = "Tags", description = "All of them, one a line.", multiline = true, example = "muster")
                    List<String> tags,
            @Field(label = "DNS server") String nameserver,
            @Field(label = "DNS search domain") String searchdomain)
            implements GuestRef {
        public Input {
            GuestRef.require(host, node, vmid);
            MountNames.require(mounts);
        }

        Settings settings() {
            return new Settings()
                    .with("hostname", hostname)
                    .with("cores", cores)
                    .with("memory", memory)
                    .with("swap", swap)
                    .list("features", features, ",")
                    .with("net0", network)
                    .mounts(mounts)
                    .flag("onboot", onboot)
                    .flag("protection", protection)
                    .with("description", description)
                    .list("tags", tags, ";")
                    .with("nameserver", nameserver)
                    .with("searchdomain", searchdomain);
        }
    }

    public record Output(
            @Field(label = "Number", description = "The container's vmid.") int vmid,
            @Field(label = "Changed", description = "Whether anything was different.") boolean changed,
            @Field(label = "Changes", description = "What was different, and what it is now.") List<String> changes,
            @Field(label = "Pending", description = "Options whose change waits for a restart.") List<String> pending,
            @Field(label = "Restart needed") boolean restartNeeded,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcConfigure(Targets targets, ProxmoxNodes nodes) {
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
        return new Convergence(guest, input.settings())
                .requireUnprivileged(input.unprivileged())
                .converge(input.rootfsSize(), input.mounts());
    }
}
