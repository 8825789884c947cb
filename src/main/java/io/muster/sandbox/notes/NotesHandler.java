package io.muster.sandbox.notes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The HTTP interface. */
final class NotesHandler implements HttpHandler {
    private static final int MAX_BODY = 1 << 20;
    private static final String JSON = "application/json";

    private final Settings settings;
    private final Release release;
    private final NotesStore store;
    private final Health health;
    private final Metrics metrics;

    NotesHandler(Settings settings, Release release, NotesStore store, Health health, Metrics metrics) {
        this.settings = settings;
        this.release = release;
        this.store = store;
        this.health = health;
        this.metrics = metrics;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Answer answer = answer(exchange);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(answer.status(), head || body.length == 0 ? -1 : body.length);
        if (!head && body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
        metrics.request(exchange.getRequestMethod(), answer.status());
        System.out.println(exchange.getRemoteAddress().getAddress().getHostAddress() + " " + exchange.getRequestMethod()
                + " " + exchange.getRequestURI().getRawPath() + " " + answer.status());
    }

    private Answer answer(HttpExchange exchange) {
        try {
            return route(exchange);
        } catch (IllegalArgumentException e) {
            return error(400, e.getMessage());
        } catch (IllegalStateException e) {
            return error(409, e.getMessage());
        } catch (IOException e) {
            e.printStackTrace(System.err);
            return error(503, "the data cannot be read or written: " + e);
        }
    }

    private Answer route(HttpExchange exchange) throws IOException {
        String[] parts = exchange.getRequestURI().getPath().substring(1).split("/", -1);
        boolean reads = exchange.getRequestMethod().matches("GET|HEAD");
        if (parts.length == 1 && reads) {
            switch (parts[0]) {
                case "":
                    return json(200, overview());
                case "health":
                    Optional<String> problem = health.problem();
                    return json(problem.isEmpty() ? 200 : 503, Health.report(release, problem));
                case "metrics":
                    return new Answer(200, "text/plain; version=0.0.4; charset=utf-8", metrics.text());
                default:
            }
        }
        for (Entity entity : Entity.values()) {
            if (parts[0].equals(entity.plural()) && parts.length <= 2) {
                return reads || permitted(exchange)
                        ? entity(exchange, entity, parts.length == 2 ? Optional.of(parts[1]) : Optional.empty())
                        : error(401, "writes need the bearer token of this service (NOTES_TOKEN)");
            }
        }
        return error(404, "there is nothing here; see /notes, /notebooks, /tags, /health and /metrics");
    }

    private Answer entity(HttpExchange exchange, Entity entity, Optional<String> id) throws IOException {
        String method = exchange.getRequestMethod();
        if (id.isPresent() && method.equals("DELETE")) {
            return store.delete(entity, id.get()) ? new Answer(204, JSON, "") : missing(entity, id.get());
        }
        if (id.isPresent() && method.matches("GET|HEAD")) {
            Optional<Map<String, Object>> found = store.find(entity, id.get());
            return found.isPresent() ? json(200, found.get()) : missing(entity, id.get());
        }
        if (id.isEmpty() && method.matches("GET|HEAD")) {
            return json(200, Map.of(entity.plural(), list(exchange, entity)));
        }
        if (id.isEmpty() && method.equals("POST")) {
            return json(201, create(entity, Json.object(body(exchange))));
        }
        return error(
                405, method + " is not possible on " + exchange.getRequestURI().getPath());
    }

    private List<Map<String, Object>> list(HttpExchange exchange, Entity entity) throws IOException {
        List<Map<String, Object>> all = new ArrayList<>(store.all(entity));
        String query = exchange.getRequestURI().getRawQuery();
        for (String pair : entity == Entity.NOTE && query != null ? query.split("&") : new String[0]) {
            String[] parts = pair.split("=", 2);
            if (parts.length < 2 || !parts[0].matches("notebook|tag")) {
                throw new IllegalArgumentException("notes are listed by notebook=<id> or tag=<id>, not by " + pair);
            }
            String id = URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
            all.removeIf(note -> !NotesStore.uses(note, id));
        }
        return all;
    }

    private Map<String, Object> create(Entity entity, Map<String, Object> fields) throws IOException {
        return switch (entity) {
            case NOTEBOOK -> store.addNotebook(text(fields, "name"));
            case TAG -> store.addTag(text(fields, "name"));
            case NOTE -> store.addNote(
                    fields.containsKey("notebook") ? Optional.of(text(fields, "notebook")) : Optional.empty(),
                    text(fields, "title"),
                    fields.containsKey("text") ? text(fields, "text") : "",
                    texts(fields, "tags"));
        };
    }

    private static String text(Map<String, Object> fields, String name) {
        if (fields.get(name) instanceof String text && (!text.isBlank() || name.equals("text"))) {
            return text;
        }
        throw new IllegalArgumentException("'" + name + "' must be a text");
    }

    private static List<String> texts(Map<String, Object> fields, String name) {
        List<String> result = new ArrayList<>();
        if (fields.getOrDefault(name, List.of()) instanceof List<?> items) {
            for (Object item : items) {
                if (!(item instanceof String text) || text.isBlank()) {
                    throw new IllegalArgumentException("'" + name + "' must be a list of texts");
                }
                result.add(text);
            }
            return result;
        }
        throw new IllegalArgumentException("'" + name + "' must be a list of texts");
    }

    private Map<String, Object> overview() throws IOException {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("title", settings.title());
        result.put("version", release.version());
        for (Entity entity : Entity.values()) {
            result.put(entity.plural(), store.all(entity).size());
        }
        return result;
    }

    private boolean permitted(HttpExchange exchange) {
        if (settings.token().isEmpty()) {
            return true;
        }
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        byte[] wanted = ("Bearer " + settings.token().get()).getBytes(StandardCharsets.UTF_8);
        return given != null && MessageDigest.isEqual(wanted, given.getBytes(StandardCharsets.UTF_8));
    }

    private static String body(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw new IllegalArgumentException("a body has at most " + MAX_BODY + " bytes");
        }
        return new String(body, StandardCharsets.UTF_8);
    }

    private static Answer missing(Entity entity, String id) {
        return error(404, "there is no '" + id + "' in " + entity.plural());
    }

    private static Answer error(int status, String message) {
        return json(status, Map.of("error", message));
    }

    private static Answer json(int status, Map<String, Object> body) {
        return new Answer(status, JSON, Json.write(body) + "\n");
    }

    private record Answer(int status, String type, String body) {}
}
