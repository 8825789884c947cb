package io.muster.remote.docker;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import io.muster.remote.SshHosts;
import io.muster.remote.SshStreams;
import io.muster.remote.net.ClientKey;
import io.muster.remote.net.HttpConnections;
import io.muster.remote.net.Trust;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.springframework.stereotype.Component;

/** Keeps a connection pool for each engine and each set of credentials; a key that was replaced takes effect at once. */
@Component
final class EngineClients {

    /** Between two bytes of an answer. Stopping a container and waiting for one are slow to answer by nature. */
    private static final Duration RESPONSE = Duration.ofMinutes(5);

    private static final String UNIX = "unix://";
    /** Where there is nothing to find by name. */
    private static final URI LOCAL = URI.create("http://localhost");

    private final HttpConnections connections;
    private final SshStreams streams;
    private final Secrets secrets;
    private final Map<Key, EngineConnection> engines = new ConcurrentHashMap<>();

    EngineClients(HttpConnections connections, SshStreams streams, Secrets secrets) {
        this.connections = connections;
        this.streams = streams;
        this.secrets = secrets;
    }

    EngineConnection of(Inventory.Environment environment, Inventory.Host engine, Inventory.Docker docker) {
        String host = engine.name();
        Optional<String> privateKey = docker.privateKey().map(ref -> resolve(host, ref));
        Optional<SshHosts.Target> overSsh = Optional.of(new SshHosts.Target(environment, engine))
                .filter(target -> docker.endpoint().startsWith(EngineOverSsh.ENDPOINT));
        Key key = new Key(
                docker, environment.resolver(), environment.trust(), privateKey.map(EngineClients::hash), overSsh);
        return engines.computeIfAbsent(key, ignored -> overSsh.map(target -> overSsh(target, docker))
                .orElseGet(() -> open(environment, host, docker, privateKey)));
    }

    private EngineConnection overSsh(SshHosts.Target target, Inventory.Docker docker) {
        EngineOverSsh sockets = new EngineOverSsh(streams, target, docker.endpoint());
        SSLContext unused = Trust.beside(List.of()).context(Optional.empty());
        return connection(connections.over(sockets, unused, RESPONSE), LOCAL, Optional::empty);
    }

    private EngineConnection open(
            Inventory.Environment environment, String host, Inventory.Docker docker, Optional<String> privateKey) {
        Trust trust = docker.trust().isEmpty() ? Trust.beside(environment.trust()) : Trust.only(docker.trust());
        Optional<ClientKey> clientKey = clientKey(host, docker, privateKey);
        if (docker.endpoint().startsWith(UNIX)) {
            String path = docker.endpoint().substring(UNIX.length());
            CloseableHttpClient client = connections.unix(path, trust.context(Optional.empty()), RESPONSE);
            return connection(client, LOCAL, Optional::empty);
        }
        URI endpoint = URI.create(docker.endpoint());
        boolean tls = !docker.trust().isEmpty() || clientKey.isPresent();
        SSLContext context = trust.context(clientKey);
        CloseableHttpClient client = connections.client(environment, context, RESPONSE);
        Supplier<Optional<IOException>> refusal = () -> clientKey.isEmpty()
                ? Optional.empty()
                : connections.refusal(environment, context, endpoint.getHost(), endpoint.getPort());
        return connection(client, URI.create((tls ? "https://" : "http://") + endpoint.getAuthority()), refusal);
    }

    private static EngineConnection connection(
            CloseableHttpClient client, URI base, Supplier<Optional<IOException>> refusal) {
        return new EngineConnection(new EngineHttp(client, base), base, refusal);
    }

    private static Optional<ClientKey> clientKey(String host, Inventory.Docker docker, Optional<String> privateKey) {
        if (docker.certificate().isPresent() != privateKey.isPresent()) {
            throw unusable(host, docker, "one of `certificate` and `private-key` is missing", null);
        }
        try {
            return docker.certificate().map(certificate -> ClientKey.of(certificate, privateKey.orElseThrow()));
        } catch (IllegalArgumentException e) {
            throw unusable(host, docker, e.getMessage(), e);
        }
    }

    private static StepFailure unusable(String host, Inventory.Docker docker, String why, Throwable cause) {
        String key = docker.privateKey().map(ref -> " with " + ref).orElse("");
        return new StepFailure.Fatal(
                Reason.AUTHENTICATION_FAILED,
                "The client certificate for the Docker engine of " + host + key + " cannot be used: " + why
                        + "; correct `docker` of " + host + " in the inventory.",
                cause);
    }

    private String resolve(String host, SecretRef ref) {
        try {
            return secrets.resolve(ref);
        } catch (Secrets.SecretMissing e) {
            throw new StepFailure.Fatal(
                    Reason.SECRET_MISSING, "Cannot log in to the Docker engine of " + host + ": " + e.getMessage(), e);
        }
    }

    private static String hash(String secret) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Key(
            Inventory.Docker docker,
            Optional<String> resolver,
            List<String> trust,
            Optional<String> keyHash,
            Optional<SshHosts.Target> overSsh) {}
}
