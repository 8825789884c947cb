package io.muster.steps;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a token may do, as {@code /access/permissions} answers: by path its privileges there, each with whether it holds below. The
 * nearest path above says all: an entry of its own replaces what would come from further up.
 */
public final class TokenRights {

    private final JsonNode answer;

    public TokenRights(JsonNode answer) {
        this.answer = answer;
    }

    public boolean none() {
        return answer.isEmpty();
    }

    /** What is needed and not held, by path. */
    public Map<String, Set<String>> missing(Map<String, Set<String>> needed) {
        Map<String, Set<String>> missing = new TreeMap<>();
        needed.forEach((path, privileges) -> {
            Set<String> lacking = new TreeSet<>(privileges);
            lacking.removeIf(privilege -> holds(path, privilege));
            if (!lacking.isEmpty()) {
                missing.put(path, lacking);
            }
        });
        return missing;
    }

    private boolean holds(String path, String privilege) {
        if (answer.has(path)) {
            return answer.path(path).has(privilege);
        }
        for (String above = parent(path); !above.isEmpty(); above = parent(above)) {
            if (answer.has(above)) {
                return answer.path(above).path(privilege).asBoolean();
            }
        }
        return false;
    }

    /** Empty above the root. */
    private static String parent(String path) {
        if (path.equals("/")) {
            return "";
        }
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    /** {@code VM.Audit, VM.PowerMgmt on /vms/101, /vms/102; …}: paths that need the same are said together. */
    public static String text(Map<String, Set<String>> byPath) {
        Map<String, Set<String>> byPrivileges = new TreeMap<>();
        byPath.forEach((path, privileges) -> byPrivileges
                .computeIfAbsent(String.join(", ", new TreeSet<>(privileges)), key -> new TreeSet<>())
                .add(path));
        return byPrivileges.entrySet().stream()
                .map(entry -> entry.getKey() + " on " + String.join(", ", entry.getValue()))
                .collect(Collectors.joining("; "));
    }
}
