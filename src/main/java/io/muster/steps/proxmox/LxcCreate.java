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
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@StepInfo(
        name = "lxcCreate",
        title = "Create an LXC container",
        description =
                "Creates a container from a template, follows the node's task to its end, and reads the configuration"
                        + " back. A container of this number and hostname that is there already is left as it is (use"
                        + " `lxcConfigure`); one of another hostname is a failure. Without a number the next free one is"
                        + " taken, again with another when somebody was faster. It is not started. Features other than"
                        + " nesting, and bind mounts, need `user` and `password` of root@pam at the node in the inventory.",
        category = "Proxmox",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        timeout = "PT15M",
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY, Reason.CONFLICT})
public class LxcCreate implements Step<LxcCreate.Input, LxcCreate.Output> {

    public record Input(
            @Field(
                            label = "Host",
                            description =
                                    "A host of the inventory that is an LXC container: its node and number are used.",
                            example = "experimental-01")
                    String host,
            @Field(label = "Node", description = "Where the inventory has no host for it: the Proxmox node.")
                    String node,
            @Min(100)
                    @Max(999_999_999)
                    @Field(
                            label = "Number",
                            description = "With node: the vmid; the next free one where none is given.")
                    Integer vmid,
            @NotBlank
                    @Field(
                            label = "Template",
                            description = "The volume id of the container template.",
                            example = "local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst")
                    String template,
            @Pattern(regexp = "[A-Za-z0-9]([A-Za-z0-9.-]{0,253}[A-Za-z0-9])?")
                    @Field(label = "Hostname", description = "The host's name where none is given.")
                    String hostname,
            @NotBlank @Field(label = "Storage", description = "For the root file system.", example = "local-lvm")
                    String storage,
            @NotNull @Positive @Field(label = "Root size", description = "In GiB.", defaultValue = "8", example = "8")
                    Integer rootfsSize,
            @Positive @Field(label = "Cores", description = "All of the node's where none is given.", example = "2")
                    Integer cores,
            @Min(16) @Field(label = "Memory", description = "In MiB; 512 where none is given.", example = "1024")
                    Integer memory,
            @PositiveOrZero @Field(label = "Swap", description = "In MiB; 512 where none is given.", example = "0")
                    Integer swap,
            @NotNull
                    @Field(
                            label = "Unprivileged",
                            description = "Root inside is nobody outside.",
                            defaultValue = "true")
                    Boolean unprivileged,
            @Field(label = "Features", description = "One a line.", multiline = true, example = "nesting=1")
                    List<String> features,
            @Field(
                            label = "Network",
                            description = "The first interface (net0), as Proxmox VE writes it.",
                            example = "name=eth0,bridge=vmbr0,ip=dhcp")
                    String network,
            @Field(
                            label = "Mounts",
                            description =
                                    "Mount points by name: a new volume (`local-lvm:8,mp=/data`) or a directory of"
                                            + " the node (`/srv/data,mp=/data`).",
                            multiline = true,
                            example = "mp0=local-lvm:8,mp=/srv/data")
                    Map<String, String> mounts,
            @Field(label = "Start at boot", description = "With the node.") Boolean onboot,
            @Field(label = "Description", multiline = true) String description,
            @Field(label = "Tags", description = "One a line.", multiline = true, example = "muster") List<String> tags,
            @Field(
                            label = "SSH keys",
                            description = "Public keys that root's account lets in, one a line.",
                            multiline = true)
                    String sshPublicKeys,
            @Field(label = "DNS server", description = "The node's where none is given.") String nameserver,
            @Field(label = "DNS search domain", description = "The node's where none is given.") String searchdomain)
            implements GuestRef {
        public Input {
            if (host == null && node == null) {
                throw new IllegalArgumentException("give either `host`, or `node`");
            }
            if (host == null && hostname == null) {
                throw new IllegalArgumentException("without `host` it needs a `hostname`");
            }
            GuestRef.requireOne(host, node, vmid);
            MountNames.require(mounts);
        }

        @Override
        public String named() {
            return Optional.ofNullable(host).orElseGet(() -> node + "/" + (vmid == null ? hostname : vmid));
        }

        String wantedHostname() {
            return Optional.ofNullable(hostname).orElse(host);
        }

        Settings settings() {
            return new Settings()
                    .with("ostemplate", template)
                    .with("hostname", wantedHostname())
                    .with("rootfs", storage + ":" + rootfsSize)
                    .with("cores", cores)
                    .with("memory", memory)
                    .with("swap", swap)
                    .flag("unprivileged", unprivileged)
                    .list("features", features, ",")
                    .with("net0", network)
                    .all(mounts)
                    .flag("onboot", onboot)
                    .with("description", description)
                    .list("tags", tags, ";")
                    .with("ssh-public-keys", sshPublicKeys)
                    .with("nameserver", nameserver)
                    .with("searchdomain", searchdomain);
        }
    }

    public record Output(
            @Field(label = "Number", description = "The container's vmid.") int vmid,
            @Field(label = "Node") String node,
            @Field(label = "Hostname") String hostname,
            @Field(label = "Changed", description = "Whether it was created.") boolean changed,
            @Field(label = "Changes", description = "What was done.") List<String> changes,
            @Field(label = "Warnings", description = "How many the node's task gave.") int warnings,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcCreate(Targets targets, ProxmoxNodes nodes) {
        this.targets = targets;
        this.nodes = nodes;
    }

    @Override
    public String target(Input input) {
        return input.named();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Creation creation =
                new Creation(input.wantedHostname(), input.settings().values(), "vzcreate");
        if (input.host() == null && input.vmid() == null) {
            return new NextFreeNumber(nodes, targets.lxc(context, input.node(), 0), context).create(creation);
        }
        return creation.at(Guest.of(nodes, targets, input, context));
    }
}
