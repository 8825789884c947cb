package io.muster.remote.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.transport.DockerHttpClient;
import io.muster.remote.net.Failures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** One engine: a connection pool, and a client that speaks the API version both sides know. */
final class EngineConnection {

    /** Engine 20.10 ends at 1.41, engine 29 begins at 1.44; docker-java 3.7 knows up to this. */
    static final RemoteApiVersion NEWEST = RemoteApiVersion.VERSION_1_44;

    private final DockerHttpClient http;
    private final URI base;
    private final Supplier<Optional<IOException>> refusal;
    private final AtomicReference<Negotiated> client = new AtomicReference<>();

    private record Negotiated(RemoteApiVersion version, DockerClient client) {}

    /** @param refusal finds out why the engine breaks off connections */
    EngineConnection(DockerHttpClient http, URI base, Supplier<Optional<IOException>> refusal) {
        this.http = http;
        this.base = base;
        this.refusal = refusal;
    }

    /** Asks the engine for its version first, where that has not been done or was forgotten. */
    DockerClient client() {
        Negotiated known = client.get();
        return (known != null ? known : negotiate()).client();
    }

    private Negotiated negotiate() {
        Negotiated negotiated = in(common(engineVersion()));
        client.set(negotiated);
        return negotiated;
    }

    private Negotiated in(RemoteApiVersion version) {
        return new Negotiated(version, DockerClientImpl.getInstance(config(version), http));
    }

    /**
     * Whether a call that was refused for its version would be made in another one now. Asks the engine, unless another call
     * has done so since.
     *
     * @param spoken what the call was made with
     */
    boolean speaksOtherVersion(DockerClient spoken) {
        Negotiated known = client.get();
        if (known == null || known.client() != spoken) {
            return true;
        }
        try {
            RemoteApiVersion version = common(engineVersion());
            if (version.equals(known.version())) {
                return false;
            }
            client.compareAndSet(known, in(version));
        } catch (RuntimeException e) {
            // It is away now: the next call asks again.
            client.compareAndSet(known, null);
        }
        return true;
    }

    /** The engine may come back as another version. */
    void forgetVersion() {
        client.set(null);
    }

    private Optional<String> engineVersion() {
        DockerHttpClient.Request ping = DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.GET)
                .path(EngineHttp.PING)
                .build();
        try (DockerHttpClient.Response answer = http.execute(ping)) {
            if (answer.getStatusCode() != 200) {
                throw new com.github.dockerjava.api.exception.DockerException(
                        "it answered /_ping with status " + answer.getStatusCode(), answer.getStatusCode());
            }
            return Optional.ofNullable(answer.getHeader("Api-Version"));
        } catch (UncheckedIOException e) {
            throw Failures.beforeAnythingWasSent(e.getCause())
                    ? e
                    : refusal.get().map(UncheckedIOException::new).orElse(e);
        }
    }

    static RemoteApiVersion common(Optional<String> engine) {
        return engine.map(RemoteApiVersion::parseConfig)
                .filter(version -> version != RemoteApiVersion.UNKNOWN_VERSION)
                .map(version -> version.isGreaterOrEqual(NEWEST) ? NEWEST : version)
                .orElse(RemoteApiVersion.UNKNOWN_VERSION);
    }

    private DefaultDockerClientConfig config(RemoteApiVersion version) {
        // An empty properties object: nothing of the user's own Docker configuration may leak in.
        return new DefaultDockerClientConfig.Builder()
                .withDockerHost(base.getScheme().startsWith("http") ? "tcp://" + base.getAuthority() : base.toString())
                .withDockerTlsVerify(false)
                .withDockerConfig("/nonexistent")
                .withApiVersion(version)
                .build();
    }
}
