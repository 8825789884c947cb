package io.muster.sandbox.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.sandbox.ca.CertificateAuthority;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METRICS =
            """
            # HELP notes_requests_total Requests.
            # TYPE notes_requests_total counter
            notes_requests_total{method="get",path="/a\\"b"} 1027
            notes_requests_total{method="post",} 3.5 1395066363000
            notes_start_time_seconds 1.7e9
            notes_ratio NaN
            job_label{job="inner"} +Inf
            """;

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Undertow> exporters = new ArrayList<>();
    private volatile String metrics = METRICS;
    private Path targets;
    private CertificateAuthority authority;
    private PrometheusServer server;

    @BeforeEach
    void begin() {
        targets = directory.resolve("targets");
        authority = CertificateAuthority.in(directory.resolve("ca"), Clock.systemUTC());
        server = new PrometheusServer(new PrometheusServer.Settings(
                loopback(0),
                targets,
                "/etc/prometheus/targets",
                authority.clientContext(),
                Map.of("notes.sandbox.test", "127.0.0.1"),
                Duration.ofMillis(200),
                Clock.systemUTC()));
        server.start();
    }

    @AfterEach
    void end() {
        server.close();
        exporters.forEach(Undertow::stop);
    }

    @Test
    void itIsReadyAndHealthy() throws Exception {
        assertThat(get("/-/ready").body()).isEqualTo("Prometheus Server is Ready.\n");
        assertThat(get("/-/healthy").body()).isEqualTo("Prometheus Server is Healthy.\n");
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
        assertThat(json("/api/v1/targets").get("data").get("activeTargets")).isEmpty();
    }

    @Test
    void aTargetInAFileIsScrapedAndShownInPrometheusShape() throws Exception {
        String address = exporter();
        write(
                "notes.json",
                "[{\"targets\": [\"" + address + "\"], \"labels\": {\"job\": \"notes\", \"team\": \"x\"}}]");

        JsonNode target = awaitTarget("up");

        assertThat(target.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "discoveredLabels",
                        "labels",
                        "scrapePool",
                        "scrapeUrl",
                        "globalUrl",
                        "lastError",
                        "lastScrape",
                        "lastScrapeDuration",
                        "health",
                        "scrapeInterval",
                        "scrapeTimeout");
        assertThat(text(target.get("labels"))).isEqualTo("{instance=" + address + ", job=notes, team=x}");
        JsonNode discovered = target.get("discoveredLabels");
        assertThat(discovered.get("__address__").asText()).isEqualTo(address);
        assertThat(discovered.get("__meta_filepath").asText()).isEqualTo("/etc/prometheus/targets/notes.json");
        assertThat(discovered.get("__scheme__").asText()).isEqualTo("http");
        assertThat(target.get("scrapeUrl").asText()).isEqualTo("http://" + address + "/metrics");
        assertThat(target.get("lastError").asText()).isEmpty();
        assertThat(target.get("lastScrapeDuration").asDouble()).isPositive();
        assertThat(Instant.parse(target.get("lastScrape").asText()))
                .isAfter(Instant.now().minusSeconds(60));
        JsonNode data = json("/api/v1/targets").get("data");
        assertThat(data.get("droppedTargets")).isEmpty();
        assertThat(json("/api/v1/targets?state=dropped").get("data").get("activeTargets"))
                .isEmpty();
        assertThat(json("/api/v1/targets?state=active").get("data").get("activeTargets"))
                .hasSize(1);
    }

    @Test
    void aQueryFindsSeriesByNameAndLabels() throws Exception {
        String address = exporter();
        write("notes.json", "[{\"targets\": [\"" + address + "\"], \"labels\": {\"job\": \"notes\"}}]");
        awaitTarget("up");

        JsonNode answer = query("up{job=\"notes\"}");
        assertThat(answer.get("status").asText()).isEqualTo("success");
        assertThat(answer.get("data").get("resultType").asText()).isEqualTo("vector");
        JsonNode series = answer.get("data").get("result").get(0);
        assertThat(text(series.get("metric"))).isEqualTo("{__name__=up, instance=" + address + ", job=notes}");
        assertThat(series.get("value").get(0).asDouble())
                .isCloseTo(Instant.now().getEpochSecond(), within(60));
        assertThat(series.get("value").get(1).isTextual()).isTrue();
        assertThat(values("up{job=\"notes\"}")).containsExactly("1");
        assertThat(values("up{job=\"other\"}")).isEmpty();
        assertThat(values("notes_requests_total")).containsExactlyInAnyOrder("1027", "3.5");
        assertThat(values("notes_requests_total{path=\"/a\\\"b\"}")).containsExactly("1027");
        assertThat(values("notes_requests_total{method=~\"p.*\", job!=\"x\"}")).containsExactly("3.5");
        assertThat(values("{__name__='notes_start_time_seconds'}")).containsExactly("1700000000");
        assertThat(values("notes_ratio")).containsExactly("NaN");
        assertThat(values("job_label{exported_job=\"inner\",job=\"notes\"}")).containsExactly("+Inf");
        assertThat(values("scrape_samples_scraped")).containsExactly("5");
    }

    @Test
    void aQueryCanBePosted() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/api/v1/query"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("query=up"))
                .build();
        String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();

        assertThat(JSON.readTree(body).get("data").get("resultType").asText()).isEqualTo("vector");
    }

    @Test
    void whatIsNoSelectorIsRefusedAsBadData() throws Exception {
        for (String query : List.of("rate(up[5m])", "up + 1", "", "up{job=notes}", "{}", "up{job=~\"(\"}")) {
            HttpResponse<String> response = get("/api/v1/query?query=" + encode(query));
            assertThat(response.statusCode()).isEqualTo(400);
            JsonNode body = JSON.readTree(response.body());
            assertThat(body.get("status").asText()).isEqualTo("error");
            assertThat(body.get("errorType").asText()).isEqualTo("bad_data");
            assertThat(body.get("error").asText()).contains("parse error");
        }
    }

    @Test
    void aTargetThatDoesNotAnswerIsDownWithTheReason() throws Exception {
        String address = exporter();
        exporters.remove(0).stop();
        write("notes.json", "[{\"targets\": [\"" + address + "\"], \"labels\": {\"job\": \"notes\"}}]");

        JsonNode target = awaitTarget("down");

        assertThat(target.get("lastError").asText())
                .isEqualTo("Get \"http://" + address + "/metrics\": dial tcp " + address
                        + ": connect: connection refused");
        assertThat(values("up{job=\"notes\"}")).containsExactly("0");
        assertThat(values("notes_requests_total")).isEmpty();
    }

    @Test
    void aTargetThatAnswersWithAnErrorOrNonsenseIsDown() throws Exception {
        String address = exporter();
        write("notes.json", "[{\"targets\": [\"" + address + "\"], \"labels\": {\"__metrics_path__\": \"/missing\"}}]");
        assertThat(awaitTarget("down").get("lastError").asText())
                .isEqualTo("server returned HTTP status 404 Not Found");

        metrics = "<html>not metrics</html>\n";
        write("notes.json", "[{\"targets\": [\"" + address + "\"]}]");
        Awaitility.await()
                .untilAsserted(() -> assertThat(onlyTarget().get("lastError").asText())
                        .contains("expected a metric's name in line 1: <html>"));
    }

    @Test
    void filesThatComeChangeAndGoAreFollowed() throws Exception {
        String first = exporter();
        String second = exporter();
        write("a.json", "[{\"targets\": [\"" + first + "\"]}]");
        awaitTarget("up");
        write("b.yml", "- targets: ['" + second + "']\n  labels: {job: yaml}\n");
        Awaitility.await().untilAsserted(() -> assertThat(values("up")).containsExactly("1", "1"));
        assertThat(values("up{job=\"services\"}")).containsExactly("1");
        assertThat(values("up{job=\"yaml\"}")).containsExactly("1");

        Files.delete(targets.resolve("a.json"));
        Awaitility.await()
                .untilAsserted(() -> assertThat(values("up{job=\"services\"}")).isEmpty());
        assertThat(values("up{job=\"yaml\"}")).containsExactly("1");
    }

    @Test
    void aFileThatTurnsBadKeepsItsLastGoodContent() throws Exception {
        String address = exporter();
        write("a.json", "[{\"targets\": [\"" + address + "\"]}]");
        awaitTarget("up");
        write("a.json", "[{\"targets\": [\"http://with.scheme/\"]}]");
        write("b.json", "[{\"targets\": [\"" + address + "\"], \"labels\": {\"job\": \"b\"}}]");

        Awaitility.await().untilAsserted(() -> assertThat(values("up")).hasSize(2));
        assertThat(values("up{job=\"services\"}")).containsExactly("1");
    }

    @Test
    void httpsTargetsAreVerifiedByNameAndAuthority() throws Exception {
        int port = start(Undertow.builder()
                .addHttpsListener(
                        0, "127.0.0.1", authority.serverContext(authority.server("notes.sandbox.test", List.of()))));
        write(
                "a.json",
                "[{\"targets\": [\"notes.sandbox.test:" + port
                        + "\"], \"labels\": {\"__scheme__\": \"https\", \"job\": \"name\"}},"
                        + " {\"targets\": [\"127.0.0.1:" + port
                        + "\"], \"labels\": {\"__scheme__\": \"https\", \"job\": \"address\"}}]");

        Awaitility.await().untilAsserted(() -> {
            assertThat(values("up{job=\"name\"}")).containsExactly("1");
            assertThat(values("up{job=\"address\"}")).containsExactly("0");
        });
    }

    @Test
    void aTakenAddressIsNamed() {
        PrometheusServer second = new PrometheusServer(new PrometheusServer.Settings(
                server.address(),
                targets,
                "/etc/prometheus/targets",
                authority.clientContext(),
                Map.of(),
                Duration.ofSeconds(2),
                Clock.systemUTC()));

        assertThatThrownBy(second::start)
                .hasMessageContaining("cannot listen on")
                .hasMessageContaining(String.valueOf(server.address().getPort()));
        second.close();
    }

    private JsonNode awaitTarget(String health) {
        Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> {
            JsonNode target = onlyTarget();
            return target != null && target.get("health").asText().equals(health);
        });
        return onlyTarget();
    }

    private JsonNode onlyTarget() {
        return json("/api/v1/targets?state=active")
                .get("data")
                .get("activeTargets")
                .get(0);
    }

    private List<String> values(String query) {
        List<String> values = new ArrayList<>();
        query(query)
                .get("data")
                .get("result")
                .forEach(series -> values.add(series.get("value").get(1).asText()));
        return values;
    }

    private JsonNode query(String query) {
        return json("/api/v1/query?query=" + encode(query));
    }

    private JsonNode json(String path) {
        try {
            return JSON.readTree(get(path).body());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    }

    private void write(String name, String text) throws Exception {
        Path draft = Files.createTempFile(directory, "draft", "");
        Files.writeString(draft, text);
        Files.createDirectories(targets);
        Files.move(draft, targets.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private String exporter() {
        return "127.0.0.1:" + start(Undertow.builder().addHttpListener(0, "127.0.0.1"));
    }

    private int start(Undertow.Builder builder) {
        HttpHandler handler = exchange -> {
            if (exchange.getRequestPath().equals("/metrics")) {
                exchange.getResponseSender().send(metrics);
            } else {
                exchange.setStatusCode(404).endExchange();
            }
        };
        Undertow undertow =
                builder.setIoThreads(1).setWorkerThreads(1).setHandler(handler).build();
        undertow.start();
        exporters.add(undertow);
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static Offset<Double> within(double seconds) {
        return Offset.offset(seconds);
    }

    private static String text(JsonNode object) {
        return JSON.convertValue(object, TreeMap.class).toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
