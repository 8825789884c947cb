package io.muster.sandbox.proxmox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns HTTP requests into calls of the router's methods, and what they give or throw into answers. */
final class ApiHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);
    private static final String ROOT = "/api2/json";
    private static final Set<String> VERBS = Set.of("GET", "POST", "PUT", "DELETE");
    private static final Set<String> VERBS_WITH_CONTENT = Set.of("POST", "PUT");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;

    private final String node;
    private final Router router;
    private final Authentication authentication;
    private final Faults faults;

    ApiHandler(String node, Router router, Authentication authentication, Faults faults) {
        this.node = node;
        this.router = router;
        this.authentication = authentication;
        this.faults = faults;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws IOException {
        exchange.startBlocking();
        exchange.getResponseHeaders()
                .put(Headers.CACHE_CONTROL, "max-age=0")
                .put(Headers.PRAGMA, "no-cache")
                .put(Headers.SERVER, "pve-api-daemon/3.0");
        try {
            Object result = call(exchange);
            if (!exchange.getRequestMethod().equals(Methods.GET) && faults.takeDroppedAnswer()) {
                LOG.info("An answer is lost on purpose: {} {}", exchange.getRequestMethod(), exchange.getRequestPath());
                exchange.getConnection().close();
                return;
            }
            send(exchange, result);
        } catch (ApiError error) {
            send(exchange, error);
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestPath(), e);
            send(exchange, ApiError.failed("internal error: " + e.getMessage()));
        }
    }

    private Object call(HttpServerExchange exchange) throws IOException {
        String verb = exchange.getRequestMethod().toString();
        if (!VERBS.contains(verb)) {
            throw ApiError.unavailableMethod(verb);
        }
        // Split before decoding: a task's name may hold an encoded slash.
        List<String> path = path(exchange.getRequestURI());
        ApiToken token = router.isOpen(verb, path)
                ? ApiToken.NOBODY
                : authentication.token(
                        verb,
                        name -> Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)));
        byte[] content = exchange.getInputStream().readAllBytes();
        if (content.length > 0 && !VERBS_WITH_CONTENT.contains(verb)) {
            throw ApiError.unexpectedContent(verb);
        }
        Router.Found found =
                router.find(verb, path).orElseThrow(() -> ApiError.noSuchMethod(verb, "/" + String.join("/", path)));
        requireThisNode(found.variables());
        return found.call(token, parameters(exchange, content));
    }

    private void requireThisNode(Map<String, String> variables) {
        String asked = variables.getOrDefault("node", node);
        if (!asked.equals(node) && !asked.equals("localhost")) {
            throw ApiError.failed("hostname lookup '" + asked + "' failed - failed to get address info for: " + asked
                    + ": Temporary failure in name resolution");
        }
    }

    private static Map<String, String> parameters(HttpServerExchange exchange, byte[] content) {
        Map<String, String> values = new TreeMap<>();
        for (Map.Entry<String, Deque<String>> entry :
                exchange.getQueryParameters().entrySet()) {
            values.put(entry.getKey(), entry.getValue().getLast());
        }
        String type = Optional.ofNullable(exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE))
                .orElse("");
        if (content.length > 0) {
            values.putAll(RequestBody.read(type, content));
        }
        return values;
    }

    private static List<String> path(String uri) {
        String path = uri.startsWith("/") ? uri : uri.replaceFirst("^https?://[^/]*", "");
        if (!path.startsWith(ROOT + "/")) {
            throw ApiError.noSuchFile(path);
        }
        return Stream.of(path.substring(ROOT.length() + 1).split("/"))
                .filter(part -> !part.isEmpty())
                .map(ApiHandler::decode)
                .toList();
    }

    private static String decode(String part) {
        try {
            // A plus sign in a path is itself, unlike in a form.
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiError.malformedBody("unable to decode the path");
        }
    }

    private static void send(HttpServerExchange exchange, Object result) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        if (result instanceof Resource.Answer answer) {
            body.put("data", answer.data());
            body.putAll(answer.more());
        } else {
            body.put("data", result);
        }
        sendJson(exchange, OK, "OK", body);
    }

    private static void send(HttpServerExchange exchange, ApiError error) throws IOException {
        exchange.setPersistent(false);
        exchange.getResponseHeaders().put(Headers.CONNECTION, "close");
        String reason = error.getMessage().strip().replaceAll("\\s*\\R\\s*", " ");
        if (error.body() == ApiError.Body.JSON) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("data", null);
            body.put("message", error.message());
            error.errors().ifPresent(errors -> body.put("errors", errors));
            sendJson(exchange, error.status(), reason, body);
        } else {
            exchange.setStatusCode(error.status()).setReasonPhrase(reason);
            String text = error.body() == ApiError.Body.TEXT ? error.message() : "";
            exchange.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            exchange.endExchange();
        }
    }

    private static void sendJson(HttpServerExchange exchange, int status, String reason, Object body)
            throws IOException {
        exchange.setStatusCode(status).setReasonPhrase(reason);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json;charset=UTF-8");
        byte[] bytes = bytes(body);
        exchange.setResponseContentLength(bytes.length);
        exchange.getOutputStream().write(bytes);
        exchange.endExchange();
    }

    private static byte[] bytes(Object body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An answer cannot be written as JSON: " + e.getMessage(), e);
        }
    }
}
