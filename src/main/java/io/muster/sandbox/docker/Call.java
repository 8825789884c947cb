package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;

/** One request to the API with its answer. */
final class Call {
    static final String JSON = "application/json";
    private static final int MAX_BODY = 4 << 20;

    private final HttpServerExchange exchange;
    private final Matcher path;

    Call(HttpServerExchange exchange, Matcher path) {
        this.exchange = exchange;
        this.path = path;
    }

    HttpServerExchange exchange() {
        return exchange;
    }

    /** What the route's pattern captured. */
    String path(int group) {
        return path.group(group);
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(exchange.getQueryParameters().get(name))
                .map(Deque::peekFirst)
                .filter(value -> !value.isEmpty());
    }

    boolean flag(String name) {
        return query(name).filter(value -> value.matches("(?i)1|true|yes|on")).isPresent();
    }

    int number(String name, int otherwise) {
        String value = query(name).orElse("" + otherwise);
        if (!value.matches("-?\\d{1,9}")) {
            throw EngineException.badRequest(name + " must be a number, not '" + value + "'");
        }
        return Integer.parseInt(value);
    }

    /** The values of a filter; the API takes both {@code {"f":["v"]}} and {@code {"f":{"v":true}}}. */
    Set<String> filter(String name) {
        Set<String> values = new LinkedHashSet<>();
        query("filters").map(text -> Json.parse(text.getBytes())).ifPresent(filters -> {
            JsonNode filter = filters.path(name);
            values.addAll(filter.isObject() ? Json.keys(filter) : Json.texts(filter));
        });
        return values;
    }

    ObjectNode body() throws IOException {
        byte[] content = exchange.getInputStream().readNBytes(MAX_BODY + 1);
        if (content.length > MAX_BODY) {
            throw EngineException.badRequest("the body has more than " + MAX_BODY + " bytes");
        }
        return content.length == 0 ? Json.object() : Json.parse(content);
    }

    void json(int status, Object body) {
        byte[] content = Json.bytes(body);
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, JSON);
        exchange.setResponseContentLength(content.length);
        if (exchange.getRequestMethod().toString().equals("HEAD")) {
            exchange.endExchange();
        } else {
            exchange.getResponseSender().send(ByteBuffer.wrap(content));
        }
    }

    void empty(int status) {
        exchange.setStatusCode(status).endExchange();
    }

    void error(int status, String message) {
        if (status == 304) {
            empty(status);
        } else {
            json(status, Json.object().put("message", message));
        }
    }

    /** An answer that comes in pieces; each flush sends what there is. */
    OutputStream stream(String type) throws IOException {
        exchange.setStatusCode(200);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
        return exchange.getOutputStream();
    }

    void header(String name, String value) {
        exchange.getResponseHeaders().put(new HttpString(name), value);
    }

    /** Filters of the form {@code key} or {@code key=value}, all of which must match. */
    static boolean matches(Set<String> filters, Map<String, String> labels) {
        for (String filter : filters) {
            List<String> parts = List.of(filter.split("=", 2));
            String value = labels.get(parts.get(0));
            if (value == null || parts.size() == 2 && !value.equals(parts.get(1))) {
                return false;
            }
        }
        return true;
    }
}
