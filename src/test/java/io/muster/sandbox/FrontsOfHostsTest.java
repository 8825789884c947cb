package io.muster.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.sandbox.prometheus.PrometheusServer;
import io.muster.sandbox.proxmox.ApiToken;
import io.muster.sandbox.proxmox.HostBackend;
import io.muster.sandbox.proxmox.ProxmoxServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts in real namespaces, seen from the Proxmox API, and Prometheus on one of them. */
class FrontsOfHostsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SECRET = "11111111-2222-3333-4444-555555555555";

    @TempDir
    Path directory;

    private SandboxHost host;
    private ProxmoxServer proxmox;
    private HttpClient http;

    @BeforeEach
    void begin() throws Exception {
        SandboxNetwork network = new SandboxNetwork(TestNetworks.free());
        CertificateAuthority authority = CertificateAuthority.in(directory.resolve("ca"), Clock.systemUTC());
        SandboxNetwork.Machine machine = network.machines().get(1);
        Path hostDirectory = Files.createDirectories(directory.resolve("hosts").resolve(machine.name()));
        host = new SandboxHost(
                machine,
                hostDirectory,
                Map.of(),
                new HostFaults(directory.resolve("faults"), machine.name()),
                List.of(running ->
                        PrometheusServer.on(running, authority.clientContext(), network.names(), Clock.systemUTC())));
        proxmox = new ProxmoxServer(new ProxmoxServer.Settings(
                new InetSocketAddress(network.proxmox(), 0),
                authority.serverContext(authority.server("proxima.sandbox.test", List.of(network.proxmox()))),
                "proxima",
                directory.resolve("pve"),
                directory.resolve("faults"),
                new HostBackend(SandboxHosts.only(List.of(host))),
                List.of(ApiToken.forRunbooks("muster@pve", "runbooks", SECRET)),
                List.of(),
                Clock.systemUTC()));
        proxmox.adopt(host);
        proxmox.start();
        http = HttpClient.newBuilder().sslContext(authority.clientContext()).build();
    }

    @AfterEach
    void end() {
        proxmox.close();
        host.close();
    }

    @Test
    void aHostIsStartedShownAndShutDownThroughTheApi() throws Exception {
        assertThat(current().get("status").asText()).isEqualTo("stopped");
        assertThat(outcome("start")).isEqualTo("OK");

        assertThat(host.running()).isTrue();
        assertThat(current().get("status").asText()).isEqualTo("running");
        assertThat(current().get("name").asText()).isEqualTo("monitoring-01");
        assertThat(current().get("mem").asLong()).isPositive();
        assertThat(current().get("pid").asLong()).isEqualTo(host.jail().pid().orElseThrow());
        JsonNode network = call("GET", "/nodes/proxima/lxc/102/interfaces").get(1);
        assertThat(network.get("inet").asText()).isEqualTo(host.address() + "/8");

        assertThat(outcome("shutdown")).isEqualTo("OK");
        assertThat(host.running()).isFalse();
    }

    @Test
    void prometheusRunsWithItsHostAndReadsTargetsThere() throws Exception {
        assertThat(outcome("start")).isEqualTo("OK");
        String prometheus = "http://" + host.address() + ":9090";
        assertThat(get(prometheus + "/-/ready").body()).isEqualTo("Prometheus Server is Ready.\n");

        Process write = host.jail()
                .exec(
                        List.of(
                                "/bin/sh",
                                "-c",
                                "echo '[{\"targets\":[\"" + host.address()
                                        + ":1\"]}]' > /etc/prometheus/targets/a.json"),
                        Map.of(),
                        "/");
        assertThat(write.waitFor()).isZero();
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(
                        get(prometheus + "/api/v1/targets").body())
                .contains("\"health\":\"down\"")
                .contains("/etc/prometheus/targets/a.json"));

        assertThat(outcome("stop")).isEqualTo("OK");
        assertThat(outcome("start")).isEqualTo("OK");
        assertThat(get(prometheus + "/-/healthy").statusCode()).isEqualTo(200);
    }

    private JsonNode current() throws Exception {
        return call("GET", "/nodes/proxima/lxc/102/status/current");
    }

    private String outcome(String action) throws Exception {
        String upid = call("POST", "/nodes/proxima/lxc/102/status/" + action).asText();
        String status = "/nodes/proxima/tasks/" + URLEncoder.encode(upid, StandardCharsets.UTF_8) + "/status";
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> call("GET", status)
                .has("exitstatus"));
        return call("GET", status).get("exitstatus").asText();
    }

    private JsonNode call(String verb, String path) throws Exception {
        InetSocketAddress address = proxmox.address();
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://"
                        + address.getAddress().getHostAddress() + ":" + address.getPort() + "/api2/json" + path))
                .header("Authorization", "PVEAPIToken=muster@pve!runbooks=" + SECRET)
                .method(verb, HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return JSON.readTree(response.body()).get("data");
    }

    private HttpResponse<String> get(String url) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
