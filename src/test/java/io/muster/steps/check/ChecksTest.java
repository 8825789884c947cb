package io.muster.steps.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Inventory;
import io.muster.remote.RawServer;
import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.sandbox.ca.Identity;
import io.muster.sandbox.dns.DnsRecord;
import io.muster.sandbox.dns.DnsServer;
import io.muster.sandbox.dns.Zones;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.Bench;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks of networks, against servers that answer as each case says. */
class ChecksTest {

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

    private static Map<String, String> with(String... input) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < input.length; i += 2) {
            map.put(input[i], input[i + 1]);
        }
        return map;
    }

    private static int closedPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    // checkHttp

    private CheckHttp.Output http(String body, String... more) throws IOException {
        try (RawServer server = RawServer.answering("200 OK", body)) {
            Map<String, String> input = with(more);
            input.put("url", server.url() + "/health");
            return bench.run(CheckHttp.class, input);
        }
    }

    private StepFailure httpFails(String status, String body, String... more) throws IOException {
        try (RawServer server = RawServer.answering(status, body)) {
            Map<String, String> input = with(more);
            input.put("url", server.url() + "/health");
            StepFailure failure = bench.failure(CheckHttp.class, input);
            assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
            return failure;
        }
    }

    @Test
    void theExpectedStatusIsEnough() throws IOException {
        assertThat(http("fine").status()).isEqualTo(200);
        assertThat(http("fine").value()).isEmpty();
    }

    /** Half of a secret is no secret that could be masked. */
    @Test
    void whatTheServerSaidIsMaskedBeforeItIsCut() throws IOException {
        String body = "x".repeat(295) + "needle-in-a-haystack";
        try (RawServer server = RawServer.answering("500 Internal Server Error", "[\"" + body + "\"]")) {
            TestContext context = bench.context();
            context.secret("needle-in-a-haystack");
            StepFailure failure = bench.failure(
                    CheckHttp.class, context, with("url", server.url(), "jsonPath", "$[0]", "jsonValue", "UP"));
            assertThat(failure).hasMessageContaining("xxx").hasMessageContaining("instead of 'UP'");
            assertThat(failure.getMessage()).doesNotContain("xnee");
        }
    }

    @Test
    void everythingThatIsNotAsExpectedIsSaidAtOnceWithWhatTheServerSaid() throws IOException {
        StepFailure failure = httpFails(
                "503 Service Unavailable",
                "{\"status\":\"DOWN\",\"why\":\"disk\"}",
                "bodyContains",
                "fine",
                "jsonPath",
                "$.status",
                "jsonValue",
                "UP");
        assertThat(failure.reason()).isEqualTo(Reason.CHECK_FAILED);
        assertThat(failure)
                .hasMessageContaining("status 503 instead of 200")
                .hasMessageContaining("the body does not contain 'fine'")
                .hasMessageContaining("$.status is 'DOWN' instead of 'UP'")
                .hasMessageContaining("\"why\":\"disk\"");
    }

    @Test
    void anErrorsStatusCanBeWhatIsExpected() throws IOException {
        try (RawServer server = RawServer.answering("404 Not Found", "")) {
            assertThat(bench.run(CheckHttp.class, with("url", server.url(), "status", "404"))
                            .status())
                    .isEqualTo(404);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {"status":"UP"}                      | $.status              | UP
            {"a":{"b":[1,2]}}                    | $.a.b[1]              | 2
            {"a":{"b":[1,2]}}                    | $.a.b                 | [1,2]
            {"a":{"b":"x"}}                      | $.a                   | {"b":"x"}
            {"ok":true}                          | $.ok                  | true
            {"n":null}                           | $.n                   | null
            [{"status":"UP"},{"status":"DOWN"}]  | $[0].status           | UP
            [{"n":"a","s":"UP"},{"n":"b"}]       | $[?(@.n=='a')].s      | UP
            [{"s":"UP"},{"s":"UP"}]              | $..s                  | ["UP","UP"]
            {"s":"UP"}                           | $..s                  | UP
            [1,2,3]                              | $.length()            | 3
            """)
    void whatIsAtAJsonPathIsCompared(String body, String path, String value) throws IOException {
        assertThat(http(body, "jsonPath", path, "jsonValue", value).value()).isEqualTo(value);
        assertThat(httpFails("200 OK", body, "jsonPath", path, "jsonValue", "other"))
                .hasMessageContaining(path + " is '" + value + "' instead of 'other'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {"a":1}   | $.status
            {"a":1}   | $.a.b
            []        | $[0]
            {"a":1}   | $..status
            [{"n":1}] | $[?(@.n==2)]
            "text"    | $.status
            """)
    void aPathThatLeadsNowhereFails(String body, String path) throws IOException {
        assertThat(httpFails("200 OK", body, "jsonPath", path)).hasMessageContaining("there is nothing at " + path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>UP</html>", "UP", "", "{\"status\":\"UP\"", "{\"status\":\"UP\"} trailing"})
    void aBodyThatIsNotJsonIsSaidToBeNone(String body) throws IOException {
        assertThat(httpFails("200 OK", body, "jsonPath", "$")).hasMessageContaining("the body is not JSON");
    }

    @Test
    void aBrokenJsonPathAndAValueWithoutOneAreInvalidInput() throws IOException {
        assertThat(httpFails("200 OK", "{}", "jsonPath", "$.[").reason()).isEqualTo(Reason.INVALID_INPUT);
        StepFailure failure = httpFails("200 OK", "{}", "jsonValue", "UP");
        assertThat(failure.reason()).isEqualTo(Reason.INVALID_INPUT);
        assertThat(failure).hasMessageContaining("without `jsonPath`");
    }

    @Test
    void headersAreSentAndRedirectsAreNotFollowed() throws IOException {
        try (RawServer server = RawServer.answering("302 Found", "", "Location: http://127.0.0.1:1/")) {
            bench.run(CheckHttp.class, with("url", server.url(), "status", "302", "headers", "X-Test=yes"));
            assertThat(server.requests).singleElement().asString().contains("X-Test: yes");
        }
    }

    @Test
    void waitsUntilItIsAsExpected() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        try (RawServer server = new RawServer((request, out) ->
                out.write(RawServer.whole(asked.incrementAndGet() < 4 ? "503 Not yet" : "200 OK", "x")))) {
            TestContext context = bench.context();
            bench.run(CheckHttp.class, context, with("url", server.url(), "within", "PT10S"));
            assertThat(asked).hasValue(4);
            assertThat(context.lines())
                    .filteredOn(line -> line.startsWith("Not yet"))
                    .hasSize(1);
        }
    }

    @Test
    void aServerThatIsTooSlowIsTimedOutAndOneThatIsAwayUnreachable() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (RawServer server = new RawServer((request, out) -> never.await())) {
            StepFailure slow = bench.failure(CheckHttp.class, with("url", server.url(), "answerWithin", "PT0.3S"));
            assertThat(slow.reason()).isEqualTo(Reason.TIMED_OUT);
            assertThat(slow).hasMessageContaining("127.0.0.1:" + server.port());
        } finally {
            never.countDown();
        }
        int port = closedPort();
        StepFailure away = bench.failure(CheckHttp.class, with("url", "http://127.0.0.1:" + port));
        assertThat(away.reason()).isEqualTo(Reason.HOST_UNREACHABLE);
        assertThat(away).hasMessageContaining("127.0.0.1:" + port);
    }

    @Test
    void aCertificateOfAStrangerIsRefusedAndOneOfTheEnvironmentAccepted() throws IOException {
        CertificateAuthority authority = CertificateAuthority.in(directory.resolve("ca"), Clock.systemUTC());
        Identity identity = authority.server("notes.test", List.of("127.0.0.1"));
        try (RawServer server = new RawServer(
                (request, out) -> out.write(RawServer.whole("200 OK", "x")), authority.serverContext(identity))) {
            String url = "https://127.0.0.1:" + server.port();
            assertThat(bench.failure(CheckHttp.class, with("url", url)).reason())
                    .isEqualTo(Reason.CERTIFICATE_UNTRUSTED);
            bench.trust = List.of(authority.pem());
            assertThat(bench.run(CheckHttp.class, with("url", url)).status()).isEqualTo(200);
        }
    }

    // checkTcp

    @Test
    void aPortThatListensAcceptsAndOneThatIsClosedDoesNot() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            bench.run(CheckTcp.class, with("address", "127.0.0.1", "port", "" + server.getLocalPort()));
        }
        int port = closedPort();
        StepFailure failure = bench.failure(CheckTcp.class, with("address", "127.0.0.1", "port", "" + port));
        assertThat(failure.reason()).isEqualTo(Reason.HOST_UNREACHABLE);
        assertThat(failure).hasMessageContaining("127.0.0.1").hasMessageContaining("" + port);
    }

    // checkTls

    private RawServer tls(CertificateAuthority authority, Identity identity) {
        return new RawServer(
                (request, out) -> out.write(RawServer.whole("200 OK", "x")), authority.serverContext(identity));
    }

    private TestContext now() {
        TestContext context = bench.context().limitedTo(java.time.Duration.ofDays(36_500));
        context.pause(java.time.Duration.between(context.instant(), java.time.Instant.now()));
        return context;
    }

    @Test
    void aGoodCertificateSaysHowLongItIsValid() throws IOException {
        CertificateAuthority authority = CertificateAuthority.in(directory.resolve("ca"), Clock.systemUTC());
        bench.trust = List.of(authority.pem());
        try (RawServer server = tls(authority, authority.server("notes.test", List.of("127.0.0.1")))) {
            CheckTls.Output output =
                    bench.run(CheckTls.class, now(), with("address", "127.0.0.1", "port", "" + server.port()));
            assertThat(output.daysLeft()).isGreaterThan(14);
            assertThat(output.subject()).contains("notes.test");
            bench.run(
                    CheckTls.class,
                    now(),
                    with("address", "127.0.0.1", "port", "" + server.port(), "serverName", "notes.test"));
            StepFailure soon = bench.failure(
                    CheckTls.class,
                    now(),
                    with("address", "127.0.0.1", "port", "" + server.port(), "minimumDays", "100000"));
            assertThat(soon.reason()).isEqualTo(Reason.CHECK_FAILED);
            assertThat(soon).hasMessageContaining("at least 100000 wanted");
        }
    }

    @Test
    void everythingThatIsWrongWithACertificateIsSaidAtOnce() throws IOException {
        CertificateAuthority authority = CertificateAuthority.in(directory.resolve("ca"), Clock.systemUTC());
        try (RawServer server = tls(authority, authority.expiredServer("notes.test", List.of()))) {
            StepFailure failure = bench.failure(
                    CheckTls.class,
                    now(),
                    with("address", "127.0.0.1", "port", "" + server.port(), "serverName", "other.test"));
            assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
            assertThat(failure.reason()).isEqualTo(Reason.CHECK_FAILED);
            assertThat(failure)
                    .hasMessageContaining("it is not trusted")
                    .hasMessageContaining("it is for notes.test, not for other.test")
                    .hasMessageContaining("it ended at ")
                    .hasMessageContaining("days ago");
        }
    }

    @Test
    void whatSpeaksNoTlsIsNotABadCertificate() throws IOException {
        try (RawServer server = RawServer.answering("200 OK", "x")) {
            StepFailure failure =
                    bench.failure(CheckTls.class, now(), with("address", "127.0.0.1", "port", "" + server.port()));
            assertThat(failure.reason()).isNotEqualTo(Reason.CHECK_FAILED);
        }
    }

    // checkDns

    private DnsServer dns(DnsRecord... records) {
        DnsServer server = new DnsServer(
                new InetSocketAddress("127.0.0.1", 0), Zones.of("sandbox.test", List.of(), List.of(records)));
        server.start();
        bench.resolver = Optional.of("127.0.0.1:" + server.address().getPort());
        return server;
    }

    private static DnsRecord record(String name, String type, String data) {
        return new DnsRecord(name, type, data);
    }

    @Test
    void recordsAreComparedWithoutOrderAndSpelling() {
        try (DnsServer server = dns(
                record("two.sandbox.test", "A", "192.0.2.1"),
                record("two.sandbox.test", "A", "192.0.2.2"),
                record("six.sandbox.test", "AAAA", "2001:db8::1"),
                record("alias.sandbox.test", "CNAME", "Two.sandbox.test."),
                record("text.sandbox.test", "TXT", "\"Case Matters\""))) {
            assertThat(bench.run(CheckDns.class, with("name", "two.sandbox.test", "expected", "192.0.2.2\n192.0.2.1"))
                            .records())
                    .containsExactly("192.0.2.1", "192.0.2.2");
            bench.run(
                    CheckDns.class,
                    with("name", "six.sandbox.test", "type", "AAAA", "expected", "2001:DB8:0:0:0:0:0:1"));
            bench.run(
                    CheckDns.class,
                    with("name", "alias.sandbox.test", "type", "CNAME", "expected", "two.Sandbox.test."));
            assertThat(bench.run(CheckDns.class, with("name", "alias.sandbox.test"))
                            .records())
                    .contains("192.0.2.1", "192.0.2.2");
            bench.run(CheckDns.class, with("name", "text.sandbox.test", "type", "TXT", "expected", "Case Matters"));
            assertThat(bench.failure(
                                    CheckDns.class,
                                    with("name", "text.sandbox.test", "type", "TXT", "expected", "case matters"))
                            .reason())
                    .isEqualTo(Reason.CHECK_FAILED);
        }
    }

    @Test
    void missingAndUnexpectedRecordsAreNamed() {
        try (DnsServer server =
                dns(record("a.sandbox.test", "A", "192.0.2.1"), record("a.sandbox.test", "A", "192.0.2.2"))) {
            StepFailure failure =
                    bench.failure(CheckDns.class, with("name", "a.sandbox.test", "expected", "192.0.2.1\n192.0.2.3"));
            assertThat(failure.reason()).isEqualTo(Reason.CHECK_FAILED);
            assertThat(failure)
                    .hasMessageContaining("missing: 192.0.2.3")
                    .hasMessageContaining("not expected: 192.0.2.2");
            StepFailure empty = bench.failure(CheckDns.class, with("name", "a.sandbox.test", "type", "MX"));
            assertThat(empty.reason()).isEqualTo(Reason.CHECK_FAILED);
            assertThat(empty).hasMessageContaining("MX records []");
            assertThat(bench.failure(CheckDns.class, with("name", "b.sandbox.test"))
                            .reason())
                    .isEqualTo("NameNotFound");
        }
    }

    @Test
    void aNamedResolverIsAskedInsteadOfTheEnvironments() {
        try (DnsServer other = dns(record("a.sandbox.test", "A", "192.0.2.9"))) {
            String named = bench.resolver.orElseThrow();
            try (DnsServer own = dns(record("a.sandbox.test", "A", "192.0.2.1"))) {
                assertThat(bench.run(CheckDns.class, with("name", "a.sandbox.test"))
                                .records())
                        .containsExactly("192.0.2.1");
                assertThat(bench.run(CheckDns.class, with("name", "a.sandbox.test", "resolver", named))
                                .records())
                        .containsExactly("192.0.2.9");
            }
        }
    }

    @Test
    void waitsForARecordToAppear() {
        try (DnsServer server = dns(record("a.sandbox.test", "A", "192.0.2.1"))) {
            TestContext context = bench.context()
                    .whilePausing(() -> server.replace(
                            Zones.of("sandbox.test", List.of(), List.of(record("b.sandbox.test", "A", "192.0.2.2")))));
            assertThat(bench.run(CheckDns.class, context, with("name", "b.sandbox.test", "within", "PT10S"))
                            .records())
                    .containsExactly("192.0.2.2");
        }
    }

    // checkPrometheusTarget

    private void prometheus(String url) {
        bench.monitoring = Optional.of(new Inventory.Monitoring(url, "monitoring-01", "/etc/prometheus/targets"));
    }

    private static String target(String job, String address, String health, String error) {
        return "{\"labels\":{\"job\":\"" + job + "\"},\"discoveredLabels\":{\"__address__\":\"" + address
                + "\"},\"scrapeUrl\":\"http://" + address + "/metrics\",\"lastError\":\"" + error
                + "\",\"lastScrape\":\"2026-01-01T00:00:00Z\",\"health\":\"" + health + "\"}";
    }

    private static String targets(String... targets) {
        return "{\"status\":\"success\",\"data\":{\"activeTargets\":[" + String.join(",", targets) + "]}}";
    }

    private StepFailure prometheusFails(String status, String body, String... more) throws IOException {
        try (RawServer server = RawServer.answering(status, body)) {
            prometheus(server.url() + "/");
            Map<String, String> input = with("job", "notes", "within", "PT0S");
            input.putAll(with(more));
            return bench.failure(CheckPrometheusTarget.class, input);
        }
    }

    @Test
    void aTargetThatIsUpIsFoundByJobAndAddress() throws IOException {
        String body = targets(target("other", "a:1", "down", "x"), target("notes", "b:2", "up", ""));
        try (RawServer server = RawServer.answering("200 OK", body)) {
            prometheus(server.url());
            CheckPrometheusTarget.Output output =
                    bench.run(CheckPrometheusTarget.class, with("job", "notes", "target", "b:2"));
            assertThat(output.scrapeUrl()).isEqualTo("http://b:2/metrics");
            assertThat(output.lastScrape()).isEqualTo("2026-01-01T00:00:00Z");
        }
    }

    @Test
    void aTargetThatIsDownSaysItsErrorAlsoBesideOneThatIsUp() throws IOException {
        StepFailure failure = prometheusFails(
                "200 OK",
                targets(target("notes", "a:1", "up", ""), target("notes", "b:2", "down", "connection refused")));
        assertThat(failure.reason()).isEqualTo(Reason.CHECK_FAILED);
        assertThat(failure)
                .hasMessageContaining("http://b:2/metrics")
                .hasMessageContaining("its health is down: \"connection refused\"");
    }

    @Test
    void aTargetThatIsAbsentNewOrElsewhereFails() throws IOException {
        assertThat(prometheusFails("200 OK", targets()))
                .hasMessageContaining("has no target of job 'notes'")
                .hasMessageContaining("metricsTargetRegister");
        assertThat(prometheusFails("200 OK", targets(target("notes", "a:1", "up", "")), "target", "b:2"))
                .hasMessageContaining("has no target of job 'notes' at b:2");
        assertThat(prometheusFails("200 OK", targets(target("notes", "a:1", "unknown", ""))))
                .hasMessageContaining("has not scraped it yet");
    }

    @Test
    void whatIsNoPrometheusAndOneThatStartsAreTold() throws IOException {
        assertThat(prometheusFails("200 OK", "<html>")).hasMessageContaining("is no Prometheus");
        assertThat(prometheusFails("404 Not Found", "{}")).hasMessageContaining("is no Prometheus");
        assertThat(prometheusFails("503 Service Unavailable", "Service Unavailable"))
                .hasMessageContaining("answers with status 503")
                .hasMessageContaining("starting");
    }

    @Test
    void anEnvironmentWithoutMonitoringIsNamed() {
        StepFailure failure = bench.failure(CheckPrometheusTarget.class, with("job", "notes"));
        assertThat(failure.reason()).isEqualTo(Reason.NOT_IN_INVENTORY);
        assertThat(failure).hasMessageContaining("'test' has no `monitoring`");
    }
}
