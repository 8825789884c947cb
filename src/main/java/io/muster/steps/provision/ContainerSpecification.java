package io.muster.steps.provision;

import io.muster.inventory.ContainerSpec;
import io.muster.inventory.Inventory;
import io.muster.inventory.SshKeys;
import io.muster.remote.LoginKeys;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

@StepInfo(
        name = "containerSpecification",
        title = "Read a container's specification",
        description =
                "Reads from the inventory that the run pinned how an LXC container shall be, with what it takes from its"
                        + " class, in the words of `lxcPlan`, `lxcCreate` and `lxcConfigure`. The SSH keys that a new one"
                        + " lets in are the public half of the host's `private-key` and its `ssh-public-keys`.",
        category = "Provision",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY})
public class ContainerSpecification implements Step<ContainerSpecification.Input, ContainerSpecification.Output> {

    public record Input(
            @NotBlank
                    @Field(
                            label = "Host",
                            description = "A host with a `container` in the inventory.",
                            example = "experimental-02")
                    String host) {}

    public record Output(
            @Field(label = "Class", description = "core, monitoring or experimental.") String containerClass,
            @Field(label = "Node") String node,
            @Field(label = "Number", description = "The vmid.") int vmid,
            @Field(label = "Template") String template,
            @Field(label = "Hostname") String hostname,
            @Field(label = "Description", description = "Null without one.") String description,
            @Field(label = "Storage") String storage,
            @Field(label = "Root size", description = "In GiB.") int rootfsSize,
            @Field(label = "Cores", description = "Null for all of the node's.") Integer cores,
            @Field(label = "Memory", description = "In MiB.") int memory,
            @Field(label = "Swap", description = "In MiB.") int swap,
            @Field(label = "Unprivileged") boolean unprivileged,
            @Field(label = "Features") List<String> features,
            @Field(label = "Network", description = "As Proxmox VE writes net0.") String network,
            @Field(label = "Mounts", description = "mp0, mp1, … as Proxmox VE writes them.") Map<String, String> mounts,
            @Field(label = "Start at boot") boolean onboot,
            @Field(label = "Protection") boolean protection,
            @Field(label = "Tags") List<String> tags,
            @Field(label = "SSH keys", description = "Public keys, one a line; null where the inventory gives none.")
                    String sshPublicKeys,
            @Field(label = "Fingerprints", description = "Of the SSH keys, as ssh-keygen shows them.")
                    String sshFingerprints,
            @Field(
                            label = "Directories",
                            description =
                                    "Of its services' volumes on persistent storage, which `storagePrepare` makes.")
                    List<String> directories) {}

    private final Targets targets;
    private final LoginKeys keys;

    ContainerSpecification(Targets targets, LoginKeys keys) {
        this.targets = targets;
        this.keys = keys;
    }

    @Override
    public String target(Input input) {
        return input.host();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Host host = targets.host(context, input.host());
        ContainerSpec spec = required(host);
        Targets.Lxc lxc = targets.lxc(context, input.host());
        String kind = host.containerClass().map(Inventory.ContainerClass::text).orElseThrow();
        context.log()
                .info(host.name() + ": LXC container " + lxc.vmid() + " of class " + kind + " on node "
                        + lxc.node().name());
        List<String> login = login(host, spec, context);
        return new Output(
                kind,
                lxc.node().name(),
                lxc.vmid(),
                spec.template(),
                spec.hostname(),
                spec.description().isEmpty() ? null : spec.description(),
                spec.storage(),
                spec.rootfs(),
                spec.cores().orElse(null),
                spec.memory(),
                spec.swap(),
                spec.unprivileged(),
                spec.features(),
                network(spec.network()),
                mounts(spec.mounts()),
                spec.onboot(),
                spec.protection(),
                List.of(kind, "muster"),
                login.isEmpty() ? null : String.join("\n", login),
                Fingerprints.of(login),
                Storage.directories(targets.environment(context), host));
    }

    private List<String> login(Inventory.Host host, ContainerSpec spec, StepContext context) {
        List<String> login = Stream.concat(keys.of(host).stream(), spec.sshPublicKeys().stream())
                .map(SshKeys::withoutComment)
                .distinct()
                .toList();
        if (login.isEmpty() || !Objects.equals(host.ssh().user(), "root")) {
            context.log()
                    .info((login.isEmpty()
                                    ? "The inventory gives no SSH key for a new container"
                                    : "A new container lets these keys in as root, and the inventory logs in as "
                                            + host.ssh().user())
                            + ": its template must let " + host.ssh().user() + " in.");
        }
        return login;
    }

    private static ContainerSpec required(Inventory.Host host) {
        return host.container()
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.NOT_IN_INVENTORY,
                        "Host '" + host.name()
                                + "' has no `container` in the inventory, so nothing says how it shall be;"
                                + " add it (docs/inventory.md)."));
    }

    private static String network(ContainerSpec.Network network) {
        return "name=eth0,bridge=" + network.bridge()
                + network.vlan().map(tag -> ",tag=" + tag).orElse("")
                + ",ip=" + network.address()
                + network.gateway().map(gateway -> ",gw=" + gateway).orElse("");
    }

    private static Map<String, String> mounts(List<ContainerSpec.Mount> mounts) {
        Map<String, String> written = new LinkedHashMap<>();
        for (ContainerSpec.Mount mount : mounts) {
            String volume = mount.path()
                    .orElseGet(() ->
                            mount.storage().orElseThrow() + ":" + mount.size().orElseThrow());
            written.put("mp" + written.size(), volume + ",mp=" + mount.target());
        }
        return written;
    }
}
