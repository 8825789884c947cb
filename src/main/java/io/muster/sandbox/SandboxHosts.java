package io.muster.sandbox;

import java.util.List;
import java.util.Optional;

/** The hosts there are, and how they come and go while the sandbox runs. */
public interface SandboxHosts {

    List<SandboxHost> hosts();

    /**
     * Makes a host that does not run yet.
     *
     * @param address or empty for one of the sandbox's choice
     * @param hostClass core, monitoring or experimental
     * @throws IllegalStateException when its address belongs to another or to no host of this sandbox
     */
    SandboxHost make(int vmid, String name, Optional<String> address, String hostClass);

    /**
     * Makes a host anew under its number. Of the old one only the host key stays, which a backup of a real container has.
     *
     * @throws IllegalStateException as {@link #make}
     */
    SandboxHost replace(SandboxHost host, String name, Optional<String> address, String hostClass);

    /** Ends a host and deletes all that is its. */
    void remove(SandboxHost host);

    static SandboxHosts only(List<SandboxHost> hosts) {
        return new FixedHosts(List.copyOf(hosts));
    }

    default Optional<SandboxHost> byNumber(int vmid) {
        return hosts().stream().filter(host -> host.vmid() == vmid).findFirst();
    }
}
