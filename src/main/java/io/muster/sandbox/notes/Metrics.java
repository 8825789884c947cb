package io.muster.sandbox.notes;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters and gauges in Prometheus' text format. Thread-safe. */
final class Metrics {
    private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
    private final Release release;
    private final NotesStore store;
    private final Health health;

    Metrics(Release release, NotesStore store, Health health) {
        this.release = release;
        this.store = store;
        this.health = health;
    }

    void request(String method, int status) {
        String known = method.matches("GET|HEAD|POST|PUT|DELETE") ? method : "OTHER";
        requests.computeIfAbsent("method=\"" + known + "\",status=\"" + status + "\"", key -> new LongAdder())
                .increment();
    }

    String text() throws IOException {
        StringBuilder out = new StringBuilder();
        gauge(
                out,
                "notes_up",
                "Whether the service can do its work",
                health.problem().isEmpty() ? 1 : 0);
        header(out, "notes_info", "gauge", "The version that runs");
        out.append("notes_info{version=\"").append(release.version()).append("\"} 1\n");
        header(out, "notes_entries", "gauge", "What is kept on the volume");
        for (Entity entity : Entity.values()) {
            out.append("notes_entries{kind=\"").append(entity.name().toLowerCase(Locale.ROOT));
            out.append("\"} ").append(store.all(entity).size()).append('\n');
        }
        header(out, "notes_http_requests_total", "counter", "Requests answered");
        requests.forEach((labels, count) -> out.append("notes_http_requests_total{")
                .append(labels)
                .append("} ")
                .append(count.sum())
                .append('\n'));
        Runtime runtime = Runtime.getRuntime();
        gauge(out, "notes_heap_used_bytes", "Java heap in use", runtime.totalMemory() - runtime.freeMemory());
        return out.toString();
    }

    private static void gauge(StringBuilder out, String name, String help, long value) {
        header(out, name, "gauge", help);
        out.append(name).append(' ').append(value).append('\n');
    }

    private static void header(StringBuilder out, String name, String type, String help) {
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }
}
