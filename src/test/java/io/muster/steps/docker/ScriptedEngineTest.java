package io.muster.steps.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.RawServer;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.steps.Bench;
import io.muster.steps.TestEngineHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers of an engine that a healthy one does not give, byte by byte. */
class ScriptedEngineTest {

    private static final String DIGEST = "sha256:" + "a".repeat(64);
    private static final String IMAGE = "registry.example/notes@" + DIGEST;

    @TempDir
    Path directory;

    private Bench bench;
    private RawServer engine;

    /** What the engine says of the image, before and after the pull. */
    private String image = "";

    private String pull = "";
    private boolean breaks;
    private String container = "";

    @BeforeEach
    void begin() {
        bench = new Bench(directory);
        engine = new RawServer((request, out) -> {
            String path = request.substring(request.indexOf(' ') + 1, request.indexOf(" HTTP"));
            if (path.endsWith("/_ping")) {
                out.write(RawServer.whole("200 OK", "OK", "Api-Version: 1.44"));
            } else if (path.contains("/images/create")) {
                int promised = pull.length() + (breaks ? 100 : 0);
                out.write(("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: "
                                + promised + "\r\n\r\n" + pull)
                        .getBytes(StandardCharsets.UTF_8));
            } else if (path.contains("/images/")) {
                out.write(json(image));
            } else if (path.contains("/containers/") && path.contains("/json")) {
                out.write(json(container));
            } else {
                out.write(RawServer.whole("204 No Content", ""));
            }
        });
        host("tcp://127.0.0.1:" + engine.port());
    }

    private void host(String endpoint) {
        bench.hosts.put(
                "host-01",
                TestEngineHost.host(
                        "host-01",
                        Optional.of(new Inventory.Docker(endpoint, List.of(), Optional.empty(), Optional.empty()))));
    }

    private static byte[] json(String body) {
        return body.isEmpty()
                ? RawServer.whole("404 Not Found", "{\"message\":\"No such thing\"}", "Content-Type: application/json")
                : RawServer.whole("200 OK", body, "Content-Type: application/json");
    }

    @AfterEach
    void end() throws IOException {
        bench.close();
        engine.close();
    }

    private StepFailure pullFails() {
        return bench.failure(DockerPull.class, Map.of("host", "host-01", "image", IMAGE));
    }

    @Test
    void aPullThatBreaksOffIsTriedAgain() {
        pull = "{\"status\":\"Pulling fs layer\",\"id\":\"abc\"}\r\n";
        breaks = true;
        StepFailure failure = pullFails();
        assertThat(failure).isInstanceOf(StepFailure.Transient.class);
        assertThat(failure).hasMessageContaining("pull " + IMAGE).hasMessageContaining("host-01");
    }

    @Test
    void anErrorInThePullsProgressIsTheEnginesOwnWord() {
        pull = "{\"status\":\"Downloading\",\"id\":\"abc\"}\r\n"
                + "{\"errorDetail\":{\"message\":\"layers are busy\"},\"error\":\"layers are busy\"}\r\n";
        StepFailure failure = pullFails();
        assertThat(failure).isInstanceOf(StepFailure.Transient.class);
        assertThat(failure.reason()).isEqualTo("PullFailed");
        assertThat(failure).hasMessageContaining("layers are busy").hasMessageContaining(IMAGE);
    }

    @Test
    void aFullDiskIsForAPersonAtOnce() {
        pull = "{\"errorDetail\":{\"message\":\"no space left on device\"},\"error\":\"no space left on device\"}\r\n";
        StepFailure failure = pullFails();
        assertThat(failure).isInstanceOf(StepFailure.Fatal.class);
        assertThat(failure.reason()).isEqualTo(Reason.NO_SPACE);
        assertThat(failure).hasMessageContaining("no space left on device").hasMessageContaining(IMAGE);
    }

    @Test
    void anEngineThatPulledAndDoesNotHaveTheImageIsNotBelieved() {
        pull = "{\"status\":\"Done\"}\r\n";
        StepFailure failure = pullFails();
        assertThat(failure.reason()).isEqualTo("PullFailed");
        assertThat(failure).hasMessageContaining("does not have it");
    }

    @Test
    void anImageThatTheEngineListsUnderItsShortNameIsThere() {
        image = "{\"Id\":\"sha256:1\",\"RepoDigests\":[\"notes@" + DIGEST + "\"]}";
        DockerPull.Output output =
                bench.run(DockerPull.class, Map.of("host", "host-01", "image", "docker.io/library/notes@" + DIGEST));
        assertThat(output).isEqualTo(new DockerPull.Output(false, "sha256:1"));
    }

