package io.muster.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.inventory.Inventory;
import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.sandbox.dns.DnsRecord;
import io.muster.sandbox.dns.DnsServer;
import io.muster.sandbox.dns.Zones;
import io.muster.sandbox.registry.Registry;
import io.muster.step.StepFailure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package as the application wires it, with names that only a DNS server of the sandbox knows. */
class ProbesByNameTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    @Test
    void everyProbeFindsAServerByTheEnvironmentsResolver() throws Exception {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        CertificateAuthority authority = CertificateAuthority.in(directory.resolve("ca"), Clock.systemUTC());
        Zones zones =
                Zones.of("sandbox.test", List.of(), List.of(DnsRecord.address("registry.sandbox.test", loopback)));
        try (Wired wired = new Wired();
                DnsServer dns = new DnsServer(new InetSocketAddress(loopback, 0), zones);
                Registry registry = new Registry(
                        directory.resolve("images"),
                        "127.0.0.1",
                        0,
                        authority.serverContext(authority.server("registry.sandbox.test", List.of())))) {
            registry.start();
            dns.start();
            Inventory.Environment environment = Environments.empty()
                    .resolver("127.0.0.1:" + dns.address().getPort())
                    .trust(authority.pem())
                    .build();
            int port = registry.address().getPort();

            assertThat(wired.get(TcpProbe.class).connect(environment, "registry.sandbox.test", port, LONG))
                    .isPositive();
            TlsProbe.Shown shown =
                    wired.get(TlsProbe.class).look(environment, "registry.sandbox.test", port, Optional.empty(), LONG);
            assertThat(shown.trusted() && shown.nameMatches()).isTrue();
            assertThat(get(wired, environment, "https://registry.sandbox.test:" + port + "/v2/")
                            .status())
                    .isEqualTo(200);
            assertThat(wired.get(ImageRegistries.class)
                            .digest(environment, "registry.sandbox.test:" + port + "/notes", "1.0.0"))
                    .startsWith("sha256:");
            assertThat(wired.get(ProxmoxNodes.class)).isNotNull();
            assertThat(catchThrowableOfType(
                                    StepFailure.class, () -> get(wired, environment, "http://nobody.sandbox.test/"))
                            .reason())
                    .isEqualTo("NameNotFound");
        }
    }

    private static HttpProbe.Answer get(Wired wired, Inventory.Environment environment, String url) {
        return wired.get(HttpProbe.class)
                .send(environment, new HttpProbe.Request("GET", url, Map.of(), Optional.empty()), LONG, 1 << 16);
    }
}
