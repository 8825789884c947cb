package io.muster.sandbox;

import java.util.List;
import java.util.Optional;

/** Hosts that stay as they are. */
record FixedHosts(List<SandboxHost> hosts) implements SandboxHosts {

    @Override
    public SandboxHost make(int vmid, String name, Optional<String> address, String hostClass) {
        throw new IllegalStateException("no host can be added here");
    }

    @Override
    public SandboxHost replace(SandboxHost host, String name, Optional<String> address, String hostClass) {
        throw new IllegalStateException("host " + host.name() + " is kept here");
    }

    @Override
    public void remove(SandboxHost host) {
        throw new IllegalStateException("host " + host.name() + " is kept here");
    }
}
