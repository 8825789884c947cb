package io.muster.steps.target;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Inventory;
import io.muster.remote.ProxmoxNodes;
import io.muster.step.ByteSize;
import io.muster.step.StepFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Looks at one Proxmox VE node: its API, what the token may do, and its storages. */
final class NodeLook {

    private static final Set<String> NEEDED = Set.of("VM.Audit", "VM.PowerMgmt");

    private final ProxmoxNodes nodes;

    NodeLook(ProxmoxNodes nodes) {
        this.nodes = nodes;
    }

    List<Finding> look(Inventory.Environment environment, Inventory.Node node, TargetCheck.Input wanted) {
        String name = "node " + node.name();
        List<Finding> findings = new ArrayList<>();
        try {
            JsonNode version = nodes.get(environment, node, "/version", Map.of());
            findings.add(Finding.good(
                    name, "API, certificate and token", version.path("version").asText(), "an answer"));
        } catch (StepFailure e) {
            findings.add(Finding.failed(name, "API, certificate and token", "an answer", e));
            return findings;
        }
        // A token without any permission is answered with empty lists, not with an error.
        permissions(name, environment, node, findings);
        storages(name, environment, node, wanted, findings);
        return findings;
    }

    private void permissions(
            String name, Inventory.Environment environment, Inventory.Node node, List<Finding> findings) {
        String wanted = String.join(", ", new TreeSet<>(NEEDED));
        try {
            Set<String> held = new TreeSet<>();
            nodes.get(environment, node, "/access/permissions", Map.of())
                    .properties()
                    .forEach(path -> path.getValue().fieldNames().forEachRemaining(held::add));
            findings.add(
                    held.containsAll(NEEDED)
                            ? Finding.good(name, "Token permissions", String.join(", ", held), wanted)
                            : Finding.bad(
                                    name,
                                    "Token permissions",
                                    held.isEmpty() ? "none" : String.join(", ", held),
                                    wanted,
                                    "Give the token " + node.tokenId()
                                            + " a role with them (pveum acl modify /vms --tokens '"
                                            + node.tokenId() + "' --roles …), and its user too, or create the token"
                                            + " without privilege separation."));
        } catch (StepFailure e) {
            findings.add(Finding.failed(name, "Token permissions", wanted, e));
        }
    }

    private void storages(
            String name,
            Inventory.Environment environment,
            Inventory.Node node,
            TargetCheck.Input wanted,
            List<Finding> findings) {
        String limit = "at least " + wanted.minimumFree();
        try {
            JsonNode storages = nodes.get(environment, node, "/nodes/" + node.node() + "/storage", Map.of());
            if (storages.isEmpty()) {
                findings.add(Finding.bad(
                        name,
                        "Storages",
                        "none visible",
                        "at least one",
                        "Give the token Datastore.Audit on /storage, or activate a storage on the node."));
            }
            storages.forEach(storage -> findings.add(storage(name, storage, wanted, limit)));
        } catch (StepFailure e) {
            findings.add(Finding.failed(name, "Storages", "a list", e));
        }
    }

    private static Finding storage(String name, JsonNode storage, TargetCheck.Input wanted, String limit) {
        String check = "Free space on storage " + storage.path("storage").asText();
        if (storage.path("active").asInt(1) == 0) {
            return Finding.bad(name, check, "not active", limit, "Activate the storage, or disable it on this node.");
        }
        long free = storage.path("avail").asLong();
        String found = new ByteSize(free).toString();
        return free >= wanted.minimumFree().bytes()
                ? Finding.good(name, check, found, limit)
                : Finding.bad(name, check, found, limit, "Free or add space.");
    }
}
