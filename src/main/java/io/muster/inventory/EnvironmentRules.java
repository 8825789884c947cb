package io.muster.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What must hold in one environment, beyond the schema. */
final class EnvironmentRules {

    private final Place environment;
    private final PemFiles pem;
    private final Set<String> types;

    /** @param types of data that there are */
    EnvironmentRules(Place environment, PemFiles pem, Set<String> types) {
        this.environment = environment;
        this.pem = pem;
        this.types = types;
    }

    void check() {
        List<String> hosts = names("hosts");
        List<String> nodes = names("nodes");
        environment.get("approval").ifPresent(EnvironmentRules::approval);
        environment.get("resolver").ifPresent(Formats::port);
        environment.items("trust").forEach(pem::check);
        environment.entries("registries").forEach(this::registry);
        environment.entries("nodes").forEach(node -> node(node, hosts));
        new HostRules(environment, hosts, nodes, pem).check();
        new ContainerRules(environment).check();
        environment.get("monitoring").ifPresent(monitoring -> monitoring(monitoring, hosts));
        environment.get("archive").ifPresent(archive -> archive(archive, hosts));
        new RecoveryRules(environment, hosts, types).check();
        new ServiceRules(environment, hosts, names("services")).check();
    }

    private static void approval(Place approval) {
        String mode = approval.text().or(() -> approval.text("mode")).orElse("");
        boolean delayed = approval.get("delay").isPresent();
        if (mode.equals("self-after-delay") && !delayed) {
            approval.problemAtKey("self-after-delay needs a delay; write {mode: self-after-delay, delay: PT1H}.");
        }
        if (mode.equals("second-person") && delayed) {
            approval.problemAtKey("second-person has no delay; remove it.");
        }
        approval.get("delay").ifPresent(delay -> Formats.duration(delay, false));
    }

    private void registry(Place registry) {
        Formats.portProblem(registry.key()).ifPresent(registry::problemAtKey);
        registry.get("url").ifPresent(Formats::url);
        registry.items("trust").forEach(pem::check);
        boolean named = registry.get("username").isPresent();
        if (named != registry.get("password").isPresent()) {
            registry.problemAtKey("has " + (named ? "a username but no password" : "a password but no username")
                    + "; give both or neither.");
        }
    }

    private void node(Place node, List<String> hosts) {
        node.get("api").ifPresent(Formats::url);
        node.items("trust").forEach(pem::check);
        boolean named = node.get("user").isPresent();
        if (named != node.get("password").isPresent()) {
            node.problemAtKey(
                    "has " + (named ? "a user but no password" : "a password but no user") + "; give both or neither.");
        }
        if (node.get("fingerprint").isPresent() && node.get("trust").isPresent()) {
            node.problemAtKey("has a fingerprint and trust; with a fingerprint nothing else counts, give one of both.");
        }
        node.get("host").filter(host -> References.check(host, "host", hosts)).ifPresent(this::nodeHost);
    }

    private void nodeHost(Place host) {
        String name = host.text().orElseThrow();
        boolean guest = environment
                .get("hosts")
                .flatMap(hosts -> hosts.get(name))
                .flatMap(entry -> entry.get("lxc"))
                .isPresent();
        if (guest) {
            host.problem("host '" + Shown.text(name) + "' is an LXC container; name the host that the node itself is.");
        }
    }

    private void monitoring(Place monitoring, List<String> hosts) {
        monitoring.get("prometheus").ifPresent(Formats::url);
        monitoring.get("host").ifPresent(host -> References.check(host, "host", hosts));
        monitoring.get("targets-directory").ifPresent(Formats::path);
    }

    private void archive(Place archive, List<String> hosts) {
        archive.get("host").ifPresent(host -> References.check(host, "host", hosts));
        archive.get("directory").ifPresent(Formats::path);
    }

    private List<String> names(String key) {
        List<String> names = new ArrayList<>();
        environment.entries(key).forEach(entry -> names.add(entry.key()));
        return names;
    }
}
