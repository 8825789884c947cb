package io.muster.inventory;

import java.math.BigDecimal;

/** Values of a container, or of the defaults of a class, that a pattern cannot check. */
final class ContainerValues {

    private static final int LEAST_MEMORY = 16;

    private ContainerValues() {}

    static void check(Place container) {
        container.get("rootfs").ifPresent(rootfs -> whole(rootfs, "GiB", 1));
        container.get("memory").ifPresent(memory -> whole(memory, "MiB", LEAST_MEMORY));
        container.get("swap").ifPresent(swap -> whole(swap, "MiB", 0));
        container.items("mounts").forEach(mount -> mount.get("size").ifPresent(size -> whole(size, "GiB", 1)));
        container.get("network").ifPresent(ContainerValues::network);
        container.items("ssh-public-keys").forEach(ContainerValues::publicKey);
    }

    private static void publicKey(Place key) {
        key.text()
                .flatMap(SshKeys::problem)
                .ifPresent(problem -> key.problem("this public key " + problem + "; copy the line of a .pub file."));
    }

    private static void whole(Place size, String unit, int least) {
        size.text().ifPresent(text -> {
            BigDecimal one = Notation.size("1" + unit);
            boolean parts = Notation.size(text).remainder(one).signum() != 0;
            boolean large = Notation.size(text).compareTo(one.multiply(BigDecimal.valueOf(1L << 30))) > 0;
            boolean small = Notation.size(text).compareTo(one.multiply(BigDecimal.valueOf(least))) < 0;
            if (parts || large || small) {
                size.problem("'" + Shown.text(text) + "' is "
                        + (parts ? "not a whole number of " + unit : large ? "more than any machine has" : "too little")
                        + "; give whole " + unit + (least > 0 ? ", at least " + least + unit : "") + ".");
            }
        });
    }

    private static void network(Place network) {
        network.get("address")
                .filter(address -> address.text().isPresent())
                .filter(address -> !address.text().orElseThrow().equals(ContainerSpec.Network.DHCP))
                .filter(address -> Cidr.of(address.text().orElseThrow()).isEmpty())
                .ifPresent(address ->
                        address.problem("'" + Shown.text(address.text().orElseThrow())
                                + "' is no IPv4 address with a prefix length of 1 to 32; write for example 192.0.2.13/24, or"
                                + " dhcp."));
        network.get("gateway")
                .filter(gateway -> gateway.text().isPresent())
                .filter(gateway -> !Cidr.isAddress(gateway.text().orElseThrow()))
                .ifPresent(gateway ->
                        gateway.problem("'" + Shown.text(gateway.text().orElseThrow())
                                + "' is no IPv4 address; each of its numbers is at most 255."));
    }
}
