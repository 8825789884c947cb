package io.muster.web.api;

import io.muster.journal.JournalReader;
import io.muster.journal.JournalReader.LogLine;
import io.muster.journal.StepRun;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Writes a step's log as text: the time, the stream, the line; long lines whole. */
@Component
class LogStream {

    private static final int PAGE = 1000;
    private static final Duration LOOK = Duration.ofMillis(300);

    private final JournalReader journal;
    private final UnaryOperator<String> shown;
    private volatile boolean stopping;

    @Autowired
    LogStream(JournalReader journal) {
        this(journal, UnaryOperator.identity());
    }

    /** @param shown what is written for a piece of a line */
    LogStream(JournalReader journal, UnaryOperator<String> shown) {
        this.journal = journal;
        this.shown = shown;
    }

    /** Who follows a step that goes on would hold up the stop of the server, which waits for answers that are being written. */
    @EventListener
    void stop(ContextClosedEvent event) {
        stopping = true;
    }

    /** @param tail from that many lines before the end; else from the start */
    void write(UUID step, boolean follow, Optional<Integer> tail, OutputStream output) throws IOException {
        Text text = new Text(output, shown);
        long seq = tail.map(lines -> before(step, lines)).orElse(0L);
        while (true) {
            boolean ended = !follow || ended(step);
            long before = seq;
            seq = copy(step, seq, text);
            output.flush();
            if (ended && seq == before
                    || stopping && follow
                    || Thread.currentThread().isInterrupted()) {
                return;
            }
            if (!ended && seq == before) {
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
    }

    private long before(UUID step, int lines) {
        return journal.logEnd(step, lines).stream()
                .findFirst()
                .map(line -> line.seq() - 1)
                .orElse(0L);
    }

    private long copy(UUID step, long after, Text text) throws IOException {
        long seq = after;
        List<LogLine> lines;
        do {
            lines = journal.log(step, seq, PAGE);
            for (LogLine line : lines) {
                text.write(line);
                seq = line.seq();
            }
        } while (lines.size() == PAGE);
        return seq;
    }

    private boolean ended(UUID step) {
        return journal.step(step)
                .map(found -> found.state() != StepRun.State.OPEN)
                .orElse(true);
    }

    private static final class Text {
        private final OutputStream output;
        private final UnaryOperator<String> shown;
        private String continuing = "";

        Text(OutputStream output, UnaryOperator<String> shown) {
            this.output = output;
            this.shown = shown;
        }

        void write(LogLine line) throws IOException {
            boolean goesOn = continuing.equals(line.stream());
            if (!goesOn) {
                if (!continuing.isEmpty()) {
                    put("\n");
                }
                put(line.at() + " " + line.stream() + " ");
            }
            put(shown.apply(line.text()));
            if (!line.continued()) {
                put("\n");
            }
            continuing = line.continued() ? line.stream() : "";
        }

        private void put(String text) throws IOException {
            output.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
