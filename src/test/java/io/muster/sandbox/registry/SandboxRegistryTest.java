package io.muster.sandbox.registry;

import io.muster.remote.net.TestAuthority;
import io.muster.remote.registry.RegistryContract;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/** The sandbox's registry, behind a door that wants a password: the sandbox's own lets anyone in. */
class SandboxRegistryTest extends RegistryContract {

    private static final String LOGIN =
            "Basic " + Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));

    @Override
    protected Server started(Path directory, TestAuthority authority) throws Exception {
        Doored registry = new Doored(directory.resolve("images"), authority);
        registry.start();
        return registry;
    }

    private static final class Doored implements Server {

        private final Path images;
        private final TestAuthority authority;
        private final TestAuthority.Identity identity;
        private final int port;
        private Undertow server;

        Doored(Path images, TestAuthority authority) throws IOException {
            this.images = images;
            this.authority = authority;
            this.identity = authority.identity("localhost", "127.0.0.1");
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                this.port = socket.getLocalPort();
            }
        }

        @Override
        public String name() {
            return "127.0.0.1:" + port;
        }

        @Override
        public void start() throws IOException {
            HttpHandler registry =
                    new RegistryApi(new ImageRepositories(images), new Uploads(images.resolve("uploads")));
            server = Undertow.builder()
                    .addHttpsListener(port, "127.0.0.1", authority.server(identity))
                    .setIoThreads(1)
                    .setWorkerThreads(2)
                    .setHandler(exchange -> door(exchange, registry))
                    .build();
            server.start();
        }

        private static void door(HttpServerExchange exchange, HttpHandler registry) throws Exception {
            if (LOGIN.equals(exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION))) {
                registry.handleRequest(exchange);
                return;
            }
            exchange.setStatusCode(401);
            exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Basic realm=\"test\"");
            exchange.endExchange();
        }

        @Override
        public void close() {
            server.stop();
        }
    }
}
