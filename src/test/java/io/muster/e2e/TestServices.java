package io.muster.e2e;

import static org.awaitility.Awaitility.await;

import io.muster.inventory.Inventories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Adds services to the sandbox's inventory, so that each test has its own. */
final class TestServices {

    private final Path inventory;
    private final String network;
    private final Inventories inventories;

    TestServices(Path inventory, String network, Inventories inventories) {
        this.inventory = inventory;
        this.network = network;
        this.inventories = inventories;
    }

    /** An experimental service on its own port of experimental-01. */
    void add(String name, int port) {
        add(name, "experimental", "experimental-01", "1.3", port);
    }

    /** @param address the host's last two octets */
    void add(String name, String kind, String host, String address, int port) {
        String text =
                """
                      %1$s:
                        description: A notebook of a test
                        image: registry.sandbox.test:5000/notes
                        class: %2$s
                        container: %3$s
                        volumes: ["/srv/persistent/%1$s:/data"]
                        ports: ["%5$d:8080"]
                        env: {NOTES_TITLE: Test}
                        health: {url: "http://%4$s:%5$d/health", status: 200, json-path: $.status, json-value: UP}
                        health-check: {test: [CMD, /opt/notes/bin/healthcheck], interval: PT2S, timeout: PT15S, start-period: PT20S, retries: 3}
                        metrics: {target: "%4$s:%5$d", path: /metrics, scheme: http}
                """
                        .formatted(name, kind, host, network + "." + address, port);
        add(name, text);
    }

    /** So many services that nothing is deployed of, named by a prefix and a number. */
    void addMany(String prefix, int count) {
        String entry =
                """
                      %s%d:
                        description: One of many
                        image: registry.sandbox.test:5000/notes
                        class: experimental
                        container: experimental-01
                """;
        add(
                prefix + (count - 1),
                IntStream.range(0, count)
                        .mapToObj(number -> entry.formatted(prefix, number))
                        .collect(Collectors.joining()));
    }

    /** Goes on with the entry that was added last: lines of YAML, as they stand below a service's name. */
    void more(String name, String lines) {
        add(name, lines.indent(8));
    }

    /** Lines of YAML, as they stand among the services. */
    void add(String name, String text) {
        String before = inventories.current().hash();
        try {
            Files.writeString(inventory, text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await().atMost(Runs.PATIENCE).until(() -> inventories
                .current()
                .environment("sandbox")
                .filter(environment -> environment.services().containsKey(name))
                .filter(environment -> !inventories.current().hash().equals(before))
                .isPresent());
    }

    String healthUrl(int port) {
        return "http://" + network + ".1.3:" + port + "/health";
    }
}
