package io.muster.remote;

import io.muster.inventory.Inventory;
import io.muster.inventory.Lookup;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Finds containers that are not where they were learned to be: DHCP gave them another address, or they are gone. */
@Component
public final class MovedHosts {

    private static final Logger LOG = LoggerFactory.getLogger(MovedHosts.class);
    /** Nobody there, or somebody else. */
    private static final Set<String> ELSEWHERE = Set.of(Reason.HOST_UNREACHABLE, Reason.HOST_KEY_MISMATCH);

    private final LearnedHosts learned;
    private final ObservedHosts observed;
    private final ContainerAddress addresses;

    MovedHosts(LearnedHosts learned, ObservedHosts observed, ContainerAddress addresses) {
        this.learned = learned;
        this.observed = observed;
        this.addresses = addresses;
    }

    /**
     * Where a host is now, when a connection to it failed. Only its node is believed, and only about the address: the keys
     * that were learned stay the only ones accepted.
     *
     * @return its new address, which is recorded; empty when that is no reason for the failure
     * @throws StepFailure.Rejected NotProvisioned when the node has no such container any more, which is recorded;
     *     Conflict when another node has it, and nothing is recorded
     */
    public Optional<String> address(
            Inventory.Environment environment, String name, Inventory.Ssh ssh, StepFailure failure) {
        if (!ssh.learned() || !ELSEWHERE.contains(failure.reason())) {
            return Optional.empty();
        }
        Inventory.Host host = Lookup.host(environment, name);
        Optional<ObservedHosts.Facts> facts = learned.facts(environment, host);
        if (facts.isEmpty()) {
            return Optional.empty();
        }
        String known = facts.get().address();
        return known.equals(ssh.address())
                ? asked(environment, host, facts.get()).filter(now -> !now.equals(known))
                : Optional.of(known);
    }

    private Optional<String> asked(Inventory.Environment environment, Inventory.Host host, ObservedHosts.Facts facts) {
        ObservedHosts.Container container = facts.container();
        try {
            Optional<String> address = addresses.of(environment, container);
            address.filter(now -> !now.equals(facts.address())).ifPresent(now -> {
                LOG.info("{} moved from {} to {}, says its node", host.name(), facts.address(), now);
                observed.learned(
                        environment.name(),
                        host.name(),
                        container,
                        new ObservedHosts.Observation(now, facts.hostKeys(), Optional.empty()));
            });
            return address;
        } catch (StepFailure e) {
            if (!e.reason().equals(Reason.NOT_FOUND)) {
                LOG.info("Node {} could not be asked where {} is: {}", container.node(), host.name(), e.getMessage());
                return Optional.empty();
            }
            return gone(environment, host, container, e);
        }
    }

    /** What was learned is forgotten with it, and the next keys are believed: so only when it is certain. */
    private Optional<String> gone(
            Inventory.Environment environment,
            Inventory.Host host,
            ObservedHosts.Container container,
            StepFailure notFound) {
        try {
            addresses.requireAbsent(environment, container, notFound);
        } catch (StepFailure e) {
            if (e.reason().equals(Reason.CONFLICT)) {
                throw e;
            }
            LOG.info(
                    "Node {} could not be asked whether {} is gone: {}", container.node(), host.name(), e.getMessage());
            return Optional.empty();
        }
        observed.gone(environment.name(), host.name(), container, Optional.empty());
        throw new StepFailure.Rejected(
                Reason.NOT_PROVISIONED,
                host.name() + " is not there any more: node " + container.node() + " has no LXC container "
                        + container.vmid()
                        + ". Make it again (`lxcCreate`, `lxcStart`, `containerLearn`); what was in it beside its"
                        + " persistent storage has to be deployed again.",
                notFound);
    }
}
