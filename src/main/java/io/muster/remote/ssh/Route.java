package io.muster.remote.ssh;

import io.muster.inventory.Inventory;
import io.muster.remote.LearnedHosts;
import io.muster.remote.SshHosts;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that identifies how a host is reached, jump hosts included: two routes that are equal may share a
 * connection.
 */
record Route(String host, Inventory.Ssh ssh, Optional<String> resolver, Optional<Route> jump) {

    static Route to(SshHosts.Target target) {
        return to(target.environment(), target.host(), new ArrayList<>());
    }

    private static Route to(Inventory.Environment environment, Inventory.Host host, List<String> way) {
        if (way.contains(host.name())) {
            throw new StepFailure.Fatal(
                    Reason.NOT_IN_INVENTORY,
                    "The jump hosts of " + way.get(0) + " form a circle (" + String.join(" -> ", way) + " -> "
                            + host.name() + "); remove one `jump` from the inventory.");
        }
        way.add(host.name());
        LearnedHosts.require(host);
        Optional<Route> jump = host.ssh().jump().map(name -> to(environment, jumpHost(environment, host, name), way));
        return new Route(host.name(), host.ssh(), environment.resolver(), jump);
    }

    private static Inventory.Host jumpHost(Inventory.Environment environment, Inventory.Host host, String name) {
        return Optional.ofNullable(environment.hosts().get(name))
                .orElseThrow(() -> new StepFailure.Fatal(
                        Reason.NOT_IN_INVENTORY,
                        "The jump host " + name + " of " + host.name() + " is not a host of environment "
                                + environment.name() + "; add it to the inventory or remove `jump`."));
    }

    /** The same host at another address. */
    Route at(String address) {
        return new Route(host, ssh.at(address), resolver, jump);
    }

    /** As people are told: {@code experimental-01 (127.77.1.3:2222)}. */
    @Override
    public String toString() {
        String via = jump.map(route -> " through " + route.host()).orElse("");
        return host + " (" + ssh.address() + ":" + ssh.port() + via + ")";
    }
}
