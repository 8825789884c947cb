package io.muster.inventory;

import java.util.List;

/** What must hold for how a host is reached. */
final class SshRules {

    private static final List<String> WAYS_IN = List.of("private-key", "agent", "password");

    private SshRules() {}

    static void check(Place ssh) {
        if (!ssh.node().isObject()) {
            return;
        }
        ssh.items("host-keys").forEach(key -> key(key, "host key", "the line of ssh-keyscan without the host's name"));
        ssh.items("host-authorities").forEach(key -> key(key, "authority's key", "what is in its .pub file"));
        ssh.get("login-timeout").ifPresent(limit -> Formats.duration(limit, false));
        ssh.get("agent").filter(agent -> agent.node().isTextual()).ifPresent(agent -> agent.text()
                .flatMap(Notation::pathProblem)
                .ifPresent(problem -> agent.problem("the path of the agent's socket " + problem
                        + "; write it in full, or true for the one that SSH_AUTH_SOCK names.")));
        identity(ssh);
        logIn(ssh);
    }

    private static void identity(Place ssh) {
        boolean authorities = ssh.get("host-authorities").isPresent();
        if (ssh.get("host-keys").isEmpty() && !authorities && !ssh.flag("learned")) {
            ssh.problemAtKey(
                    "pins nothing that the host could prove itself with; give host-keys: [\"ssh-ed25519 AAAA…\"]"
                            + " or, for host certificates, host-authorities; an LXC container's are learned with learned: true.");
        }
        if (ssh.get("host-principal").isPresent() && !authorities) {
            ssh.problemAtKey("has a host-principal but no host-authorities whose certificates could be for it; add the"
                    + " authority's key or remove it.");
        }
    }

    private static void logIn(Place ssh) {
        if (WAYS_IN.stream().noneMatch(way -> given(ssh, way))) {
            ssh.problemAtKey(
                    "has no way to log in; give private-key: secret:NAME, agent: true or password: secret:NAME.");
        }
        if (ssh.get("passphrase").isPresent() && ssh.get("private-key").isEmpty()) {
            ssh.problemAtKey("has a passphrase but no private-key that it belongs to; add the key or remove it.");
        }
    }

    private static boolean given(Place ssh, String way) {
        return ssh.get(way)
                .filter(place -> !place.node().isBoolean() || place.node().booleanValue())
                .isPresent();
    }

    private static void key(Place key, String what, String copied) {
        key.text()
                .flatMap(SshKeys::problem)
                .ifPresent(problem -> key.problem("this " + what + " " + problem + "; copy " + copied + "."));
    }
}
