package io.muster.steps.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.remote.RawServer;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.Bench;
import io.muster.steps.TwiceEqualsOnce;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookTest {

    private static final String TOKEN = "T0KEN-in-the-path";

    @TempDir
    Path directory;

    private Bench bench;

    @BeforeEach
    void begin() {
        bench = new Bench(directory);
    }

    @AfterEach
    void end() {
        bench.close();
    }

    @Test
    void sendsTheBodyWithTheStepRunsId() throws IOException {
        try (RawServer server = RawServer.answering("204 No Content", "")) {
            TestContext context = bench.context();
            Webhook.Output output = bench.run(
                    Webhook.class,
                    context,
                    Map.of(
                            "url",
                            server.url() + "/hook?x=1",
                            "body",
                            "{\"text\": \"Grüße\"}",
                            "headers",
                            "X-Source=muster"));
            assertThat(output.status()).isEqualTo(204);
            String request = server.requests.get(0);
            assertThat(request)
                    .startsWith("POST /hook?x=1 ")
                    .contains("Muster-Step-Run: " + context.id())
                    .contains("X-Source: muster")
                    .contains("Content-Type: application/json")
                    .endsWith("{\"text\": \"Grüße\"}");
            assertThat(context.effects()).containsExactly("webhook 127.0.0.1:" + server.port());
        }
    }

    @Test
    @TwiceEqualsOnce(again = "webhook")
    void sendingAgainUsesTheSameId() throws IOException {
        try (RawServer server = RawServer.answering("200 OK", "")) {
            TestContext context = bench.context();
            bench.run(Webhook.class, context, Map.of("url", server.url()));
            bench.run(Webhook.class, context, Map.of("url", server.url()));
            assertThat(server.requests)
                    .allMatch(request -> request.contains("Muster-Step-Run: " + context.id()))
                    .hasSize(2);
        }
    }

    @Test
    void aHeaderOfTheDiagramWinsOverTheDefaultTypeAndNeverOverTheId() throws IOException {
        try (RawServer server = RawServer.answering("200 OK", "")) {
            TestContext context = bench.context();
            bench.run(
                    Webhook.class,
                    context,
                    Map.of(
                            "url",
                            server.url(),
                            "body",
                            "x",
                            "headers",
                            "content-type=text/plain\nmuster-step-run=fake"));
            String request = server.requests.get(0).toLowerCase();
            assertThat(request)
                    .contains("content-type: text/plain")
                    .doesNotContain("application/json")
                    .contains("muster-step-run: " + context.id())
                    .doesNotContain("fake");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400 Bad Request, REJECTED",
        "404 Not Found, REJECTED",
        "301 Moved, REJECTED",
        "429 Too Many Requests, TRANSIENT",
        "500 Internal Server Error, TRANSIENT",
        "503 Unavailable, TRANSIENT"
    })
    void aRefusalIsTriedAgainOnlyWhereThatCanHelp(String status, StepFailure.Kind kind) throws IOException {
        try (RawServer server = RawServer.answering(status, "no such channel")) {
            StepFailure failure = bench.failure(Webhook.class, Map.of("url", server.url() + "/" + TOKEN));
            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.reason()).isEqualTo("WebhookRefused");
            assertThat(failure).hasMessageContaining("answered " + status).hasMessageContaining("\"no such channel\"");
            assertThat(failure.getMessage()).doesNotContain(TOKEN);
        }
    }

    @Test
    void theAuthorizationIsSentAndNeverShown() throws IOException {
        bench.secrets.put("chat-token", "Bearer very-secret");
        try (RawServer server = RawServer.answering("401 Unauthorized", "")) {
            TestContext context = bench.context();
            StepFailure failure = bench.failure(
                    Webhook.class, context, Map.of("url", server.url(), "authorization", "secret:chat-token"));
            assertThat(server.requests.get(0)).contains("Authorization: Bearer very-secret");
            assertThat(failure.getMessage() + context.lines() + context.effects())
                    .doesNotContain("very-secret");
        }
    }

    @Test
    void aSecretUrlIsCalledAndNeverShownWhateverHappens() throws IOException {
        try (RawServer server = RawServer.answering("200 OK", "ok")) {
            bench.secrets.put("hook", server.url() + "/services/" + TOKEN + "?key=" + TOKEN);
            TestContext context = bench.context();
            bench.run(Webhook.class, context, Map.of("url", "secret:hook"));
            assertThat(server.requests.get(0)).startsWith("POST /services/" + TOKEN + "?key=" + TOKEN);
            assertThat(context.lines().toString() + context.effects())
                    .contains("secret:hook")
                    .doesNotContain(TOKEN);
        }
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = closed.getLocalPort();
        }
        for (String url : List.of(
                "http://127.0.0.1:" + port + "/" + TOKEN,
                "http://127.0.0.1:" + port + "/a/" + TOKEN + "?q=" + TOKEN,
                "https://127.0.0.1:" + port + "/" + TOKEN,
                "http://127.0.0.1:" + port + "/a b/" + TOKEN,
                "no url at all " + TOKEN)) {
            bench.secrets.put("hook", url);
            TestContext context = bench.context();
            StepFailure failure = bench.failure(Webhook.class, context, Map.of("url", "secret:hook"));
            for (Throwable shown = failure; shown != null; shown = shown.getCause()) {
                assertThat(String.valueOf(shown.getMessage())).doesNotContain(TOKEN);
            }
            assertThat(failure).hasMessageContaining("secret:hook");
            assertThat(context.lines().toString() + context.effects()).doesNotContain(TOKEN);
        }
    }

    @Test
    void aMissingSecretIsNamed() {
        StepFailure failure = bench.failure(Webhook.class, Map.of("url", "secret:nowhere"));
        assertThat(failure.reason()).isEqualTo(Reason.SECRET_MISSING);
        assertThat(failure).hasMessageContaining("secret:nowhere");
        assertThat(bench.failure(Webhook.class, Map.of("url", "secret:no such")).reason())
                .isEqualTo(Reason.INVALID_INPUT);
    }

    @Test
    void userNamesAndBrokenUrlsAreNeverShownAsTheTarget() {
        StepFailure failure = bench.failure(Webhook.class, Map.of("url", "http://user:hunter2%zz@host:1/ x"));
        assertThat(failure.reason()).isEqualTo(Reason.INVALID_INPUT);
        assertThat(failure.getMessage()).doesNotContain("hunter2").contains("host:1");
    }
}
