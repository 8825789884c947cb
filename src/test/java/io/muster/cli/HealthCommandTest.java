package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthCommandTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Terminal terminal = new Terminal(new PrintStream(out, true), new PrintStream(out, true));

    @Test
    void theStatusIsTheServers() throws Exception {
        assertThat(asked(200)).isZero();
        assertThat(asked(503)).isEqualTo(1);
        assertThat(said()).contains(": 200 {}").contains(": 503 {}");
    }

    private int asked(int status) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/actuator/health", exchange -> {
            exchange.sendResponseHeaders(status, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        try {
            String port = Integer.toString(server.getAddress().getPort());
            return new HealthCommand(
                            Map.of("SERVER_PORT", "1", "MANAGEMENT_SERVER_PORT", port, "SERVER_ADDRESS", "0.0.0.0"))
                    .run(List.of(), terminal);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void whatDoesNotAnswerIsNamed() {
        assertThat(new HealthCommand(Map.of("SERVER_PORT", "1")).run(List.of(), terminal))
                .isEqualTo(1);
        assertThat(said()).contains("http://127.0.0.1:1/actuator/health does not answer");
    }

    @Test
    void itTakesNoArguments() {
        HealthCommand command = new HealthCommand(Map.of());
        assertThatThrownBy(() -> command.run(List.of("now"), terminal))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("takes no arguments");
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
