package io.muster.sandbox.proxmox;

import java.util.concurrent.ThreadLocalRandom;

/**
 * A bridge for containers that only this machine reaches, with a /24 of 198.18.0.0/16, which is for tests (RFC 2544); the
 * machine has its first address.
 */
final class LxcNetwork implements AutoCloseable {

    private static final int ATTEMPTS = 50;

    private final int third;

    /** Takes one that nobody on this machine has. */
    LxcNetwork() {
        third = taken();
        Lxc.run("ip", "address", "add", address(1) + "/24", "dev", bridge());
        Lxc.run("ip", "link", "set", bridge(), "up");
    }

    private static int taken() {
        for (int i = 0; i < ATTEMPTS; i++) {
            int third = ThreadLocalRandom.current().nextInt(256);
            // Fails where it is there already, so two tests never share one.
            if (Lxc.status("ip", "link", "add", bridge(third), "type", "bridge") == 0) {
                return third;
            }
        }
        throw new IllegalStateException("no bridge could be made; try `ip link add test type bridge`");
    }

    private static String bridge(int third) {
        return "mst" + third;
    }

    String bridge() {
        return bridge(third);
    }

    String address(int last) {
        return "198.18." + third + "." + last;
    }

    /** The name of the machine's end of a container's cable; 15 characters at most. */
    String cable(int vmid) {
        return bridge() + "v" + vmid;
    }

    @Override
    public void close() {
        Lxc.run("ip", "link", "del", bridge());
    }
}
