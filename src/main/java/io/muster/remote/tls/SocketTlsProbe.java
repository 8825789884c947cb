package io.muster.remote.tls;

import io.muster.inventory.Inventory;
import io.muster.remote.TlsProbe;
import io.muster.remote.tls.Connector.Deadline;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.springframework.stereotype.Component;

/** Shakes hands with a context that takes any certificate and keeps it, sends nothing, and judges afterwards. */
@Component
final class SocketTlsProbe implements TlsProbe {

    static final String TLS_FAILED = "TlsFailed";

    private final Connector connector;
    private final TlsContexts contexts;

    SocketTlsProbe(Connector connector, TlsContexts contexts) {
        this.connector = connector;
        this.contexts = contexts;
    }

    @Override
    public Shown look(
            Inventory.Environment environment, String host, int port, Optional<String> serverName, Duration timeout) {
        Deadline deadline = Deadline.in(timeout);
        String where = host + ":" + port;
        String name = CertificateJudge.bare(serverName.orElse(host));
        return connector.within(timeout, "The TLS handshake with " + where, () -> {
            try (Socket socket = connector.connect(environment, host, port, deadline)) {
                return look(environment, socket, where, name, deadline);
            }
        });
    }

    @Override
    public Shown look(Inventory.Environment environment, Socket connected, String serverName, Duration timeout) {
        return look(
                environment,
                connected,
                serverName + " (" + connected + ")",
                CertificateJudge.bare(serverName),
                Deadline.in(timeout));
    }

    private Shown look(Inventory.Environment environment, Socket plain, String where, String name, Deadline deadline) {
        KeepingTrust kept = new KeepingTrust();
        try {
            plain.setSoTimeout(deadline.millis());
            SSLSocket socket = (SSLSocket)
                    TlsContexts.context(kept).getSocketFactory().createSocket(plain, name, plain.getPort(), true);
            String protocol = "";
            String cipher = "";
            try {
                socket.startHandshake();
                protocol = socket.getSession().getProtocol();
                cipher = socket.getSession().getCipherSuite();
            } catch (SSLException e) {
                // A server that wants a certificate of ours has shown its own by then, and that is what is looked for.
                if (kept.chain().isEmpty()) {
                    throw e;
                }
                protocol = socket.getHandshakeSession() == null
                        ? "unknown"
                        : socket.getHandshakeSession().getProtocol();
                cipher = "unknown";
            }
            return shown(environment, kept, protocol, cipher, name);
        } catch (SSLException e) {
            throw failed(where, e);
        } catch (SocketTimeoutException e) {
            throw Connector.timedOut("The TLS handshake with " + where, deadline.timeout());
        } catch (IOException e) {
            throw lost(where, e);
        }
    }

    private Shown shown(
            Inventory.Environment environment, KeepingTrust kept, String protocol, String cipher, String name) {
        X509Certificate[] chain = kept.chain().orElseThrow(() -> new IllegalStateException("no certificate was kept"));
        X509ExtendedTrustManager jdk = TlsContexts.manager(Trust.of(environment));
        CertificateJudge judge = contexts.judge();
        return new Shown(
                protocol,
                cipher,
                Arrays.stream(chain).map(SocketTlsProbe::view).toList(),
                judge.distrust(chain, () -> jdk.checkServerTrusted(chain, kept.authType())),
                judge.nameMatches(chain[0], name));
    }

    private static StepFailure failed(String where, SSLException e) {
        // The JDK wraps a connection that ends in the middle of a handshake.
        if (e.getCause() instanceof EOFException || e.getCause() instanceof SocketException) {
            return lost(where, e);
        }
        return new StepFailure.Rejected(
                TLS_FAILED,
                "There is no TLS with " + where + ": " + Connector.said(e)
                        + ". Check that the port is one with TLS, and that the server speaks TLS 1.2 or 1.3.",
                e);
    }

    private static StepFailure lost(String where, IOException e) {
        return new StepFailure.Transient(
                Reason.CONNECTION_LOST,
                where + " ended the connection during the TLS handshake: " + Connector.said(e)
                        + ". Look at the server's log whether it restarted or refused us.",
                e);
    }

    private static Certificate view(X509Certificate certificate) {
        return new Certificate(
                certificate.getSubjectX500Principal().toString(),
                certificate.getIssuerX500Principal().toString(),
                Certificates.names(certificate),
                certificate.getSerialNumber().toString(16),
                Certificates.sha256(certificate),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }
}