    @Test
    void theRegistrysCredentialsGoWithThePullAndIntoNoMessage() {
        bench.secrets.put("registry-password", "s3cret-of-the-registry");
        bench.registries.put(
                "registry.example",
                new Inventory.Registry(
                        "registry.example",
                        "https://registry.example",
                        Optional.of("muster"),
                        Optional.of(new SecretRef("registry-password")),
                        List.of()));
        pull = "{\"error\":\"denied\",\"errorDetail\":{\"message\":\"denied\"}}\r\n";
        StepFailure failure = pullFails();
        String request = engine.requests.stream()
                .filter(text -> text.contains("/images/create"))
                .findFirst()
                .orElseThrow();
        String sent = request.lines()
                .filter(line -> line.toLowerCase().startsWith("x-registry-auth:"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElseThrow(() -> new AssertionError("No credentials in " + request));
        assertThat(new String(Base64.getUrlDecoder().decode(sent), StandardCharsets.UTF_8))
                .contains("\"username\":\"muster\"", "\"password\":\"s3cret-of-the-registry\"");
        assertThat(failure.getMessage()).doesNotContain("s3cret-of-the-registry");
    }

    /** {@code team/tool} is of Docker Hub, which the inventory calls {@code docker.io}. */
    @Test
    void aNameWithoutARegistryGoesWithTheCredentialsOfDockerHub() {
        bench.secrets.put("hub-password", "s3cret-of-the-hub");
        bench.registries.put(
                "docker.io",
                new Inventory.Registry(
                        "docker.io",
                        "https://registry-1.docker.io",
                        Optional.of("muster"),
                        Optional.of(new SecretRef("hub-password")),
                        List.of()));
        pull = "{\"error\":\"denied\",\"errorDetail\":{\"message\":\"denied\"}}\r\n";
        bench.failure(DockerPull.class, Map.of("host", "host-01", "image", "team/tool@sha256:" + "a".repeat(64)));
        String request = engine.requests.stream()
                .filter(text -> text.contains("/images/create"))
                .findFirst()
                .orElseThrow();
        String sent = request.replaceFirst("(?is).*x-registry-auth: *(\\S+).*", "$1");
        assertThat(new String(Base64.getUrlDecoder().decode(sent), StandardCharsets.UTF_8))
                .contains("s3cret-of-the-hub");
    }

    @Test
    void aPausedContainerIsContinued() {
        String settings =
                "\"Config\":{\"Image\":\"" + IMAGE + "\",\"Env\":[],\"Labels\":{\"io.muster.service\":\"web\","
                        + "\"io.muster.health-check\":\"image\"}},\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"unless-stopped\"}}";
        container =
                "{\"Id\":\"c0ffee\",\"Name\":\"/web\",\"State\":{\"Status\":\"paused\",\"Running\":true,\"Paused\":true},"
                        + settings + "}";
        Map<String, String> asked = Map.of("host", "host-01", "name", "web", "image", IMAGE);
        assertThat(bench.run(DockerPlan.class, asked).summary())
                .isEqualTo("- The container is paused and will be continued.");
        DockerRun.Output output = bench.run(DockerRun.class, asked);
        assertThat(output.changed()).isTrue();
        assertThat(engine.requests).anyMatch(request -> request.contains("/containers/c0ffee/unpause"));
    }

    @Test
    void anEngineThatIsAwayIsUnreachable() throws IOException {
        int port = engine.port();
        engine.close();
        StepFailure failure = pullFails();
        assertThat(failure).isInstanceOf(StepFailure.Transient.class);
        assertThat(failure.reason()).isEqualTo(Reason.HOST_UNREACHABLE);
        assertThat(failure).hasMessageContaining("host-01").hasMessageContaining("tcp://127.0.0.1:" + port);
    }

    @Test
    void whatIsNoEngineIsSaidToBeNone() throws IOException {
        try (RawServer web = RawServer.answering("404 Not Found", "nothing here")) {
            host("tcp://127.0.0.1:" + web.port());
            StepFailure failure = pullFails();
            assertThat(failure).isInstanceOf(StepFailure.Fatal.class);
            assertThat(failure)
                    .hasMessageContaining("it answered /_ping with status 404")
                    .hasMessageContaining("host-01");
        }
    }

    @Test
    void aClientThatTheEngineDoesNotKnowIsSaidToBeRefused() throws Exception {
        var authority =
                io.muster.sandbox.ca.CertificateAuthority.in(directory.resolve("ca"), java.time.Clock.systemUTC());
        var tls = authority.mutualServerContext(authority.server("engine", List.of("127.0.0.1")));
        io.undertow.Undertow server = io.undertow.Undertow.builder()
                .addHttpsListener(0, "127.0.0.1", tls)
                .setHandler(exchange -> exchange.getResponseSender().send("OK"))
                .build();
        server.start();
        try {
            int port = ((java.net.InetSocketAddress)
                            server.getListenerInfo().get(0).getAddress())
                    .getPort();
            secure(port, List.of(authority.pem()), Optional.empty());
            // TLS 1.3 refuses a client after its handshake, so that the answer may be lost.
            assertThat(pullFails().reason()).isIn(Reason.AUTHENTICATION_FAILED, Reason.CONNECTION_LOST);

            var other = io.muster.sandbox.ca.CertificateAuthority.in(
                    directory.resolve("other-ca"), java.time.Clock.systemUTC());
            bench.secrets.put("key", other.client("muster").keyPem());
            secure(
                    port,
                    List.of(other.pem()),
                    Optional.of(other.client("muster").certificatePem()));
            StepFailure failure = pullFails();
            assertThat(failure.reason()).isEqualTo(Reason.CERTIFICATE_UNTRUSTED);
            assertThat(failure).hasMessageContaining("host-01");

            bench.secrets.put("key", "-----BEGIN PRIVATE KEY-----\nno-key-at-all\n-----END PRIVATE KEY-----");
            secure(
                    port,
                    List.of(authority.pem()),
                    Optional.of(authority.client("x").certificatePem()));
            StepFailure unusable = pullFails();
            assertThat(unusable.reason()).isEqualTo(Reason.AUTHENTICATION_FAILED);
            assertThat(unusable.getMessage()).doesNotContain("no-key-at-all").contains("host-01");
            for (Throwable shown = unusable; shown != null; shown = shown.getCause()) {
                assertThat(String.valueOf(shown.getMessage())).doesNotContain("no-key-at-all");
            }
        } finally {
            server.stop();
        }
    }

    private void secure(int port, List<String> trust, Optional<String> certificate) {
        bench.hosts.put(
                "host-01",
                TestEngineHost.host(
                        "host-01",
                        Optional.of(new Inventory.Docker(
                                "tcp://127.0.0.1:" + port,
                                trust,
                                certificate,
                                certificate.map(pem -> new SecretRef("key"))))));
    }
}
