package io.muster.sandbox.notes;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the service works; everything comes from its environment, with the container's paths as defaults.
 *
 * @param tls the directory of {@code tls.crt} and {@code tls.key} (PEM); HTTPS is served when both are there
 * @param token what writes must present as a bearer token, if set
 */
record Settings(
        Path home,
        Path data,
        Path run,
        Path tls,
        InetAddress address,
        int port,
        int tlsPort,
        String title,
        Optional<String> token) {

    static Settings from(Map<String, String> env) throws UnknownHostException {
        String address = env.get("NOTES_ADDRESS");
        return new Settings(
                Path.of(env.getOrDefault("NOTES_HOME", "/opt/notes")),
                Path.of(env.getOrDefault("NOTES_DATA", "/data")),
                Path.of(env.getOrDefault("NOTES_RUN", "/run/notes")),
                Path.of(env.getOrDefault("NOTES_TLS", "/etc/notes/tls")),
                address == null ? InetAddress.getLocalHost() : InetAddress.getByName(address),
                Integer.parseInt(env.getOrDefault("NOTES_PORT", "8080")),
                Integer.parseInt(env.getOrDefault("NOTES_TLS_PORT", "8443")),
                env.getOrDefault("NOTES_TITLE", "Notes"),
                Optional.ofNullable(env.get("NOTES_TOKEN")).filter(token -> !token.isBlank()));
    }
}
