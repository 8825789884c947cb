package io.muster.remote.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.muster.inventory.Inventory;
import io.muster.remote.HttpNetwork;
import io.muster.remote.tls.Trust;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpWireTest {

    @TempDir
    Path directory;

    @Test
    void connectionsAreSharedUnlessAFreshOneIsWanted() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 5);
        server.createContext("/", exchange -> {
            byte[] port =
                    Integer.toString(exchange.getRemoteAddress().getPort()).getBytes();
            exchange.sendResponseHeaders(200, port.length);
            exchange.getResponseBody().write(port);
            exchange.close();
        });
        server.start();
        try (HttpNetwork network = new HttpNetwork(directory)) {
            URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
            String first = body(network, uri, false);

            assertThat(body(network, uri, false)).isEqualTo(first);
            String fresh = body(network, uri, true);
            assertThat(fresh).isNotEqualTo(first);
            assertThat(body(network, uri, true)).isNotEqualTo(fresh);
        } finally {
            server.stop(0);
        }
    }

    private static String body(HttpNetwork network, URI uri, boolean fresh) {
        Inventory.Environment environment = network.environment();
        return network.get(HttpWire.class)
                .send(new HttpCall(
                        environment,
                        Trust.of(environment),
                        "GET",
                        uri,
                        Map.of(),
                        Optional.empty(),
                        fresh,
                        Duration.ofSeconds(20),
                        100))
                .text();
    }
}
