package io.muster.steps.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** As much of CouchDB's HTTP API as a backup needs, in memory; Debian has no CouchDB. */
final class FakeCouch implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory MAKE = JsonNodeFactory.instance;

    private record Answer(int status, JsonNode body) {}

    private final HttpServer server;
    private final String login;
    private String refused = "";
    private final Map<String, TreeMap<String, JsonNode>> databases = new ConcurrentHashMap<>();

    FakeCouch(String user, String password) throws IOException {
        login = "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    /** The next removal of this database fails. */
    void refuseToDelete(String name) {
        refused = name;
    }

    /** The names of the documents of each database. */
    synchronized Map<String, Set<String>> held() {
        Map<String, Set<String>> held = new TreeMap<>();
        databases.forEach((name, documents) -> held.put(name, Set.copyOf(documents.keySet())));
        return held;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = login.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                    ? answer(exchange)
                    : new Answer(401, error("unauthorized"));
            byte[] body = answer.body().toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private synchronized Answer answer(HttpExchange exchange) {
        String[] path = exchange.getRequestURI().getRawPath().substring(1).split("/", 2);
        String name = decoded(path[0]);
        String method = exchange.getRequestMethod();
        if (path.length == 1) {
            return database(method, name);
        }
        TreeMap<String, JsonNode> documents = databases.get(name);
        if (documents == null) {
            return new Answer(404, error("not_found"));
        }
        return switch (path[1]) {
            case "_all_docs" -> new Answer(200, page(documents, query(exchange)));
            case "_bulk_docs" -> bulk(documents, body(exchange));
            default -> document(method, documents, decoded(path[1]), exchange);
        };
    }

    private Answer database(String method, String name) {
        if (method.equals("DELETE") && name.equals(refused)) {
            refused = "";
            return new Answer(500, error("internal_server_error"));
        }
        if (method.equals("PUT")) {
            boolean made = databases.putIfAbsent(name, new TreeMap<>()) == null;
            return made ? new Answer(201, MAKE.objectNode()) : new Answer(412, error("file_exists"));
        }
        TreeMap<String, JsonNode> there = method.equals("DELETE") ? databases.remove(name) : databases.get(name);
        return there == null
                ? new Answer(404, error("not_found"))
                : new Answer(
                        200,
                        MAKE.objectNode()
                                .put(
                                        "doc_count",
                                        there.keySet().stream()
                                                .filter(id -> !id.startsWith("_"))
                                                .count()));
    }

    private Answer document(String method, TreeMap<String, JsonNode> documents, String id, HttpExchange exchange) {
        if (method.equals("PUT")) {
            documents.put(id, body(exchange));
            return new Answer(201, MAKE.objectNode());
        }
        JsonNode found = documents.get(id);
        return found == null ? new Answer(404, error("not_found")) : new Answer(200, found);
    }

    private static Answer bulk(TreeMap<String, JsonNode> documents, JsonNode body) {
        if (body.path("new_edits").asBoolean(true)) {
            return new Answer(400, error("only with the revisions that there are"));
        }
        body.path("docs").forEach(doc -> documents.put(doc.path("_id").asText(), doc));
        return new Answer(201, MAKE.arrayNode());
    }

    private static ObjectNode page(TreeMap<String, JsonNode> documents, Map<String, String> query) {
        ArrayNode rows = MAKE.arrayNode();
        String start =
                query.containsKey("startkey") ? read(query.get("startkey")).asText() : "";
        documents.tailMap(start, true).entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith("_"))
                .skip(Long.parseLong(query.getOrDefault("skip", "0")))
                .limit(Long.parseLong(query.get("limit")))
                .forEach(entry -> rows.addObject().put("id", entry.getKey()).set("doc", entry.getValue()));
        return MAKE.objectNode().set("rows", rows);
    }

    private static Map<String, String> query(HttpExchange exchange) {
        return Arrays.stream(exchange.getRequestURI().getRawQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> decoded(pair[1])));
    }

    private static JsonNode body(HttpExchange exchange) {
        try {
            return JSON.readTree(exchange.getRequestBody());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode error(String text) {
        return MAKE.objectNode().put("error", text);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
