package io.muster.remote.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** Reads a task's log page by page and passes each line on once. */
final class TaskLogReader {

    private static final int PAGE = 500;
    private static final int TAIL = 10;
    private static final String EMPTY = "no content";

    private final Function<Map<String, String>, JsonNode> source;
    private final Consumer<String> lines;
    private final Deque<String> tail = new ArrayDeque<>();
    private int next;

    TaskLogReader(Function<Map<String, String>, JsonNode> source, Consumer<String> lines) {
        this.source = source;
        this.lines = lines;
    }

    /** Passes on what has come since the last time. */
    void read() {
        int count;
        do {
            JsonNode page = source.apply(Map.of("start", Integer.toString(next), "limit", Integer.toString(PAGE)))
                    .path("data");
            count = isEmpty(page) ? 0 : page.size();
            for (int i = 0; i < count; i++) {
                take(page.get(i).path("t").asText());
            }
            next += count;
        } while (count == PAGE);
    }

    /** An empty log is given as one line that says so. */
    private boolean isEmpty(JsonNode page) {
        return next == 0 && page.size() == 1 && page.get(0).path("t").asText().equals(EMPTY);
    }

    private void take(String line) {
        lines.accept(line);
        tail.addLast(line.strip());
        if (tail.size() > TAIL) {
            tail.removeFirst();
        }
    }

    /** For messages: the last lines, empty where there are none. */
    String ending() {
        return tail.isEmpty() ? "" : " The end of its log:\n  " + String.join("\n  ", tail) + "\n";
    }
}
