package io.muster.steps;

import io.muster.inventory.InvalidReference;
import io.muster.inventory.Inventories;
import io.muster.inventory.Inventory;
import io.muster.inventory.Lookup;
import io.muster.remote.LearnedHosts;
import io.muster.remote.SshHosts;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** Finds what a step works on in the inventory that its run pinned. */
@Component
public final class Targets {

    private static final Inventory.Environment NONE = new Inventory.Environment(
            "none",
            "No environment",
            new Inventory.Approval(Inventory.Approval.Mode.SECOND_PERSON, Optional.empty()),
            Optional.empty(),
            List.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Map.of());

    private final Inventories inventories;
    private final LearnedHosts learned;

    Targets(Inventories inventories, LearnedHosts learned) {
        this.inventories = inventories;
        this.learned = learned;
    }

    /** The run's environment as the run pinned it, with the newest of what was learned of its hosts. */
    public Inventory.Environment environment(StepContext context) {
        String name = context.run().environment();
        if (name == null) {
            throw new StepFailure.Rejected(
                    Reason.NOT_IN_INVENTORY,
                    "This run has no environment: start the runbook with the variable `environment`.");
        }
        Inventory inventory = inventories.pinned(context.run().rootId());
        return learned.complete(found(() -> Lookup.environment(inventory, name)));
    }

    /** All environments of the inventory that the run pinned: what is on one machine may be of several. */
    public List<Inventory.Environment> environments(StepContext context) {
        return inventories.pinned(context.run().rootId()).environments().values().stream()
                .map(learned::complete)
                .toList();
    }

    /** The run's environment, or one that trusts and resolves as this machine does. */
    public Inventory.Environment environmentOrNone(StepContext context) {
        return context.run().environment() == null ? NONE : environment(context);
    }

    public Inventory.Host host(StepContext context, String name) {
        Inventory.Environment environment = environment(context);
        return found(() -> Lookup.host(environment, name));
    }

    public SshHosts.Target ssh(StepContext context, String host) {
        return new SshHosts.Target(environment(context), host(context, host));
    }

    public Inventory.Service service(StepContext context, String name) {
        Inventory.Environment environment = environment(context);
        return found(() -> Lookup.service(environment, name));
    }

    /** The Proxmox node and the guest's number for a host that is an LXC container. */
    public Lxc lxc(StepContext context, String host) {
        Inventory.Lxc lxc = host(context, host)
                .lxc()
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.NOT_IN_INVENTORY,
                        "Host '" + host + "' is no LXC container of a Proxmox node in the inventory; give it"
                                + " `lxc: {node: …, vmid: …}`."));
        Inventory.Environment environment = environment(context);
        return new Lxc(environment, found(() -> Lookup.node(environment, lxc.node())), lxc.vmid());
    }

    /** An LXC container of a node that the inventory need not have as a host. */
    public Lxc lxc(StepContext context, String node, int vmid) {
        return new Lxc(environment(context), node(context, node), vmid);
    }

    public Inventory.Node node(StepContext context, String name) {
        Inventory.Environment environment = environment(context);
        return found(() -> Lookup.node(environment, name));
    }

    public record Lxc(Inventory.Environment environment, Inventory.Node node, int vmid) {}

    private static <T> T found(Supplier<T> lookup) {
        try {
            return lookup.get();
        } catch (InvalidReference e) {
            throw new StepFailure.Rejected(Reason.NOT_IN_INVENTORY, e.getMessage(), e);
        }
    }
}
