package io.muster.inventory;

import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What must hold for the services of an environment. */
final class ServiceRules {

    private final Place environment;
    private final List<String> hosts;
    private final List<String> services;
    private final PublishedPorts ports = new PublishedPorts();
    private final Map<String, List<Place>> dependencies = new LinkedHashMap<>();

    ServiceRules(Place environment, List<String> hosts, List<String> services) {
        this.environment = environment;
        this.hosts = hosts;
        this.services = services;
    }

    void check() {
        environment.entries("services").forEach(this::service);
        References.cycles(dependencies, "services depend on each other");
    }

    private void service(Place service) {
        service.get("image").ifPresent(ImageNames::check);
        service.get("container").ifPresent(this::container);
        VolumeRules.check(service.items("volumes"));
        service.items("ports")
                .forEach(port ->
                        ports.add(service.key(), service.text("container").orElse(""), port));
        twice(service);
        service.get("limits").flatMap(limits -> limits.get("memory")).ifPresent(ServiceRules::memory);
        service.get("health").ifPresent(ServiceRules::health);
        service.get("health-check").ifPresent(ServiceRules::healthCheck);
        service.get("metrics").flatMap(metrics -> metrics.get("target")).ifPresent(Formats::port);
        service.get("recovery").ifPresent(ServiceRules::recovery);
        service.get("promotion").ifPresent(promotion -> promotion(service, promotion));
        dependencies(service);
    }

    private void promotion(Place service, Place promotion) {
        promotion.get("container").ifPresent(this::container);
        if (promotion.text("container").isPresent()
                && promotion.text("container").equals(service.text("container"))) {
            promotion.get("container").orElseThrow().problem("is where the service is already; remove `promotion`.");
        }
        VolumeRules.check(promotion.items("volumes"));
        if (!promotion.items("volumes").isEmpty()
                && promotion.items("volumes").size() != service.items("volumes").size()) {
            promotion
                    .get("volumes")
                    .orElseThrow()
                    .problemAtKey(
                            "has not as many volumes as the service; give them in the same order, or none if they are the same.");
        }
        List<Place> published = promotion.items("ports").isEmpty() ? service.items("ports") : promotion.items("ports");
        published.forEach(
                port -> ports.add(service.key(), promotion.text("container").orElse(""), port));
        promotion.get("limits").flatMap(limits -> limits.get("memory")).ifPresent(ServiceRules::memory);
        promotion.get("health").ifPresent(ServiceRules::health);
        promotion.get("metrics").flatMap(metrics -> metrics.get("target")).ifPresent(Formats::port);
        promotion.get("after").ifPresent(after -> Formats.duration(after, true));
    }

    private void container(Place container) {
        if (!References.check(container, "host", hosts)) {
            return;
        }
        String name = container.text().orElseThrow();
        Optional<Place> host = environment.get("hosts").flatMap(all -> all.get(name));
        if (host.flatMap(h -> h.get("docker")).isEmpty()) {
            container.problem(
                    "host '" + name + "' has no docker; give it one (docker: {endpoint: …}) or name another host.");
        }
        if (host.flatMap(h -> h.get("class")).isEmpty()) {
            container.problem("host '" + name
                    + "' has no class; give it one (core, monitoring, experimental) or name another host.");
        }
    }

    private static void twice(Place service) {
        service.entries("secret-env").stream()
                .filter(secret ->
                        service.get("env").flatMap(env -> env.get(secret.key())).isPresent())
                .forEach(secret -> secret.problemAtKey("stands in env too; keep only this one."));
    }

    private static void memory(Place memory) {
        memory.text().map(Notation::size).ifPresent(bytes -> {
            boolean below = bytes.compareTo(java.math.BigDecimal.valueOf(6L << 20)) < 0;
            if (below || bytes.compareTo(java.math.BigDecimal.valueOf(1L << 50)) > 0) {
                memory.problem("'" + memory.node().textValue() + "' is "
                        + (below ? "less than 6MiB, the least that a Docker engine takes" : "more than any machine has")
                        + "; give another limit.");
            }
        });
    }

    /** A URL, and a JSON path with its value, or neither. */
    static void health(Place health) {
        health.get("url").ifPresent(Formats::url);
        boolean path = health.get("json-path").isPresent();
        if (path != health.get("json-value").isPresent()) {
            health.problemAtKey("has " + (path ? "a json-path but no json-value" : "a json-value but no json-path")
                    + "; give both or neither.");
        }
        health.get("json-path").ifPresent(ServiceRules::jsonPath);
    }

    private static void jsonPath(Place place) {
        place.text().ifPresent(text -> {
            try {
                JsonPath.compile(text);
            } catch (InvalidPathException | IllegalArgumentException e) {
                place.problem("'" + Shown.text(text) + "' is not a JSON path; write for example $.status.");
            }
        });
    }

    private static void healthCheck(Place check) {
        List<Place> test = check.items("test");
        String kind = test.isEmpty() ? "CMD" : test.get(0).text().orElse("CMD");
        if (!List.of("CMD", "CMD-SHELL").contains(kind)) {
            test.get(0).problem("'" + Shown.text(kind) + "' is not allowed; a test begins with CMD or CMD-SHELL.");
        } else if (kind.equals("CMD-SHELL") && test.size() != 2) {
            test.get(0)
                    .problem("CMD-SHELL takes one shell line, here are " + (test.size() - 1)
                            + "; join them or use CMD.");
        }
        check.get("interval").ifPresent(interval -> Formats.duration(interval, false));
        check.get("timeout").ifPresent(timeout -> Formats.duration(timeout, false));
        check.get("start-period").ifPresent(period -> Formats.duration(period, true));
    }

    private static void recovery(Place recovery) {
        recovery.get("rto").ifPresent(rto -> Formats.duration(rto, false));
        recovery.get("rpo").ifPresent(rpo -> Formats.duration(rpo, true));
        recovery.get("drill-every").ifPresent(every -> Formats.duration(every, false));
    }

    private void dependencies(Place service) {
        List<Place> known = new ArrayList<>(service.items("dependencies"));
        known.removeIf(dependency -> !References.check(dependency, "service", services));
        dependencies.put(service.key(), known);
    }
}
