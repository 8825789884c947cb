package io.muster.remote;

import io.muster.inventory.Inventory;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The certificate that a TLS server shows, judged by an environment's trust. Thread-safe. */
public interface TlsProbe {

    /**
     * Makes a TLS connection and looks at the certificate, whatever its state: an untrusted or expired one is an answer,
     * not a failure.
     *
     * @param host name or address to connect to
     * @param serverName the name to ask for (SNI) and to look for in the certificate; empty: {@code host}
     * @throws io.muster.step.StepFailure HostUnreachable, NameNotFound, TimedOut, ConnectionLost, and TlsFailed where what
     *     listens speaks no TLS or shares no protocol or cipher
     */
    Shown look(Inventory.Environment environment, String host, int port, Optional<String> serverName, Duration timeout);

    /**
     * The same over a connection that there is.
     *
     * @param connected left open
     */
    Shown look(Inventory.Environment environment, Socket connected, String serverName, Duration timeout);

    /**
     * @param chain as sent, the server's own certificate first
     * @param distrust why the chain is not trusted at this moment; empty when it is
     * @param nameMatches whether the first certificate is for the name that was asked for
     */
    record Shown(
            String protocol, String cipher, List<Certificate> chain, Optional<String> distrust, boolean nameMatches) {

        public boolean trusted() {
            return distrust.isEmpty();
        }

        public Certificate own() {
            return chain.get(0);
        }
    }

    /** @param names DNS names and addresses it is for (subject alternative names) */
    record Certificate(
            String subject,
            String issuer,
            List<String> names,
            String serialNumber,
            String sha256,
            Instant notBefore,
            Instant notAfter) {}
}
