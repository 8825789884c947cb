package io.muster.inventory;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What must hold for the hosts of an environment. */
final class HostRules {

    private final Place environment;
    private final List<String> hosts;
    private final List<String> nodes;
    private final PemFiles pem;
    private final Map<String, String> guests = new HashMap<>();
    private final Map<String, String> sockets = new HashMap<>();
    private final Map<String, List<Place>> jumps = new LinkedHashMap<>();

    HostRules(Place environment, List<String> hosts, List<String> nodes, PemFiles pem) {
        this.environment = environment;
        this.hosts = hosts;
        this.nodes = nodes;
        this.pem = pem;
    }

    void check() {
        environment.entries("hosts").forEach(this::host);
        References.cycles(jumps, "jump hosts go");
    }

    private void host(Place host) {
        host.get("ssh").ifPresent(ssh -> ssh(host.key(), ssh));
        host.get("lxc").ifPresent(lxc -> lxc(host.key(), lxc));
        host.get("docker").ifPresent(docker -> docker(host, docker));
        host.items("persistent-storage").forEach(Formats::path);
    }

    private void ssh(String host, Place ssh) {
        SshRules.check(ssh);
        ssh.get("jump")
                .filter(jump -> References.check(jump, "host", hosts))
                .ifPresent(jump -> jumps.put(host, List.of(jump)));
    }

    private void lxc(String host, Place lxc) {
        boolean known = lxc.get("node")
                .filter(node -> References.check(node, "node", nodes))
                .isPresent();
        var vmid = lxc.integer("vmid");
        if (!known || vmid.isEmpty()) {
            return;
        }
        String node = lxc.text("node").orElseThrow();
        String other = guests.putIfAbsent(node + "/" + vmid.getAsInt(), host);
        if (other != null) {
            lxc.get("vmid")
                    .orElseThrow()
                    .problem(vmid.getAsInt() + " is the vmid of host '" + other + "' on node '" + node
                            + "' already; each guest has its own.");
        }
    }

    private void docker(Place host, Place docker) {
        docker.items("trust").forEach(pem::check);
        docker.get("certificate").ifPresent(pem::check);
        boolean certificate = docker.get("certificate").isPresent();
        boolean key = docker.get("private-key").isPresent();
        if (certificate != key) {
            docker.problemAtKey(
                    "has " + (certificate ? "a certificate but no private-key" : "a private-key but no certificate")
                            + "; give both or neither.");
        }
        docker.get("endpoint").ifPresent(endpoint -> {
            endpoint(docker, endpoint, certificate || key);
            ownMachine(host, endpoint);
        });
    }

    /** A socket of the machine that Muster runs on is the engine of one host at most, and of none that Muster makes. */
    private void ownMachine(Place host, Place endpoint) {
        String text = endpoint.text().orElse("");
        if (!text.startsWith("unix:")) {
            return;
        }
        String other = sockets.putIfAbsent(text, host.key());
        boolean made = host.get("container").isPresent();
        if (made || other != null) {
            endpoint.problem("is a socket of the machine that Muster itself runs on, "
                    + (made ? "which this container is not" : "and the engine of host '" + other + "' already")
                    + "; write `endpoint: ssh` for the engine of a host that is reached over SSH.");
        }
    }

    private static void endpoint(Place docker, Place endpoint, boolean identified) {
        String text = endpoint.text().orElse("");
        boolean plain = text.startsWith("unix:") || text.startsWith("ssh");
        if (plain && (identified || docker.get("trust").isPresent())) {
            endpoint.problem((text.startsWith("ssh") ? "an engine over SSH" : "a unix socket")
                    + " has no TLS; remove trust, certificate and private-key, or use tcp://host:port.");
        } else if (plain) {
            Optional.of(text.replaceFirst("^[a-z]+(://)?", ""))
                    .filter(path -> !path.isEmpty())
                    .flatMap(Notation::pathProblem)
                    .ifPresent(problem -> endpoint.problem("the socket's path " + problem + "."));
        } else {
            Formats.port(endpoint);
        }
    }
}
