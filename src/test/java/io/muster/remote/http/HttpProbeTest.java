package io.muster.remote.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.inventory.Inventory;
import io.muster.remote.HttpNetwork;
import io.muster.remote.HttpProbe;
import io.muster.remote.RawServer;
import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.sandbox.ca.Identity;
import io.muster.step.StepFailure;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpProbeTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final int BODY = 1 << 16;

    @TempDir
    Path directory;

    private HttpNetwork network;
    private HttpProbe probe;

    @BeforeEach
    void begin() {
        network = new HttpNetwork(directory);
        probe = network.get(HttpProbe.class);
    }

    @AfterEach
    void end() {
        network.close();
    }

    @Test
    void anAnswerComesWithItsReasonPhraseHeadersAndBody() throws Exception {
        try (RawServer server =
                RawServer.answering("418 Short and stout", "grün", "X-A: 1", "X-A: 2", "Content-Type: text/plain")) {
            HttpProbe.Answer answer = get(server.url() + "/tea?cup=1");

            assertThat(answer.status()).isEqualTo(418);
            assertThat(answer.reasonPhrase()).isEqualTo("Short and stout");
            assertThat(answer.body()).isEqualTo("grün");
            assertThat(answer.headers()).containsEntry("x-a", "1, 2");
            assertThat(answer.truncated()).isFalse();
            assertThat(answer.took()).isPositive();
            assertThat(server.requests.get(0)).startsWith("GET /tea?cup=1 HTTP/1.1\r\n");
        }
    }

    @Test
    void methodHeadersAndBodyAreSentAsGiven() throws Exception {
        try (RawServer server = RawServer.answering("204 No Content", "")) {
            probe.send(
                    network.environment(),
                    new HttpProbe.Request(
                            "POST",
                            server.url() + "/hook",
                            Map.of("Content-Type", "application/json", "X-Id", "7"),
                            Optional.of("{\"a\":\"ü\"}")),
                    LONG,
                    BODY);

            assertThat(server.requests.get(0))
                    .startsWith("POST /hook HTTP/1.1\r\n")
                    .contains("Content-Type: application/json\r\n", "X-Id: 7\r\n", "Content-Length: 10\r\n")
                    .endsWith("\r\n\r\n{\"a\":\"ü\"}");
        }
    }

    @Test
    void redirectsAreAnswersAndNotFollowed() throws Exception {
        try (RawServer server = RawServer.answering("302 Found", "", "Location: http://127.0.0.1:1/")) {
            assertThat(get(server.url()).status()).isEqualTo(302);
            assertThat(server.connections).hasValue(1);
        }
    }

    @Test
    void aLongBodyIsCutAndTheRestIsNotWaitedFor() throws Exception {
        try (RawServer server = new RawServer((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n0123456789abcdef".getBytes());
            out.flush();
            hold();
        })) {
            HttpProbe.Answer answer = send("GET", server.url(), LONG, 10);

            assertThat(answer.body()).isEqualTo("0123456789");
            assertThat(answer.truncated()).isTrue();
            assertThat(answer.took()).isLessThan(LONG);
        }
    }

    @Test
    void aBodyOfExactlyTheLimitIsNotCut() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", "0123456789")) {
            assertThat(send("GET", server.url(), LONG, 10).truncated()).isFalse();
        }
    }

    @Test
    void theCharsetIsTheDeclaredOneElseUtf8AndWhatIsNotTextIsReplaced() throws Exception {
        byte[] latin = "gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(bodyOf(latin, "text/plain; charset=ISO-8859-1")).isEqualTo("grün");
        assertThat(bodyOf(latin, "text/plain")).isEqualTo("gr\ufffdn");
        assertThat(bodyOf("grün".getBytes(StandardCharsets.UTF_8), "text/plain; charset=nonsense"))
                .isEqualTo("grün");
    }

    @Test
    void aServerThatDripsDoesNotOutlastTheTimeLimit() throws Exception {
        try (RawServer server = new RawServer((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".getBytes());
            drip(out);
        })) {
            assertTimedOut(server.url(), "while reading the answer", "bytes came");
        }
    }

    @Test
    void aServerThatDripsItsHeadersDoesNotOutlastTheTimeLimit() throws Exception {
        try (RawServer server = new RawServer((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nX-Long: ".getBytes());
            drip(out);
        })) {
            assertTimedOut(server.url(), "while waiting for the answer");
        }
    }

    @Test
    void aServerThatIsSilentInTheTlsHandshakeDoesNotOutlastTheTimeLimit() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            long started = System.nanoTime();
            StepFailure failure = failure("https://127.0.0.1:" + silent.getLocalPort() + "/", SHORT);

            assertThat(failure).isInstanceOf(StepFailure.Transient.class);
            assertThat(failure.reason()).isIn("TimedOut", "HostUnreachable");
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void nobodyListeningIsHostUnreachableWithTheAddress() throws Exception {
        int port = freePort();
        StepFailure failure = failure("http://127.0.0.1:" + port + "/health?token=abc", LONG);

        assertThat(failure).isInstanceOf(StepFailure.Transient.class);
        assertThat(failure.reason()).isEqualTo("HostUnreachable");
        assertThat(failure)
                .hasMessageContaining("GET http://127.0.0.1:" + port + "/health")
                .hasMessageContaining("Connection refused")
                .hasMessageNotContaining("abc");
    }

    @Test
    void anUnknownNameIsWhatTheResolverSays() {
        StepFailure failure = failure("http://nowhere.test/", LONG);

        assertThat(failure).isInstanceOf(StepFailure.Rejected.class).hasMessageContaining("nowhere.test");
        assertThat(failure.reason()).isEqualTo("NameNotFound");
    }

    @Test
    void theNextAddressOfANameIsTriedWhenOneRefuses() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", "here")) {
            network.names.put("two.test", List.of("127.0.0.9", "127.0.0.1"));

            assertThat(get("http://two.test:" + server.port()).body()).isEqualTo("here");
            assertThat(server.requests.get(0)).contains("Host: two.test:" + server.port());
        }
    }

    @Test
    void aNameThatMovesIsAskedWhereItIsNow() throws Exception {
        try (RawServer before = RawServer.answering("200 OK", "old")) {
            network.names.put("moving.test", List.of("127.0.0.1"));
            assertThat(get("http://moving.test:" + before.port()).body()).isEqualTo("old");
            network.names.put("moving.test", List.of("127.0.0.9"));

            assertThat(failure("http://moving.test:" + before.port(), LONG).reason())
                    .isEqualTo("HostUnreachable");
        }
    }

    @Test
    void aConnectionThatEndsWithoutAnAnswerIsConnectionLost() throws Exception {
        try (RawServer server = new RawServer((request, out) -> {})) {
            assertThat(failure(server.url(), LONG).reason()).isEqualTo("ConnectionLost");
        }
    }

    @Test
    void aBodyThatEndsEarlyIsConnectionLostAndNotAnAnswer() throws Exception {
        try (RawServer server = new RawServer(
                (request, out) -> out.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".getBytes()))) {
            StepFailure failure = failure(server.url(), LONG);

            assertThat(failure).isInstanceOf(StepFailure.Transient.class).hasMessageContaining("4 bytes came");
            assertThat(failure.reason()).isEqualTo("ConnectionLost");
        }
    }

    @Test
    void whatIsNoHttpIsConnectionLost() throws Exception {
        try (RawServer server = new RawServer((request, out) -> out.write("SSH-2.0-x\r\n".getBytes()))) {
            assertThat(failure(server.url(), SHORT.multipliedBy(5)).reason()).isEqualTo("ConnectionLost");
        }
    }

    @Test
    void aCertificateOfTheEnvironmentsAuthorityIsAccepted() throws Exception {
        try (RawServer server = tls(network.authority, network.authority.server("127.0.0.1", List.of()))) {
            assertThat(get(https(server)).body()).isEqualTo("secure");
        }
    }

    @Test
    void aForeignAuthorityIsNamed() throws Exception {
        CertificateAuthority foreign = CertificateAuthority.in(directory.resolve("foreign"), Clock.systemUTC());
        try (RawServer server = tls(foreign, foreign.server("127.0.0.1", List.of()))) {
            assertUntrusted(
                    https(server),
                    "subject CN=127.0.0.1",
                    "issuer CN=Muster sandbox CA",
                    "the authority",
                    "is unknown");
        }
    }

    @Test
    void withoutTrustOfItsOwnTheJdksAuthoritiesDecide() throws Exception {
        try (RawServer server = tls(network.authority, network.authority.server("127.0.0.1", List.of()))) {
            StepFailure failure = failure(network.environment(new String[0]), https(server), LONG);

            assertThat(failure.reason()).isEqualTo("CertificateUntrusted");
        }
    }

    @Test
    void anExpiredCertificateSaysSinceWhen() throws Exception {
        Identity expired = network.authority.expiredServer("127.0.0.1", List.of());
        try (RawServer server = tls(network.authority, expired)) {
            assertUntrusted(
                    https(server),
                    "it is expired since " + expired.certificate().getNotAfter().toInstant());
        }
    }

    @Test
    void aCertificateForAnotherNameSaysBoth() throws Exception {
        network.names.put("asked.test", List.of("127.0.0.1"));
        try (RawServer server = tls(network.authority, network.authority.server("other.test", List.of("third.test")))) {
            assertUntrusted(
                    "https://asked.test:" + server.port() + "/",
                    "it is for other.test, third.test, not for asked.test");
        }
    }

    @Test
    void everythingThatIsWrongWithACertificateIsSaidAtOnce() throws Exception {
        try (RawServer server = tls(network.authority, network.authority.expiredServer("other.test", List.of()))) {
            assertUntrusted(https(server), "expired since", "it is for other.test, not for 127.0.0.1");
        }
    }

    @Test
    void aServerWithoutTlsIsToldFromAnUntrustedOne() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", "plain")) {
            StepFailure failure = failure("https://127.0.0.1:" + server.port() + "/", Duration.ofSeconds(3));

            assertThat(failure).isInstanceOf(StepFailure.Transient.class);
            assertThat(failure.reason()).isIn("ConnectionLost", "HostUnreachable");
        }
    }

    @Test
    void aUrlThatIsNoneIsRefusedWithoutRepeatingWhatMayBeASecret() {
        for (String url : List.of("ftp://x/", "http:///x", "http://u:hunter2@x/", "http://x/a b?hunter2", "hunter2")) {
            StepFailure failure = failure(url, LONG);
            assertThat(failure).isInstanceOf(StepFailure.Rejected.class).hasMessageNotContaining("hunter2");
            assertThat(failure.reason()).isEqualTo("InvalidInput");
        }
    }

    @Test
    void manyAskAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try (RawServer server = RawServer.answering("200 OK", "ok")) {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                calls.add(() -> get(server.url()).status());
            }
            for (Future<Integer> status : threads.invokeAll(calls)) {
                assertThat(status.get(30, TimeUnit.SECONDS)).isEqualTo(200);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whoIsInterruptedIsBackAtOnceAndStaysInterrupted() throws Exception {
        try (RawServer server = new RawServer((request, out) -> hold())) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> get(server.url())).isInstanceOf(StepFailure.Transient.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static RawServer tls(CertificateAuthority authority, Identity identity) {
        return new RawServer(
                (request, out) -> out.write(RawServer.whole("200 OK", "secure")), authority.serverContext(identity));
    }

    private static String https(RawServer server) {
        return "https://127.0.0.1:" + server.port() + "/";
    }

    /** Holds the connection open until the server is closed, which interrupts. */
    private static void hold() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    /** A byte whenever the reader may have taken the last one, until the connection is given up. */
    private static void drip(OutputStream out) throws Exception {
        Object wait = new Object();
        while (true) {
            synchronized (wait) {
                wait.wait(50);
            }
            out.write('x');
            out.flush();
        }
    }

    private String bodyOf(byte[] body, String type) throws Exception {
        try (RawServer server = new RawServer((request, out) -> {
            out.write(("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nConnection: close\r\n\r\n").getBytes());
            out.write(body);
        })) {
            return get(server.url()).body();
        }
    }

    private void assertTimedOut(String url, String... said) {
        long started = System.nanoTime();
        StepFailure failure = failure(url, SHORT);

        assertThat(failure).isInstanceOf(StepFailure.Transient.class);
        assertThat(failure.reason()).isEqualTo("TimedOut");
        assertThat(failure.getMessage()).contains(said);
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    }

    private void assertUntrusted(String url, String... said) {
        StepFailure failure = failure(url, LONG);
        assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
        assertThat(failure.reason()).isEqualTo("CertificateUntrusted");
        assertThat(failure.getMessage()).contains(said);
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private HttpProbe.Answer get(String url) {
        return send("GET", url, LONG, BODY);
    }

    private HttpProbe.Answer send(String method, String url, Duration timeout, int maxBytes) {
        return probe.send(
                network.environment(),
                new HttpProbe.Request(method, url, Map.of(), Optional.empty()),
                timeout,
                maxBytes);
    }

    private StepFailure failure(String url, Duration timeout) {
        return failure(network.environment(), url, timeout);
    }

    private StepFailure failure(Inventory.Environment environment, String url, Duration timeout) {
        return catchThrowableOfType(
                StepFailure.class,
                () -> probe.send(
                        environment, new HttpProbe.Request("GET", url, Map.of(), Optional.empty()), timeout, BODY));
    }
}
