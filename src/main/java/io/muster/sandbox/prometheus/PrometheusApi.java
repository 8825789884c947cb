package io.muster.sandbox.prometheus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.form.FormData;
import io.undertow.server.handlers.form.FormDataParser;
import io.undertow.util.Headers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The paths of Prometheus's HTTP API that steps use, in its shapes. */
final class PrometheusApi implements HttpHandler {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final double MILLIS = 1000.0;

    private final String pool;
    private final Duration interval;
    private final ScrapeLoop loop;
    private final Clock clock;

    PrometheusApi(String pool, Duration interval, ScrapeLoop loop, Clock clock) {
        this.pool = pool;
        this.interval = interval;
        this.loop = loop;
        this.clock = clock;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        String verb = exchange.getRequestMethod().toString();
        String path = exchange.getRequestPath();
        boolean query = path.equals("/api/v1/query");
        if (!verb.equals("GET") && !verb.equals("HEAD") && !(query && verb.equals("POST"))) {
            sendText(exchange, METHOD_NOT_ALLOWED, "Method Not Allowed\n");
            return;
        }
        switch (path) {
            case "/-/ready" -> sendText(exchange, 200, "Prometheus Server is Ready.\n");
            case "/-/healthy" -> sendText(exchange, 200, "Prometheus Server is Healthy.\n");
            case "/api/v1/targets" -> sendData(exchange, targets(exchange));
            case "/api/v1/query" -> query(exchange);
            default -> sendText(exchange, NOT_FOUND, "404 page not found\n");
        }
    }

    private Map<String, Object> targets(HttpServerExchange exchange) {
        String state = parameter(exchange, "state").orElse("any");
        boolean ours = parameter(exchange, "scrapePool").map(pool::equals).orElse(true);
        List<Object> active = new ArrayList<>();
        if (ours && !state.equals("dropped")) {
            loop.newest().forEach((target, scrape) -> active.add(target(target, scrape)));
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("activeTargets", active);
        // Nothing is relabelled here, so that no target is ever dropped.
        data.put("droppedTargets", List.of());
        data.put("droppedTargetCounts", Map.of(pool, 0));
        return data;
    }

    private Map<String, Object> target(Target target, Scrape scrape) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("discoveredLabels", target.discovered());
        shown.put("labels", target.labels());
        shown.put("scrapePool", pool);
        shown.put("scrapeUrl", target.url().toString());
        shown.put("globalUrl", target.url().toString());
        shown.put("lastError", scrape.error());
        shown.put("lastScrape", scrape.at().toString());
        shown.put("lastScrapeDuration", scrape.seconds());
        shown.put("health", scrape.health().name().toLowerCase(Locale.ROOT));
        shown.put("scrapeInterval", seconds(interval));
        shown.put("scrapeTimeout", seconds(interval));
        return shown;
    }

    private void query(HttpServerExchange exchange) {
        String query = parameter(exchange, "query").orElse("");
        try {
            Selector selector = Selector.parse(query);
            double now = clock.millis() / MILLIS;
            List<Object> result = loop.newest().values().stream()
                    .flatMap(scrape -> scrape.samples().stream())
                    .filter(selector::accepts)
                    .<Object>map(sample -> Map.of("metric", sample.labels(), "value", List.of(now, sample.text())))
                    .toList();
            sendData(exchange, Map.of("resultType", "vector", "result", result));
        } catch (IllegalArgumentException e) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("status", "error");
            body.put("errorType", "bad_data");
            body.put("error", e.getMessage());
            sendJson(exchange, BAD_REQUEST, body);
        }
    }

    private static Optional<String> parameter(HttpServerExchange exchange, String name) {
        Deque<String> inUrl = exchange.getQueryParameters().get(name);
        if (inUrl != null) {
            return Optional.of(inUrl.getFirst());
        }
        FormData form = exchange.getAttachment(FormDataParser.FORM_DATA);
        return form != null && form.contains(name)
                ? Optional.of(form.getFirst(name).getValue())
                : Optional.empty();
    }

    static String seconds(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    private static void sendData(HttpServerExchange exchange, Object data) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", "success");
        body.put("data", data);
        sendJson(exchange, 200, body);
    }

    private static void sendJson(HttpServerExchange exchange, int status, Object body) {
        try {
            exchange.setStatusCode(status).getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
            exchange.getResponseSender().send(JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An answer cannot be written as JSON: " + e.getMessage(), e);
        }
    }

    private static void sendText(HttpServerExchange exchange, int status, String text) {
        exchange.setStatusCode(status).getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
        exchange.getResponseSender().send(text);
    }
}
