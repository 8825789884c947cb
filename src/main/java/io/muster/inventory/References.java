package io.muster.inventory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Names that must stand for an entry, and chains of them that must end. */
final class References {

    private References() {}

    /** Reports a name that is not among the existing ones. */
    static boolean check(Place place, String kind, Collection<String> existing) {
        String name = place.text().orElse(null);
        if (name == null || existing.contains(name)) {
            return name != null;
        }
        place.problem("there is no " + kind + " '" + Shown.text(name) + "' in this environment"
                + (existing.isEmpty() ? ", which has no " + kind + "s." : ". " + exist(name, kind, existing)));
        return false;
    }

    private static String exist(String name, String kind, Collection<String> existing) {
        String hint = Nearest.to(name, existing)
                .map(near -> " Did you mean '" + near + "'?")
                .orElse("");
        return capital(kind) + "s: " + Shown.list(existing) + "." + hint;
    }

    /** Reports a cycle wherever there is one, at the reference that closes it. */
    static void cycles(Map<String, List<Place>> references, String what) {
        Map<String, List<Place>> open = new LinkedHashMap<>(references);
        for (dropFinite(open); !open.isEmpty(); dropFinite(open)) {
            Map<String, Place> path = follow(open);
            Place closing = List.copyOf(path.values()).get(path.size() - 1);
            List<String> names = new ArrayList<>(path.keySet());
            List<String> cycle = names.subList(names.indexOf(target(closing)), names.size());
            report(closing, cycle, what);
            cycle.forEach(open::remove);
        }
    }

    /** Drops whatever refers to nothing that is still open, until only cycles and what leads into them are left. */
    private static void dropFinite(Map<String, List<Place>> open) {
        boolean dropped = true;
        while (dropped) {
            dropped = open.values().removeIf(refs -> refs.stream().noneMatch(ref -> open.containsKey(target(ref))));
        }
    }

    /** Goes from reference to reference until a name comes again. */
    private static Map<String, Place> follow(Map<String, List<Place>> open) {
        Map<String, Place> path = new LinkedHashMap<>();
        String name = open.keySet().iterator().next();
        while (!path.containsKey(name)) {
            Place next = open.get(name).stream()
                    .filter(reference -> open.containsKey(target(reference)))
                    .findFirst()
                    .orElseThrow();
            path.put(name, next);
            name = target(next);
        }
        return path;
    }

    private static String target(Place reference) {
        return reference.node().textValue();
    }

    private static void report(Place closing, List<String> cycle, String what) {
        String circle = String.join(" -> ", cycle) + " -> " + cycle.get(0);
        closing.problem(what + " in a circle: " + Shown.text(circle) + "; remove one of them.");
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
