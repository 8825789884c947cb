package io.muster.remote.http;

import io.muster.inventory.Inventory;
import io.muster.remote.tls.Trust;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One request.
 *
 * @param fresh on a connection of its own, so that what is seen is what is served now, and a connection that the server
 *     has just given up cannot make the outcome doubtful
 * @param timeout of everything together: look-up, connecting, TLS, answer and body
 * @param maxBytes of the answer's body; the rest is not read
 */
public record HttpCall(
        Inventory.Environment environment,
        Trust trust,
        String method,
        URI uri,
        Map<String, String> headers,
        Optional<byte[]> body,
        boolean fresh,
        Duration timeout,
        int maxBytes) {

    /** For messages: without user information and query, which may hold secrets. */
    String shown() {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return method + " " + uri.getScheme() + "://" + authority() + path;
    }

    String authority() {
        return uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    int port() {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }
}
