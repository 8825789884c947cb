package io.muster.steps.target;

import io.muster.inventory.Inventory;
import io.muster.remote.HttpProbe;
import io.muster.remote.ImageRegistries;
import io.muster.remote.NameResolver;
import io.muster.remote.registry.ImageName;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks at what an environment's hosts share: registries, names, monitoring. */
final class SharedLook {

    private static final int MOST_BYTES = 64 * 1024;

    private final ImageRegistries registries;
    private final NameResolver names;
    private final HttpProbe http;

    SharedLook(ImageRegistries registries, NameResolver names, HttpProbe http) {
        this.registries = registries;
        this.names = names;
        this.http = http;
    }

    /** With a repository that services use: only a read shows that the credentials are valid. */
    Finding registry(Inventory.Environment environment, Inventory.Registry registry, TargetCheck.Input wanted) {
        String name = "registry " + registry.name();
        Optional<String> image = environment.services().values().stream()
                .map(Inventory.Service::image)
                .filter(it -> ImageName.parse(it).registry().equals(registry.name()))
                .findFirst();
        try {
            if (image.isPresent()) {
                int tags = registries.tags(environment, image.get()).size();
                return Finding.good(
                        name, "Reachable, credentials", image.get() + " has " + tags + " tags", "a list of tags");
            }
            int status = status(environment, registry.url() + "/v2/", wanted);
            return status == 200 || status == 401
                    ? Finding.good(name, "Reachable", "HTTP " + status, "HTTP 200 or 401")
                    : Finding.bad(
                            name, "Reachable", "HTTP " + status, "HTTP 200 or 401", "See what answers at that URL.");
        } catch (StepFailure e) {
            return e.reason().equals(Reason.NOT_FOUND)
                    ? Finding.good(name, "Reachable, credentials", "no such repository yet", "an answer")
                    : Finding.failed(name, "Reachable, credentials", "a list of tags", e);
        }
    }

    Finding name(Inventory.Environment environment, String host) {
        String resolver = "resolver " + environment.resolver().orElse("of this machine");
        try {
            List<InetAddress> addresses = names.addresses(environment, host);
            return Finding.good(
                    resolver,
                    "Name " + host,
                    addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", ")),
                    "an address");
        } catch (StepFailure e) {
            return Finding.failed(resolver, "Name " + host, "an address", e);
        }
    }

    Finding prometheus(Inventory.Environment environment, Inventory.Monitoring monitoring, TargetCheck.Input wanted) {
        String name = "prometheus " + monitoring.prometheusUrl();
        try {
            int status = status(environment, monitoring.prometheusUrl() + "/-/ready", wanted);
            return status == 200
                    ? Finding.good(name, "Ready", "HTTP 200", "HTTP 200")
                    : Finding.bad(name, "Ready", "HTTP " + status, "HTTP 200", "See Prometheus's own log.");
        } catch (StepFailure e) {
            return Finding.failed(name, "Ready", "HTTP 200", e);
        }
    }

    private int status(Inventory.Environment environment, String url, TargetCheck.Input wanted) {
        return http.send(
                        environment,
                        new HttpProbe.Request("GET", url, Map.of(), Optional.empty()),
                        wanted.limit(),
                        MOST_BYTES)
                .status();
    }

    static Optional<String> host(String url) {
        return Optional.ofNullable(URI.create(url).getHost());
    }
}
