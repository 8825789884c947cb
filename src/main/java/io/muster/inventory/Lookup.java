package io.muster.inventory;

import io.muster.inventory.Inventory.Environment;
import io.muster.inventory.Inventory.Host;
import io.muster.inventory.Inventory.Node;
import io.muster.inventory.Inventory.Service;
import java.util.Map;

/** Finds entries by the names that people and diagrams give, and says what exists when there is none. */
public final class Lookup {

    private Lookup() {}

    /** @throws InvalidReference when the inventory has no such environment */
    public static Environment environment(Inventory inventory, String name) {
        return find(inventory.environments(), name, "environment", "Environments", " in " + inventory.source());
    }

    /** @throws InvalidReference when the environment has no such service */
    public static Service service(Environment environment, String name) {
        return find(environment.services(), name, "service", "Services", in(environment));
    }

    /** @throws InvalidReference when the environment has no such host */
    public static Host host(Environment environment, String name) {
        return find(environment.hosts(), name, "host", "Hosts", in(environment));
    }

    /** @throws InvalidReference when the environment has no such Proxmox VE node */
    public static Node node(Environment environment, String name) {
        return find(environment.nodes(), name, "node", "Nodes", in(environment));
    }

    private static String in(Environment environment) {
        return " in environment '" + environment.name() + "'";
    }

    private static <T> T find(Map<String, T> entries, String name, String kind, String plural, String where) {
        if (name != null && entries.containsKey(name)) {
            return entries.get(name);
        }
        String article = kind.startsWith("e") ? "an " : "a ";
        String problem = name == null || name.isBlank()
                ? "No " + kind + " was given; name " + article + kind + where + "."
                : "There is no " + kind + " '" + Shown.text(name) + "'" + where + ".";
        String existing = entries.isEmpty()
                ? " It has no " + kind + "s."
                : " " + plural + ": " + Shown.list(entries.keySet()) + ".";
        String hint = name == null
                ? ""
                : Nearest.to(name, entries.keySet())
                        .map(near -> " Did you mean '" + near + "'?")
                        .orElse("");
        throw new InvalidReference(problem + existing + hint);
    }
}
