package io.muster.sandbox.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The registry's HTTP interface: <a href="https://distribution.github.io/distribution/spec/api/">the specification</a>. */
final class RegistryApi implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryApi.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_MANIFEST = 4 << 20;
    private static final HttpString DIGEST = new HttpString("Docker-Content-Digest");
    private static final HttpString UPLOAD = new HttpString("Docker-Upload-UUID");
    private static final Pattern TAGS = Pattern.compile("/v2/(.+)/tags/list");
    private static final Pattern MANIFEST = Pattern.compile("/v2/(.+)/manifests/([^/]+)");
    private static final Pattern UPLOADS = Pattern.compile("/v2/(.+)/blobs/uploads/([^/]*)");
    private static final Pattern BLOB = Pattern.compile("/v2/(.+)/blobs/([^/]+)");

    private final ImageRepositories repositories;
    private final Uploads uploads;

    RegistryApi(ImageRepositories repositories, Uploads uploads) {
        this.repositories = repositories;
        this.uploads = uploads;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (exchange.isInIoThread()) {
            exchange.dispatch(this);
            return;
        }
        exchange.startBlocking();
        exchange.getResponseHeaders().put(new HttpString("Docker-Distribution-Api-Version"), "registry/2.0");
        try {
            route(exchange);
        } catch (RegistryError e) {
            error(exchange, e);
        } catch (IllegalArgumentException e) {
            error(exchange, new RegistryError(400, "NAME_INVALID", e.getMessage(), null));
        } catch (IOException e) {
            LOG.warn("Registry: {} {} failed", exchange.getRequestMethod(), exchange.getRequestPath(), e);
            error(exchange, new RegistryError(500, "UNKNOWN", e.toString(), null));
        }
    }

    private void route(HttpServerExchange exchange) throws IOException, RegistryError {
        String path = exchange.getRequestPath();
        if (path.matches("/v2/?")) {
            json(exchange, 200, Map.of());
            return;
        }
        if (path.equals("/v2/_catalog")) {
            json(exchange, 200, Map.of("repositories", repositories.names()));
            return;
        }
        for (var route : List.<Map.Entry<Pattern, Action>>of(
                Map.entry(TAGS, this::tags),
                Map.entry(MANIFEST, this::manifest),
                Map.entry(UPLOADS, this::upload),
                Map.entry(BLOB, this::blob))) {
            Matcher match = route.getKey().matcher(path);
            if (match.matches()) {
                requireName(match.group(1));
                route.getValue().handle(exchange, match);
                return;
            }
        }
        throw new RegistryError(404, "NAME_UNKNOWN", "there is nothing at " + path, null);
    }

    private void tags(HttpServerExchange exchange, Matcher match) throws IOException, RegistryError {
        String name = match.group(1);
        List<String> tags = repositories
                .tags(name)
                .orElseThrow(() -> new RegistryError(
                        404, "NAME_UNKNOWN", "repository name not known to registry", Map.of("name", name)));
        json(exchange, 200, Map.of("name", name, "tags", tags));
    }

    private void manifest(HttpServerExchange exchange, Matcher match) throws IOException, RegistryError {
        String name = match.group(1);
        String reference = match.group(2);
        switch (exchange.getRequestMethod().toString()) {
            case "GET", "HEAD" -> {
                var manifest = repositories.manifest(name, reference).orElseThrow(() -> unknown(name, reference));
                exchange.getResponseHeaders().put(DIGEST, manifest.digest().toString());
                exchange.getResponseHeaders().put(Headers.ETAG, "\"" + manifest.digest() + "\"");
                send(exchange, 200, manifest.mediaType(), manifest.content());
            }
            case "PUT" -> putManifest(exchange, name, reference);
            case "DELETE" -> {
                if (!repositories.delete(name, reference)) {
                    throw unknown(name, reference);
                }
                exchange.setStatusCode(202).endExchange();
            }
            default -> throw unsupported(exchange);
        }
    }

    private void putManifest(HttpServerExchange exchange, String name, String reference)
            throws IOException, RegistryError {
        byte[] content = exchange.getInputStream().readNBytes(MAX_MANIFEST + 1);
        String type = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
        if (content.length > MAX_MANIFEST || type == null) {
            throw new RegistryError(
                    400, "MANIFEST_INVALID", "a manifest has a Content-Type and at most 4 MiB", Map.of("name", name));
        }
        try {
            Digest digest = repositories.put(name, reference, type, content);
            exchange.getResponseHeaders().put(DIGEST, digest.toString());
            created(exchange, "/v2/" + name + "/manifests/" + digest);
        } catch (ImageRepositories.UnknownBlobs e) {
            throw new RegistryError(400, "MANIFEST_BLOB_UNKNOWN", e.getMessage(), Map.of("digests", e.digests()));
        } catch (IllegalArgumentException e) {
            throw new RegistryError(400, "MANIFEST_INVALID", e.getMessage(), Map.of("name", name));
        }
    }

    private void blob(HttpServerExchange exchange, Matcher match) throws IOException, RegistryError {
        if (!exchange.getRequestMethod().toString().matches("GET|HEAD")) {
            throw unsupported(exchange);
        }
        Digest digest = digest(match.group(2));
        Path file = repositories
                .blobs()
                .find(digest)
                .orElseThrow(() -> new RegistryError(
                        404, "BLOB_UNKNOWN", "blob unknown to registry", Map.of("digest", digest.toString())));
        exchange.getResponseHeaders().put(DIGEST, digest.toString());
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/octet-stream");
        exchange.setResponseContentLength(Files.size(file));
        if (exchange.getRequestMethod().toString().equals("GET")) {
            try (InputStream content = Files.newInputStream(file)) {
                content.transferTo(exchange.getOutputStream());
            }
        }
        exchange.endExchange();
    }

    private void upload(HttpServerExchange exchange, Matcher match) throws IOException, RegistryError {
        String name = match.group(1);
        String id = match.group(2);
        String method = exchange.getRequestMethod().toString();
        if (id.isEmpty() && method.equals("POST")) {
            beginUpload(exchange, name);
            return;
        }
        Path upload = uploads.find(id)
                .orElseThrow(() -> new RegistryError(
                        404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry", Uploads.detail(id)));
        switch (method) {
            case "GET" -> accepted(exchange, name, id, Files.size(upload), 204);
            case "PATCH" -> accepted(exchange, name, id, uploads.append(upload, exchange.getInputStream()), 202);
            case "PUT" -> {
                uploads.append(upload, exchange.getInputStream());
                complete(
                        exchange,
                        name,
                        upload,
                        digest(parameter(exchange, "digest").orElse("")));
            }
            case "DELETE" -> {
                Files.delete(upload);
                exchange.setStatusCode(204).endExchange();
            }
            default -> throw unsupported(exchange);
        }
    }

    private void beginUpload(HttpServerExchange exchange, String name) throws IOException, RegistryError {
        Optional<String> mounted = parameter(exchange, "mount");
        if (mounted.isPresent()
                && repositories.blobs().find(digest(mounted.get())).isPresent()) {
            exchange.getResponseHeaders().put(DIGEST, mounted.get());
            created(exchange, "/v2/" + name + "/blobs/" + mounted.get());
            return;
        }
        String id = uploads.begin();
        Optional<String> digest = parameter(exchange, "digest");
        if (digest.isPresent()) {
            Path upload = uploads.find(id).orElseThrow();
            uploads.append(upload, exchange.getInputStream());
            complete(exchange, name, upload, digest(digest.get()));
            return;
        }
        accepted(exchange, name, id, 0, 202);
    }

    private void complete(HttpServerExchange exchange, String name, Path upload, Digest digest)
            throws IOException, RegistryError {
        try {
            repositories.blobs().adopt(upload, digest);
        } catch (BlobStore.DigestMismatch e) {
            throw new RegistryError(400, "DIGEST_INVALID", e.getMessage(), Map.of("digest", digest.toString()));
        }
        exchange.getResponseHeaders().put(DIGEST, digest.toString());
        created(exchange, "/v2/" + name + "/blobs/" + digest);
    }

    private static void accepted(HttpServerExchange exchange, String name, String id, long size, int status) {
        exchange.getResponseHeaders().put(Headers.LOCATION, "/v2/" + name + "/blobs/uploads/" + id);
        exchange.getResponseHeaders().put(UPLOAD, id);
        exchange.getResponseHeaders().put(Headers.RANGE, "0-" + Math.max(0, size - 1));
        exchange.setStatusCode(status).endExchange();
    }

    private static void created(HttpServerExchange exchange, String location) {
        exchange.getResponseHeaders().put(Headers.LOCATION, location);
        exchange.setStatusCode(201).endExchange();
    }

    private static Digest digest(String text) throws RegistryError {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw new RegistryError(400, "DIGEST_INVALID", e.getMessage(), Map.of("digest", text));
        }
    }

    private static Optional<String> parameter(HttpServerExchange exchange, String name) {
        return Optional.ofNullable(exchange.getQueryParameters().get(name)).map(Deque::peekFirst);
    }

    private static void requireName(String name) throws RegistryError {
        if (!name.matches(ImageRepositories.NAME)) {
            throw new RegistryError(400, "NAME_INVALID", "invalid repository name", Map.of("name", name));
        }
    }

    private static RegistryError unknown(String name, String reference) {
        return new RegistryError(404, "MANIFEST_UNKNOWN", "manifest unknown", Map.of("Name", name, "Tag", reference));
    }

    private static RegistryError unsupported(HttpServerExchange exchange) {
        return new RegistryError(405, "UNSUPPORTED", exchange.getRequestMethod() + " is not supported here", null);
    }

    private static void error(HttpServerExchange exchange, RegistryError error) throws IOException {
        if (exchange.isResponseStarted()) {
            exchange.getConnection().close();
            return;
        }
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("code", error.code());
        entry.put("message", error.getMessage());
        entry.put("detail", error.detail());
        json(exchange, error.status(), Map.of("errors", List.of(entry)));
    }

    private static void json(HttpServerExchange exchange, int status, Object body) throws IOException {
        send(exchange, status, "application/json", JSON.writeValueAsBytes(body));
    }

    private static void send(HttpServerExchange exchange, int status, String type, byte[] body) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
        exchange.setResponseContentLength(body.length);
        if (exchange.getRequestMethod().toString().equals("HEAD")) {
            exchange.endExchange();
        } else {
            exchange.getResponseSender().send(ByteBuffer.wrap(body));
        }
    }

    private interface Action {
        void handle(HttpServerExchange exchange, Matcher match) throws IOException, RegistryError;
    }
}
