package io.muster.remote;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a service looks like from where a host stands: connections leave from that host (SSH forwarding), TLS and HTTP are
 * spoken by us, so that the host needs no tools. Thread-safe.
 */
public interface OutsideProbe {

    /**
     * The addresses of a name, sorted.
     *
     * @param resolver {@code address:port} of a DNS server as the host reaches it (asked over TCP); empty: as the host itself
     *     resolves names
     * @throws NotSeen when it has none, or nobody answered
     */
    List<String> addresses(SshHosts.Target from, String name, Optional<String> resolver, Duration timeout)
            throws NotSeen;

    /**
     * The certificate that is shown at an address, judged by the environment's trust.
     *
     * @throws NotSeen when there is no connection, or no TLS
     */
    TlsProbe.Shown certificate(SshHosts.Target from, String address, int port, String serverName, Duration timeout)
            throws NotSeen;

    /**
     * Asks a URL at an address; of https only where the certificate is accepted. Redirects are not followed.
     *
     * @throws NotSeen when there is no answer
     */
    Answer get(SshHosts.Target from, URI url, String address, Duration timeout, int maxBytes) throws NotSeen;

    record Answer(int status, String body, Duration took) {}

    /** An answer too: it is not to be seen from there, and why. */
    final class NotSeen extends Exception {
        public NotSeen(String message, Throwable cause) {
            super(message, cause);
        }

        public NotSeen(String message) {
            super(message);
        }
    }
}
