package io.muster.steps.target;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Inventory;
import io.muster.remote.ProxmoxNodes;
import io.muster.step.ByteSize;
import io.muster.step.StepFailure;
import io.muster.steps.TokenRights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Looks at one Proxmox VE node: its API, what the token may do, and its storages. */
final class NodeLook {

    private static final String PERMISSIONS = "Token permissions";
    private static final String LOGIN = "Login by password";
    private static final String ROOT = "root@pam";

    private final ProxmoxNodes nodes;

    NodeLook(ProxmoxNodes nodes) {
        this.nodes = nodes;
    }

    List<Finding> look(Inventory.Environment environment, Inventory.Node node, TargetCheck.Input wanted) {
        String name = "node " + node.name();
        List<Finding> findings = new ArrayList<>();
        String version;
        try {
            version = nodes.get(environment, node, "/version", Map.of())
                    .path("version")
                    .asText();
            findings.add(Finding.good(name, "API, certificate and token", version, "an answer"));
        } catch (StepFailure e) {
            findings.add(Finding.failed(name, "API, certificate and token", "an answer", e));
            return findings;
        }
        // A token without any permission is answered with empty lists, not with an error.
        findings.add(permissions(name, environment, node, version, wanted.alsoUsed()));
        rootOnly(name, environment, node, findings);
        storages(name, environment, node, wanted, findings);
        return findings;
    }

    /** What no token may do, whatever its permissions are: wanted as long as a container is still to be made. */
    private void rootOnly(String name, Inventory.Environment environment, Inventory.Node node, List<Finding> findings) {
        Map<Integer, String> guests = new TreeMap<>();
        NodeNeeds.guests(environment, node).forEach(host -> host.container()
                .map(NodeNeeds::forRootOnly)
                .filter(only -> !only.isEmpty())
                .ifPresent(only -> guests.put(host.lxc().orElseThrow().vmid(), host.name() + " (" + only + ")")));
        if (guests.isEmpty()) {
            return;
        }
        String user = node.login().map(Inventory.Login::user).orElse("none");
        if (user.equals(ROOT)) {
            findings.add(Finding.good(name, LOGIN, ROOT, root(guests)));
            return;
        }
        String wanted = root(guests);
        try {
            nodes.get(environment, node, "/nodes/" + node.node() + "/lxc", Map.of())
                    .forEach(guest -> guests.remove(guest.path("vmid").asInt()));
            findings.add(
                    guests.isEmpty()
                            ? Finding.good(name, LOGIN, user + "; the containers are there", wanted)
                            : Finding.bad(
                                    name,
                                    LOGIN,
                                    user,
                                    root(guests),
                                    "No API token may make that: give the node `user: " + ROOT + "` and `password:"
                                            + " secret:…` in the inventory, or make the containers by hand on the node."));
        } catch (StepFailure e) {
            findings.add(Finding.failed(name, LOGIN, wanted, e));
        }
    }

    private static String root(Map<Integer, String> guests) {
        return "that of " + ROOT + ", for " + String.join("; ", guests.values());
    }

    private Finding permissions(
            String name, Inventory.Environment environment, Inventory.Node node, String version, Set<NodeUse> also) {
        Map<String, Set<String>> needed = NodeNeeds.of(environment, node, version, also);
        String wanted = TokenRights.text(needed);
        try {
            TokenRights rights = new TokenRights(nodes.get(environment, node, "/access/permissions", Map.of()));
            Map<String, Set<String>> missing = rights.missing(needed);
            return missing.isEmpty()
                    ? Finding.good(name, PERMISSIONS, "all of them", wanted)
                    : Finding.bad(
                            name,
                            PERMISSIONS,
                            rights.none() ? "none" : "without " + TokenRights.text(missing),
                            wanted,
                            "Give the token " + node.tokenId()
                                    + " a role with them there (pveum acl modify PATH --tokens '"
                                    + node.tokenId() + "' --roles …), and its user too, or create the token"
                                    + " without privilege separation.");
        } catch (StepFailure e) {
            return Finding.failed(name, PERMISSIONS, wanted, e);
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
