package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.sandbox.registry.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** Reads the registries that this engine knows, over HTTPS. */
final class RegistryClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String MANIFESTS =
            "application/vnd.docker.distribution.manifest.v2+json, " + "application/vnd.oci.image.manifest.v1+json";

    private final Map<String, URI> registries;
    private final HttpClient http;

    /** @param registries name with port, as in references, to where it is reached */
    RegistryClient(Map<String, URI> registries, SSLContext trust) {
        this.registries = registries;
        this.http = HttpClient.newBuilder()
                .sslContext(trust)
                .connectTimeout(Duration.ofSeconds(5))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** The manifest's bytes, checked against its digest where the reference has one. */
    byte[] manifest(ImageReference reference) {
        HttpResponse<byte[]> answer =
                get(reference, "manifests/" + reference.manifest(), BodyHandlers.ofByteArray(), MANIFESTS);
        if (answer.statusCode() == 404) {
            throw EngineException.notFound(
                    "manifest for " + reference + " not found: manifest unknown: manifest unknown");
        }
        requireOk(answer.statusCode(), reference);
        reference.digest().ifPresent(expected -> {
            if (!Digest.of(answer.body()).equals(expected)) {
                throw new EngineException(500, "manifest verification failed for digest " + expected);
            }
        });
        return answer.body();
    }

    /** The content, not yet checked. */
    InputStream blob(ImageReference reference, Digest digest) {
        HttpResponse<InputStream> answer = get(reference, "blobs/" + digest, BodyHandlers.ofInputStream(), "*/*");
        if (answer.statusCode() == 404) {
            throw EngineException.notFound("unknown blob " + digest);
        }
        requireOk(answer.statusCode(), reference);
        return answer.body();
    }

    List<String> tags(ImageReference reference) {
        HttpResponse<byte[]> answer = get(reference, "tags/list", BodyHandlers.ofByteArray(), "application/json");
        if (answer.statusCode() == 404) {
            throw EngineException.notFound("repository " + reference.name() + " not found: name unknown");
        }
        requireOk(answer.statusCode(), reference);
        JsonNode tags = Json.parse(answer.body()).path("tags");
        return Json.texts(tags);
    }

    private <T> HttpResponse<T> get(
            ImageReference reference, String path, HttpResponse.BodyHandler<T> body, String accept) {
        URI base = registries.get(reference.registry());
        if (base == null) {
            throw new EngineException(
                    500,
                    "Get \"https://" + reference.registry() + "/v2/\": dial tcp: lookup " + reference.registry()
                            + ": no such host; this sandbox knows the registries " + registries.keySet());
        }
        URI uri = base.resolve("/v2/" + reference.repository() + "/" + path);
        try {
            return http.send(
                    HttpRequest.newBuilder(uri)
                            .timeout(TIMEOUT)
                            .header("Accept", accept)
                            .build(),
                    body);
        } catch (IOException e) {
            throw new EngineException(500, "Get \"https://" + reference.registry() + "/v2/\": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(500, "the engine is shutting down", e);
        }
    }

    private static void requireOk(int status, ImageReference reference) {
        if (status != 200) {
            throw new EngineException(
                    500, "received unexpected HTTP status " + status + " from the registry of " + reference);
        }
    }
}
