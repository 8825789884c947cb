package io.muster.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that does not know the container, in the words of Proxmox VE. */
class MovedHostsTest {

    private static final ObservedHosts.Container CONTAINER = new ObservedHosts.Container("n1", 104);
    private static final Inventory.Ssh LEARNED = new Inventory.Ssh(
            "192.0.2.4",
            22,
            "root",
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            true);

    private final Wired wired = new Wired();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private HttpServer server;
    private Inventory.Environment environment;

    @BeforeEach
    void begin() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/api2/json", exchange -> {
            String path = exchange.getRequestURI().getPath().substring("/api2/json".length());
            String message = path.endsWith("/interfaces")
                    ? "Configuration file 'nodes/n1/lxc/104.conf' does not exist\\n"
                    : "storage is busy\\n";
            boolean known = answers.containsKey(path);
            byte[] body = (known
                            ? "{\"data\":" + answers.get(path) + "}"
                            : "{\"data\":null,\"message\":\"" + message + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 500, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        wired.secrets.put("proxmox-token", "s3cret");
        environment = environment();
        wired.get(ObservedHosts.class)
                .learned(
                        "test",
                        "web-01",
                        CONTAINER,
                        new ObservedHosts.Observation("192.0.2.4", List.of("ssh-ed25519 AAAA"), Optional.empty()));
    }

    @AfterEach
    void end() {
        server.stop(0);
        wired.close();
    }

    @Test
    void aContainerThatNoNodeHasIsRecordedAsGone() {
        answers.put("/nodes/n1/lxc", "[]");
        answers.put("/cluster/resources", "[{\"vmid\":105,\"node\":\"n2\",\"type\":\"lxc\"}]");

        assertThat(failure().reason()).isEqualTo(Reason.NOT_PROVISIONED);
        assertThat(known()).isEmpty();
    }

    /** Else the keys of whatever is there then would be believed. */
    @Test
    void aContainerThatWasMovedToAnotherNodeIsNot() {
        answers.put("/nodes/n1/lxc", "[]");
        answers.put("/cluster/resources", "[{\"vmid\":104,\"node\":\"n2\",\"type\":\"lxc\",\"name\":\"web-01\"}]");

        StepFailure failure = failure();
        assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(failure).hasMessageContaining("not on node n1 but on n2 (lxc web-01)");
        assertThat(known()).containsKey("web-01");
    }

    @Test
    void whatCannotBeAskedIsNotGone() {
        answers.put("/nodes/n1/lxc", "[]");

        assertThat(asked()).isEmpty();
        assertThat(known()).containsKey("web-01");
    }

    private Map<String, ObservedHosts.Facts> known() {
        return wired.get(ObservedHosts.class).of("test");
    }

    private Optional<String> asked() {
        return wired.get(MovedHosts.class)
                .address(
                        environment,
                        "web-01",
                        LEARNED,
                        new StepFailure.Transient(Reason.HOST_UNREACHABLE, "nobody there"));
    }

    private StepFailure failure() {
        return catchThrowableOfType(StepFailure.class, this::asked);
    }

    private Inventory.Environment environment() {
        Inventory.Node node = new Inventory.Node(
                "n1",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "n1",
                "muster@pve!t",
                new SecretRef("proxmox-token"),
                List.of());
        Inventory.Host host = new Inventory.Host(
                "web-01",
                LEARNED,
                Optional.of(Inventory.ContainerClass.EXPERIMENTAL),
                Optional.of(new Inventory.Lxc("n1", 104)),
                Optional.empty(),
                List.of());
        return new Inventory.Environment(
                "test",
                "An environment of a test",
                new Inventory.Approval(Inventory.Approval.Mode.SECOND_PERSON, Optional.empty()),
                Optional.empty(),
                List.of(),
                Map.of(),
                Map.of("n1", node),
                Map.of("web-01", host),
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }
}
