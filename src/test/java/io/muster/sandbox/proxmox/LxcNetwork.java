package io.muster.sandbox.proxmox;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Addresses for containers that only this machine reaches: a /24 of 198.18.0.0/15, which is for tests (RFC 2544). What
 * has no container is unreachable at once, and is not asked of the machine's own network.
 */
final class LxcNetwork implements AutoCloseable {

    private static final int ATTEMPTS = 50;

    private final int third;

    /** Takes one that nobody on this machine has. */
    LxcNetwork() {
        third = taken();
        Lxc.run("ip", "address", "add", address(1) + "/32", "dev", "lo");
    }

    private static int taken() {
        for (int i = 0; i < ATTEMPTS; i++) {
            int third = ThreadLocalRandom.current().nextInt(256);
            // Fails where it is there already, so two tests never share one.
            if (Lxc.status("ip", "route", "add", "unreachable", "198.18." + third + ".0/24") == 0) {
                return third;
            }
        }
        throw new IllegalStateException("no free /24 was found in 198.18.0.0/16; look at `ip route`");
    }

    String address(int last) {
        return "198.18." + third + "." + last;
    }

    /** The name of the machine's end of a container's cable; 15 characters at most. */
    String cable(int vmid) {
        return "mst" + third + "v" + vmid;
    }

    @Override
    public void close() {
        Lxc.run("ip", "address", "del", address(1) + "/32", "dev", "lo");
        Lxc.run("ip", "route", "del", "unreachable", "198.18." + third + ".0/24");
    }
}
