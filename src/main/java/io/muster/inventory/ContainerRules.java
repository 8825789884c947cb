package io.muster.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What must hold for the LXC containers that Muster provisions, with what they take from their class. */
final class ContainerRules {

    private static final List<String> NEEDED = List.of("template", "storage", "rootfs");
    private static final List<String> NEEDED_OF_NETWORK = List.of("bridge", "address");

    private final Place environment;
    private final Map<String, String> addresses = new HashMap<>();

    ContainerRules(Place environment) {
        this.environment = environment;
    }

    void check() {
        environment.entries("classes").forEach(ContainerValues::check);
        environment.entries("hosts").forEach(host -> {
            host.get("ssh").filter(ssh -> ssh.flag("learned")).ifPresent(ssh -> learned(host, ssh));
            host.get("container")
                    .filter(container -> container.node().isObject())
                    .ifPresent(container -> container(host, container));
        });
    }

    private void learned(Place host, Place ssh) {
        Place learned = ssh.get("learned").orElseThrow();
        boolean keys =
                ssh.get("host-keys").isPresent() || ssh.get("host-authorities").isPresent();
        if (ssh.get("address").isPresent() && keys) {
            learned.problem("nothing is left to learn, address and keys are given; remove this or one of them.");
        }
        Optional<Place> lxc = host.get("lxc");
        if (lxc.isEmpty()) {
            learned.problem(
                    "only what an LXC container is can be learned through its node; give the host lxc: {node: …,"
                            + " vmid: …}, or address and host-keys.");
        }
        lxc.flatMap(guest -> guest.text("node"))
                .flatMap(node -> environment.get("nodes").flatMap(nodes -> nodes.get(node)))
                .filter(node -> node.get("host").isEmpty())
                .ifPresent(node -> learned.problem("node '" + Shown.text(node.key())
                        + "' has no host to learn this through; give it one (nodes." + Shown.text(node.key())
                        + ".host: …), or give address and host-keys here."));
    }

    private void container(Place host, Place container) {
        ContainerValues.check(container);
        if (host.get("lxc").isEmpty()) {
            container.problemAtKey(
                    "the host has no lxc: {node: …, vmid: …}, so there is no node to make it on; add it.");
        }
        Optional<String> kind = host.text("class");
        if (host.get("class").isEmpty()) {
            container.problemAtKey("the host has no class; give it one (core, monitoring, experimental).");
        }
        JsonNode merged = merged(container, kind);
        missing(container, kind, "", merged, NEEDED);
        missing(container, kind, "network.", merged.path("network"), NEEDED_OF_NETWORK);
        network(host, container, merged.path("network"));
        isolation(host, container, kind, merged);
        MountRules.check(host, container);
    }

    private JsonNode merged(Place container, Optional<String> kind) {
        JsonNode defaults = kind.flatMap(name -> environment.get("classes").flatMap(classes -> classes.get(name)))
                .map(Place::node)
                .orElse(JsonNodeFactory.instance.missingNode());
        return ContainerMapper.merged(container.node(), defaults);
    }

    private static void missing(
            Place container, Optional<String> kind, String prefix, JsonNode merged, List<String> keys) {
        keys.stream()
                .filter(key -> !merged.has(key))
                .forEach(key -> container.problemAtKey("key '" + prefix + key + "' is missing here"
                        + kind.map(name -> " and in classes." + Shown.text(name))
                                .orElse("")
                        + "; add it."));
    }

    private void network(Place host, Place container, JsonNode network) {
        Place place = container.get("network").orElse(container);
        String address = network.path("address").asText();
        Optional<String> gateway = Optional.ofNullable(network.path("gateway").textValue());
        Optional<Cidr> fixed = Cidr.of(address);
        if (fixed.isEmpty() && gateway.isPresent()) {
            place.problemAtKey("has a gateway but no fixed address; remove the gateway, DHCP gives it.");
        }
        fixed.ifPresent(cidr -> {
            gateway.filter(text -> Cidr.isAddress(text) && !cidr.contains(text))
                    .ifPresent(text -> place.problemAtKey("the gateway " + Shown.text(text)
                            + " is not in the network of " + Shown.text(address) + "; correct one of them."));
            String other = addresses.putIfAbsent(cidr.address(), host.key());
            if (other != null) {
                place.problemAtKey(cidr.address() + " is the address of container '" + Shown.text(other)
                        + "' already; each has its own.");
            }
            host.get("ssh")
                    .flatMap(ssh -> ssh.text("address"))
                    .filter(ssh -> Cidr.isAddress(ssh) && !ssh.equals(cidr.address()))
                    .ifPresent(ssh -> place.problemAtKey("the container gets the address " + cidr.address()
                            + ", but ssh.address is " + Shown.text(ssh) + "; correct one of them."));
        });
    }

    private static void isolation(Place host, Place container, Optional<String> kind, JsonNode merged) {
        boolean unprivileged = merged.path("unprivileged").asBoolean(true);
        if (!unprivileged && kind.equals(Optional.of("core"))) {
            container.problemAtKey("a core container is unprivileged: root in it must be nobody on the node; remove"
                    + " unprivileged: false, or give the host another class.");
        }
        boolean nesting = false;
        for (JsonNode feature : merged.path("features")) {
            nesting |= feature.asText().equals("nesting=1");
        }
        if (host.get("docker").isPresent() && unprivileged && !nesting) {
            container.problemAtKey("the host has docker, which an unprivileged container runs only with the feature"
                    + " nesting=1; add it to features (and keyctl=1).");
        }
    }
}
