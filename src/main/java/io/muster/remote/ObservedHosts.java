package io.muster.remote;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was learned of LXC containers through their Proxmox VE nodes. It is live, beside an inventory that a run pins, and
 * written in transactions of its own. Thread-safe.
 */
public interface ObservedHosts {

    /** The newest facts of the environment's hosts, by host; one whose container was found gone has none. */
    Map<String, Facts> of(String environment);

    /** Records what was learned, at the time of the clock. */
    void learned(String environment, String host, Container container, Observation observation);

    /** Records that the container is not there any more. */
    void gone(String environment, String host, Container container, Optional<String> run);

    /** Which container it is, by the inventory's name of its node. */
    record Container(String node, int vmid) {}

    /**
     * @param hostKeys OpenSSH format without comments
     * @param run the root run that learned it; empty when it was noticed by a connection that failed
     */
    record Observation(String address, List<String> hostKeys, Optional<String> run) {
        public Observation {
            hostKeys = List.copyOf(hostKeys);
        }
    }

    record Facts(Container container, String address, List<String> hostKeys, Optional<String> run, Instant at) {
        public Facts {
            hostKeys = List.copyOf(hostKeys);
        }
    }
}
