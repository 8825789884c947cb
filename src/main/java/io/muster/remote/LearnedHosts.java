package io.muster.remote;

import io.muster.inventory.Inventory;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Completes an environment's hosts with what was learned of them. */
@Component
public final class LearnedHosts {

    private final ObservedHosts observed;

    LearnedHosts(ObservedHosts observed) {
        this.observed = observed;
    }

    /** With the newest address and host keys of hosts that leave them to be learned; the rest is as it was. */
    public Inventory.Environment complete(Inventory.Environment environment) {
        if (environment.hosts().values().stream().noneMatch(host -> host.ssh().learned())) {
            return environment;
        }
        Map<String, ObservedHosts.Facts> facts = observed.of(environment.name());
        Map<String, Inventory.Host> hosts = new LinkedHashMap<>();
        environment.hosts().forEach((name, host) -> hosts.put(name, complete(host, facts)));
        return environment.with(hosts);
    }

    /** What was learned of the container that a host of the inventory is; facts of another container count for nothing. */
    public Optional<ObservedHosts.Facts> facts(Inventory.Environment environment, Inventory.Host host) {
        return facts(host, observed.of(environment.name()));
    }

    /**
     * @throws StepFailure.Rejected NotProvisioned when the address or the keys are still to be learned
     */
    public static void require(Inventory.Host host) {
        if (!host.ssh().known()) {
            throw new StepFailure.Rejected(
                    Reason.NOT_PROVISIONED,
                    "The address and host keys of " + host.name() + " are learned through its Proxmox VE node, and have"
                            + " not been yet; nothing was sent. Run the step `containerLearn` for it.");
        }
    }

    static Optional<ObservedHosts.Container> container(Inventory.Host host) {
        return host.lxc().map(lxc -> new ObservedHosts.Container(lxc.node(), lxc.vmid()));
    }

    private static Inventory.Host complete(Inventory.Host host, Map<String, ObservedHosts.Facts> facts) {
        return host.ssh().learned()
                ? facts(host, facts)
                        .map(found -> host.with(host.ssh().completed(found.address(), found.hostKeys())))
                        .orElse(host)
                : host;
    }

    private static Optional<ObservedHosts.Facts> facts(Inventory.Host host, Map<String, ObservedHosts.Facts> facts) {
        return Optional.ofNullable(facts.get(host.name()))
                .filter(found -> container(host).equals(Optional.of(found.container())));
    }
}
