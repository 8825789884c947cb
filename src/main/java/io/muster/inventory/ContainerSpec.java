package io.muster.inventory;

import java.util.List;
import java.util.Optional;

/**
 * How an LXC container shall be, with what it takes from its class.
 *
 * @param template volume id of the container template
 * @param storage the node's storage for the root file system
 * @param rootfs size of the root file system in GiB
 * @param memory MiB
 * @param swap MiB
 * @param features as Proxmox VE writes them, {@code nesting=1}
 * @param protection whether Proxmox VE refuses to destroy it
 * @param sshPublicKeys let in besides the public half of the host's own private key, in OpenSSH's format
 */
public record ContainerSpec(
        String hostname,
        String description,
        String template,
        String storage,
        int rootfs,
        Optional<Integer> cores,
        int memory,
        int swap,
        boolean unprivileged,
        List<String> features,
        Network network,
        List<Mount> mounts,
        boolean onboot,
        boolean protection,
        List<String> sshPublicKeys) {

    public ContainerSpec {
        features = List.copyOf(features);
        mounts = List.copyOf(mounts);
        sshPublicKeys = List.copyOf(sshPublicKeys);
    }

    /**
     * The first interface.
     *
     * @param address {@code dhcp}, or an IPv4 address with its prefix length
     */
    public record Network(String bridge, Optional<Integer> vlan, String address, Optional<String> gateway) {

        static final String DHCP = "dhcp";

        /** The fixed address without its prefix length; empty where DHCP gives it. */
        public Optional<String> fixed() {
            return address.equals(DHCP) ? Optional.empty() : Optional.of(address.substring(0, address.indexOf('/')));
        }
    }

    /**
     * Persistent storage: a volume of a storage, or a directory of the node.
     *
     * @param size GiB; given exactly where a storage is
     * @param path a directory of the node; given exactly where no storage is
     */
    public record Mount(Optional<String> storage, Optional<Integer> size, Optional<String> path, String target) {}
}
