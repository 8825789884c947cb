package io.muster.steps.target;

import io.muster.inventory.ContainerSpec;
import io.muster.inventory.Inventory;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which privileges a node's token needs, by path, for what the environment's runbooks do with the containers there. */
final class NodeNeeds {

    /** SDN.Use is of Proxmox VE 8. */
    private static final int WITH_SDN = 8;

    private static final Set<String> RUN = Set.of("VM.Audit", "VM.PowerMgmt");

    private static final Set<String> MAKE = Set.of(
            "VM.Allocate",
            "VM.Config.CPU",
            "VM.Config.Disk",
            "VM.Config.Memory",
            "VM.Config.Network",
            "VM.Config.Options");

    private final Map<String, Set<String>> byPath = new TreeMap<>();

    private NodeNeeds() {}

    /** @param version of Proxmox VE, {@code 8.4.1} */
    static Map<String, Set<String>> of(Inventory.Environment environment, Inventory.Node node, String version) {
        NodeNeeds needs = new NodeNeeds();
        environment.hosts().values().stream()
                .filter(host ->
                        host.lxc().filter(lxc -> lxc.node().equals(node.name())).isPresent())
                .forEach(host -> needs.host(host, major(version)));
        if (needs.byPath.isEmpty()) {
            needs.add("/vms", RUN);
        }
        return needs.byPath;
    }

    private void host(Inventory.Host host, int major) {
        String guest = "/vms/" + host.lxc().orElseThrow().vmid();
        add(guest, RUN);
        host.container().ifPresent(spec -> {
            add(guest, MAKE);
            storages(spec);
            if (major >= WITH_SDN) {
                String bridge = "/sdn/zones/localnetwork/" + spec.network().bridge();
                add(spec.network().vlan().map(tag -> bridge + "/" + tag).orElse(bridge), Set.of("SDN.Use"));
            }
            if (!spec.unprivileged()) {
                add("/", Set.of("Sys.Modify"));
            }
        });
    }

    private void storages(ContainerSpec spec) {
        add(storage(spec.template().substring(0, spec.template().indexOf(':'))), Set.of("Datastore.Audit"));
        Set<String> space = Set.of("Datastore.AllocateSpace", "Datastore.Audit");
        add(storage(spec.storage()), space);
        spec.mounts().forEach(mount -> mount.storage().ifPresent(name -> add(storage(name), space)));
    }

    private void add(String path, Set<String> privileges) {
        byPath.computeIfAbsent(path, key -> new TreeSet<>()).addAll(privileges);
    }

    private static String storage(String name) {
        return "/storage/" + name;
    }

    private static int major(String version) {
        String digits = version.replaceFirst("\\D.*", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }
}
