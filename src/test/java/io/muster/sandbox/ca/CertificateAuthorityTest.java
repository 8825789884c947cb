package io.muster.sandbox.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertow.Undertow;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1");

    @TempDir
    Path directory;

    private final Clock clock = Clock.systemUTC();

    @Test
    void aServerCertificateIsTrustedForItsNamesAndAddresses() throws Exception {
        CertificateAuthority ca = CertificateAuthority.in(directory, clock);
        SSLContext server = ca.serverContext(ca.server("web.sandbox.test", LOOPBACK));

        assertThat(get(server, ca.clientContext(), "127.0.0.1")).isEqualTo("hello");
        assertThat(get(server, ca.clientContext(), "localhost")).isEqualTo("hello");
    }

    @Test
    void aClientThatDoesNotTrustTheAuthorityRefusesTheServer() {
        CertificateAuthority ca = CertificateAuthority.in(directory.resolve("a"), clock);
        CertificateAuthority other = CertificateAuthority.in(directory.resolve("b"), clock);
        SSLContext server = ca.serverContext(ca.server("web.sandbox.test", LOOPBACK));

        assertThatThrownBy(() -> get(server, other.clientContext(), "127.0.0.1"))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void anExpiredCertificateAndOneForAnotherNameAreRefused() {
        CertificateAuthority ca = CertificateAuthority.in(directory, clock);
        SSLContext expired = ca.serverContext(ca.expiredServer("web.sandbox.test", LOOPBACK));
        SSLContext otherName = ca.serverContext(ca.server("web.sandbox.test", List.of()));

        assertThatThrownBy(() -> get(expired, ca.clientContext(), "127.0.0.1"))
                .hasStackTraceContaining("CertificateExpiredException");
        assertThatThrownBy(() -> get(otherName, ca.clientContext(), "127.0.0.1"))
                .hasStackTraceContaining("No subject alternative names");
    }

    @Test
    void aMutualServerRefusesClientsWithoutACertificateOfTheAuthority() throws Exception {
        CertificateAuthority ca = CertificateAuthority.in(directory.resolve("a"), clock);
        CertificateAuthority other = CertificateAuthority.in(directory.resolve("b"), clock);
        SSLContext server = ca.mutualServerContext(ca.server("web.sandbox.test", LOOPBACK));
        SSLContext stranger = TlsContexts.of(ca.certificate(), other.client("muster"));

        assertThat(get(server, ca.clientContext(ca.client("muster")), "127.0.0.1"))
                .isEqualTo("hello");
        assertThatThrownBy(() -> get(server, ca.clientContext(), "127.0.0.1")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> get(server, stranger, "127.0.0.1")).isInstanceOf(IOException.class);
    }

    @Test
    void theRootAndTheIssuedCertificatesAreKept() {
        CertificateAuthority first = CertificateAuthority.in(directory, clock);
        Identity issued = first.server("web.sandbox.test", LOOPBACK);
        CertificateAuthority second = CertificateAuthority.in(directory, clock);

        assertThat(second.certificate()).isEqualTo(first.certificate());
        assertThat(second.pemFile()).hasContent(first.pem());
        assertThat(second.server("web.sandbox.test", LOOPBACK)).isEqualTo(issued);
    }

    @Test
    void aCertificateIsRenewedWhenFewerThanThirtyDaysAreLeft() {
        Identity issued = CertificateAuthority.in(directory, clock).server("web.sandbox.test", LOOPBACK);
        Instant end = issued.certificate().getNotAfter().toInstant();

        Identity kept = at(end.minus(Duration.ofDays(31))).server("web.sandbox.test", LOOPBACK);
        Identity renewed = at(end.minus(Duration.ofDays(29))).server("web.sandbox.test", LOOPBACK);

        assertThat(kept).isEqualTo(issued);
        assertThat(renewed.certificate().getNotAfter().toInstant()).isAfter(end);
    }

    @Test
    void aCertificateIsMadeAnewWhenItsNamesChangeOrItsRootIsReplaced() throws Exception {
        CertificateAuthority ca = CertificateAuthority.in(directory, clock);
        Identity issued = ca.server("web.sandbox.test", LOOPBACK);
        Identity renamed = ca.server("web.sandbox.test", List.of("127.0.0.2"));
        Files.delete(ca.pemFile());
        Identity underNewRoot =
                CertificateAuthority.in(directory, clock).server("web.sandbox.test", List.of("127.0.0.2"));

        assertThat(renamed).isNotEqualTo(issued);
        assertThat(underNewRoot).isNotEqualTo(renamed);
    }

    @Test
    void onlyTheOwnerMayReadPrivateKeysAndNoKeyIsPrinted() throws Exception {
        CertificateAuthority ca = CertificateAuthority.in(directory, clock);
        Identity issued = ca.client("muster");

        for (String key : List.of("ca.key", "issued/client-muster.key")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(key))))
                    .isEqualTo("rw-------");
        }
        assertThat(issued.keyPem()).startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(issued.toString()).startsWith("Identity[CN=muster until ");
    }

    private CertificateAuthority at(Instant instant) {
        return CertificateAuthority.in(directory, Clock.fixed(instant, ZoneOffset.UTC));
    }

    private static String get(SSLContext server, SSLContext client, String host) throws Exception {
        Undertow undertow = Undertow.builder()
                .addHttpsListener(0, "127.0.0.1", server)
                .setIoThreads(1)
                .setWorkerThreads(1)
                .setHandler(exchange -> exchange.getResponseSender().send("hello"))
                .build();
        undertow.start();
        try {
            int port = ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + host + ":" + port + "/"))
                    .build();
            return HttpClient.newBuilder()
                    .sslContext(client)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
        } finally {
            undertow.stop();
        }
    }
}
