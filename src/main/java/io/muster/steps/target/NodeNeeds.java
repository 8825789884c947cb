package io.muster.steps.target;

import io.muster.inventory.ContainerSpec;
import io.muster.inventory.DataItem;
import io.muster.inventory.Inventory;
import io.muster.inventory.Vzdump;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Which privileges a node's token needs, by path, for what the environment's runbooks do with the containers there. */
final class NodeNeeds {

    /** SDN.Use is of Proxmox VE 8. */
    private static final int WITH_SDN = 8;

    private static final Set<String> RUN = Set.of("VM.Audit", "VM.PowerMgmt");

    private static final Set<String> SPACE = Set.of("Datastore.AllocateSpace", "Datastore.Audit");

    private static final Set<String> MAKE = Set.of(
            "VM.Allocate",
            "VM.Config.CPU",
            "VM.Config.Disk",
            "VM.Config.Memory",
            "VM.Config.Network",
            "VM.Config.Options");

    private final Map<String, Set<String>> byPath = new TreeMap<>();
    private final Set<NodeUse> also;

    private NodeNeeds(Set<NodeUse> also) {
        this.also = also;
    }

    /**
     * @param version of Proxmox VE, {@code 8.4.1}
     * @param also what is done with the containers beside that
     */
    static Map<String, Set<String>> of(
            Inventory.Environment environment, Inventory.Node node, String version, Set<NodeUse> also) {
        NodeNeeds needs = new NodeNeeds(also);
        guests(environment, node).forEach(host -> needs.host(host, major(version)));
        environment.services().values().forEach(service -> service.qualification().backup().stream()
                .flatMap(plan -> plan.data().stream())
                .filter(item -> item.type().equals(DataItem.VZDUMP))
                .forEach(item -> needs.backup(environment, node, service, item)));
        if (needs.byPath.isEmpty()) {
            needs.add("/vms", RUN);
        }
        return needs.byPath;
    }

    static Stream<Inventory.Host> guests(Inventory.Environment environment, Inventory.Node node) {
        return environment.hosts().values().stream()
                .filter(host ->
                        host.lxc().filter(lxc -> lxc.node().equals(node.name())).isPresent());
    }

    /** What Proxmox VE lets nobody do with an API token: words for it, empty where there is nothing. */
    static String forRootOnly(ContainerSpec spec) {
        List<String> only = new ArrayList<>(spec.features().stream()
                .filter(feature -> !spec.unprivileged() || !feature.startsWith("nesting="))
                .toList());
        spec.mounts().forEach(mount -> mount.path().ifPresent(path -> only.add("bind mount of " + path)));
        return String.join(", ", only);
    }

    private void backup(
            Inventory.Environment environment, Inventory.Node node, Inventory.Service service, DataItem item) {
        String host = item.host().orElse(service.container());
        guests(environment, node).filter(guest -> guest.name().equals(host)).forEach(guest -> {
            add(guest(guest), NodeUse.BACKUP.privileges());
            item.vzdump().ifPresent(vzdump -> add(storage(vzdump.storage()), SPACE));
            if (item.vzdump().filter(Vzdump::replaced).isPresent()) {
                // It is made anew, and before that tried under another number.
                add(guest(guest), Set.of("VM.Allocate", "VM.Audit", "VM.Config.Options", "VM.PowerMgmt"));
                add("/vms", Set.of("VM.Allocate", "VM.Audit"));
            }
        });
    }

    private static String guest(Inventory.Host host) {
        return "/vms/" + host.lxc().orElseThrow().vmid();
    }

    private void host(Inventory.Host host, int major) {
        String guest = guest(host);
        add(guest, RUN);
        also.forEach(use -> add(guest, use.privileges()));
        if (also.contains(NodeUse.CLONE)) {
            add("/vms", Set.of("VM.Allocate", "VM.Audit"));
        }
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
        add(storage(spec.storage()), SPACE);
        spec.mounts().forEach(mount -> mount.storage().ifPresent(name -> add(storage(name), SPACE)));
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
