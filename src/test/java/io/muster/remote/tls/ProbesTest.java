package io.muster.remote.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.remote.HttpNetwork;
import io.muster.remote.RawServer;
import io.muster.remote.TcpProbe;
import io.muster.remote.TlsProbe;
import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.sandbox.ca.Identity;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbesTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(400);

    @TempDir
    Path directory;

    private HttpNetwork network;

    @BeforeEach
    void begin() {
        network = new HttpNetwork(directory);
        network.names.put("notes.test", List.of("127.0.0.1"));
    }

    @AfterEach
    void end() {
        network.close();
    }

    @Test
    void aTrustedCertificateIsShownWholeWithItsChain() throws Exception {
        Identity identity = network.authority.server("notes.test", List.of("127.0.0.1"));
        try (RawServer server = server(network.authority.serverContext(identity))) {
            TlsProbe.Shown shown = look("notes.test", server.port(), Optional.empty());

            X509Certificate certificate = identity.certificate();
            assertThat(shown.protocol()).isEqualTo("TLSv1.3");
            assertThat(shown.cipher()).startsWith("TLS_");
            assertThat(shown.trusted()).isTrue();
            assertThat(shown.nameMatches()).isTrue();
            assertThat(shown.chain()).hasSize(2);
            assertThat(shown.own().subject()).isEqualTo("CN=notes.test");
            assertThat(shown.own().issuer()).isEqualTo("CN=Muster sandbox CA");
            assertThat(shown.own().names()).containsExactlyInAnyOrder("notes.test", "127.0.0.1");
            assertThat(shown.own().notAfter())
                    .isEqualTo(certificate.getNotAfter().toInstant());
            assertThat(shown.own().sha256())
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded())));
        }
    }

    @Test
    void theServerNameIsWhatTheCertificateIsComparedWith() throws Exception {
        try (RawServer server =
                server(network.authority.serverContext(network.authority.server("notes.test", List.of())))) {
            assertThat(look("127.0.0.1", server.port(), Optional.empty()).nameMatches())
                    .isFalse();
            assertThat(look("127.0.0.1", server.port(), Optional.of("notes.test"))
                            .nameMatches())
                    .isTrue();
            TlsProbe.Shown other = look("notes.test", server.port(), Optional.of("other.test"));
            assertThat(other.nameMatches()).isFalse();
            assertThat(other.trusted()).isTrue();
        }
    }

    @Test
    void anExpiredCertificateIsAnAnswerThatSaysSinceWhen() throws Exception {
        Identity expired = network.authority.expiredServer("notes.test", List.of());
        try (RawServer server = server(network.authority.serverContext(expired))) {
            assertThat(look("notes.test", server.port(), Optional.empty()).distrust())
                    .contains("it is expired since "
                            + expired.certificate().getNotAfter().toInstant());
        }
    }

    @Test
    void aForeignAuthorityIsAnAnswerThatNamesIt() throws Exception {
        CertificateAuthority foreign = CertificateAuthority.in(directory.resolve("foreign"), Clock.systemUTC());
        try (RawServer server = server(foreign.serverContext(foreign.server("notes.test", List.of())))) {
            TlsProbe.Shown shown = look("notes.test", server.port(), Optional.empty());

            assertThat(shown.distrust().orElseThrow()).startsWith("the authority CN=Muster sandbox CA is unknown");
            assertThat(shown.nameMatches()).isTrue();
            TlsProbe.Shown withoutAny = network.get(TlsProbe.class)
                    .look(network.environment(new String[0]), "notes.test", server.port(), Optional.empty(), LONG);
            assertThat(withoutAny.distrust()).contains("the authority CN=Muster sandbox CA is unknown");
        }
    }

    @Test
    void aServerThatWantsACertificateOfOursStillShowsItsOwn() throws Exception {
        Identity identity = network.authority.server("notes.test", List.of());
        try (RawServer server = server(network.authority.mutualServerContext(identity))) {
            TlsProbe.Shown shown = look("notes.test", server.port(), Optional.empty());

            assertThat(shown.trusted()).isTrue();
            assertThat(shown.own().subject()).isEqualTo("CN=notes.test");
        }
    }

    @Test
    void aServerWithoutTlsIsTlsFailed() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            Thread greeter = new Thread(() -> {
                try (Socket socket = plain.accept()) {
                    socket.getOutputStream().write("220 mail.test ESMTP\r\n".getBytes());
                    socket.getInputStream().read(new byte[4096]);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            greeter.start();
            StepFailure failure = failure("notes.test", plain.getLocalPort(), LONG);
            greeter.join();

            assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
            assertThat(failure.reason()).isEqualTo("TlsFailed");
        }
    }

    @Test
    void aServerThatSharesNoProtocolIsTlsFailed() throws Exception {
        SSLContext context = network.authority.serverContext(network.authority.server("notes.test", List.of()));
        try (var server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            server.setEnabledCipherSuites(new String[] {"TLS_RSA_WITH_AES_128_CBC_SHA"});
            server.setEnabledProtocols(new String[] {"TLSv1.2"});
            Thread refuser = new Thread(() -> {
                try (var socket = (SSLSocket) server.accept()) {
                    socket.startHandshake();
                } catch (IOException expected) {
                    // The handshake cannot succeed: an EC key has no RSA suite.
                }
            });
            refuser.start();
            StepFailure failure = failure("notes.test", server.getLocalPort(), LONG);
            refuser.join();

            assertThat(failure.reason()).isEqualTo("TlsFailed");
        }
    }

    @Test
    void aServerThatHangsUpIsConnectionLost() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            Thread closer = new Thread(() -> {
                try (Socket socket = plain.accept()) {
                    socket.getInputStream().read(new byte[4096]);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            closer.start();
            StepFailure failure = failure("notes.test", plain.getLocalPort(), LONG);
            closer.join();

            assertThat(failure).isInstanceOf(StepFailure.Transient.class);
            assertThat(failure.reason()).isEqualTo("ConnectionLost");
        }
    }

    @Test
    void aServerThatSaysNothingIsTimedOut() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            assertThat(failure("notes.test", silent.getLocalPort(), SHORT).reason())
                    .isEqualTo("TimedOut");
        }
    }

    @Test
    void aPortThatListensIsConnectedToAndNothingIsSent() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            Duration took = network.get(TcpProbe.class)
                    .connect(network.environment(), "notes.test", plain.getLocalPort(), LONG);

            assertThat(took).isPositive().isLessThan(LONG);
            try (Socket socket = plain.accept()) {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void thePortOfTheNextAddressCounts() throws Exception {
        network.names.put("two.test", List.of("127.0.0.9", "127.0.0.1"));
        try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            assertThat(network.get(TcpProbe.class)
                            .connect(network.environment(), "two.test", plain.getLocalPort(), LONG))
                    .isPositive();
        }
    }

    @Test
    void aClosedPortIsHostUnreachableAndAnUnknownNameNameNotFound() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = closed.getLocalPort();
        }
        for (boolean tls : List.of(true, false)) {
            StepFailure closed = tls ? failure("notes.test", port, LONG) : tcpFailure("notes.test", port);
            assertThat(closed)
                    .isInstanceOf(StepFailure.Transient.class)
                    .hasMessageContaining("notes.test:" + port + " (127.0.0.1): Connection refused");
            assertThat(closed.reason()).isEqualTo("HostUnreachable");
            StepFailure unknown = tls ? failure("nowhere.test", port, LONG) : tcpFailure("nowhere.test", port);
            assertThat(unknown.reason()).isEqualTo("NameNotFound");
        }
    }

    private static RawServer server(SSLContext context) {
        return new RawServer((request, out) -> {}, context);
    }

    private TlsProbe.Shown look(String host, int port, Optional<String> name) {
        return network.get(TlsProbe.class).look(network.environment(), host, port, name, LONG);
    }

    private StepFailure failure(String host, int port, Duration timeout) {
        return catchThrowableOfType(StepFailure.class, () -> network.get(TlsProbe.class)
                .look(network.environment(), host, port, Optional.empty(), timeout));
    }

    private StepFailure tcpFailure(String host, int port) {
        return catchThrowableOfType(
                StepFailure.class, () -> network.get(TcpProbe.class).connect(network.environment(), host, port, LONG));
    }
}
