package io.muster.steps.proxmox;

import java.util.Optional;

/** Which LXC container: the inventory's name for it, or, where the inventory has none, node and number. */
interface GuestRef {

    /** Or null. */
    String host();

    /** Or null. */
    String node();

    /** Or null. */
    Integer vmid();

    /** For messages and the journal. */
    default String named() {
        return Optional.ofNullable(host()).orElseGet(() -> node() + "/" + vmid());
    }

    /** @throws IllegalArgumentException unless it is exactly one of both */
    static void require(String host, String node, Integer vmid) {
        if (host == null && (node == null || vmid == null)) {
            throw new IllegalArgumentException("give either `host`, or `node` and `vmid`");
        }
        requireOne(host, node, vmid);
    }

    /** @throws IllegalArgumentException when both are given */
    static void requireOne(String host, String node, Integer vmid) {
        if (host != null && (node != null || vmid != null)) {
            throw new IllegalArgumentException("`host` says which container it is; leave out `node` and `vmid`");
        }
    }
}
