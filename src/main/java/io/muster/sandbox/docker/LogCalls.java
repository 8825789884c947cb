package io.muster.sandbox.docker;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Deque;

/** The logs of containers over the API. */
final class LogCalls {
    private final Containers containers;
    private final Patience patience;

    LogCalls(Containers containers, Patience patience) {
        this.containers = containers;
        this.patience = patience;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/containers/{}/logs", this::logs);
    }

    private record Wanted(boolean stdout, boolean stderr, Instant since, Instant until, boolean timestamps) {
        boolean has(ContainerLog.Entry entry) {
            return (entry.stream() == ContainerLog.STDOUT ? stdout : stderr)
                    && !entry.at().isBefore(since)
                    && entry.at().isBefore(until);
        }
    }

    private void logs(Call call) throws IOException {
        Container container = containers.require(call.path(1));
        Wanted wanted = new Wanted(
                call.flag("stdout"),
                call.flag("stderr"),
                time(call, "since", Instant.MIN),
                time(call, "until", Instant.MAX),
                call.flag("timestamps"));
        if (!wanted.stdout() && !wanted.stderr()) {
            throw EngineException.badRequest("Bad parameters: you must choose at least one stream");
        }
        String tail = call.query("tail").orElse("all");
        OutputStream out = call.stream("application/vnd.docker.multiplexed-stream");
        Frames frames = new Frames(out, false);
        ContainerLog log = container.log();
        if (!container.state().running()) {
            log.advance(true);
        }
        int read = log.size();
        if (tail.matches("\\d{1,9}")) {
            last(log, read, Integer.parseInt(tail), wanted, frames);
        } else {
            send(log, 0, read, wanted, frames);
        }
        out.flush();
        if (call.flag("follow")) {
            follow(container, read, wanted, frames, out);
        }
        call.exchange().endExchange();
    }

    private void follow(Container container, int from, Wanted wanted, Frames frames, OutputStream out)
            throws IOException {
        ContainerLog log = container.log();
        int read = from;
        boolean more = true;
        while (more) {
            int seen = read;
            patience.until(out, Frames.NOTHING, () -> log.size() > seen || ended(container));
            more = !ended(container) || log.size() > seen;
            int size = log.size();
            send(log, read, size, wanted, frames);
            out.flush();
            read = size;
        }
    }

    private static boolean ended(Container container) {
        ContainerState state = container.state();
        return container.removed() || !state.running() && !state.restartPending();
    }

    private static void send(ContainerLog log, int from, int to, Wanted wanted, Frames frames) throws IOException {
        for (int i = from; i < to; i++) {
            for (ContainerLog.Entry entry : log.entries(i)) {
                if (wanted.has(entry)) {
                    send(entry, wanted, frames);
                }
            }
        }
    }

    private static void last(ContainerLog log, int to, int count, Wanted wanted, Frames frames) throws IOException {
        Deque<ContainerLog.Entry> kept = new ArrayDeque<>();
        for (int i = to - 1; i >= 0 && kept.size() < count; i--) {
            Deque<ContainerLog.Entry> entries = new ArrayDeque<>(log.entries(i));
            while (!entries.isEmpty() && kept.size() < count) {
                ContainerLog.Entry entry = entries.removeLast();
                if (wanted.has(entry)) {
                    kept.addFirst(entry);
                }
            }
        }
        for (ContainerLog.Entry entry : kept) {
            send(entry, wanted, frames);
        }
    }

    private static void send(ContainerLog.Entry entry, Wanted wanted, Frames frames) throws IOException {
        byte[] text = wanted.timestamps() ? ContainerLog.stamped(entry) : entry.text();
        frames.write(entry.stream(), text, text.length);
    }

    /** Seconds since 1970, with a fraction perhaps; 0 means none. */
    private static Instant time(Call call, String name, Instant otherwise) {
        String text = call.query(name).orElse("0");
        if (text.matches("\\d{1,12}(\\.\\d{1,9})?")) {
            String[] parts = text.split("\\.");
            long nanos = parts.length == 1 ? 0 : Long.parseLong((parts[1] + "000000000").substring(0, 9));
            Instant time = Instant.ofEpochSecond(Long.parseLong(parts[0]), nanos);
            return time.equals(Instant.EPOCH) ? otherwise : time;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new EngineException(400, "invalid value for \"" + name + "\": " + text, e);
        }
    }
}
