package io.muster.journal;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/**
 * Collects a step run's log lines and writes them in batches: after {@value #FLUSH_MILLIS} ms, at 64 KiB, and on close. A
 * line whose end does not come (a prompt) is kept in pieces after three times that. Only the end of what may still become
 * a secret, or a character, stays back until more comes or the log is closed.
 *
 * <p>While the database cannot be reached, lines are held (up to 4 MiB) and tried again; beyond that the failure is
 * the step's: a step whose evidence is lost must not go on as if nothing were. On close they are waited for.
 */
final class StepLogWriter implements StepJournal.LogWriter {

    static final int FLUSH_MILLIS = 200;
    private static final int PATIENCE = 3;
    private static final int BATCH = 64 * 1024;
    private static final int HELD_AT_MOST = 4 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(StepLogWriter.class);

    interface Store {
        /**
         * Keeps a batch, and how far it reaches in streams that can come again; false when the claim is lost.
         *
         * @param positions by stream; empty where nothing comes again
         */
        boolean append(List<Piece> batch, Map<String, Long> positions);

        /**
         * Keeps the last batch, waiting for a database that is away: the step did its work, and its end is written next. What the
         * database refuses is left out, and the log says so.
         */
        boolean end(List<Piece> batch, Map<String, Long> positions);

        /** How far earlier writers of this step run reached. */
        Map<String, Long> positions();
    }

    private final UUID id;
    private final Store store;
    private final SecretMasking masking;
    private final OutputLimit limit;
    private final Clock clock;
    private final ScheduledExecutorService scheduler;
    private final OutputLines out;
    private final OutputLines err;
    private final Map<String, StreamPosition> positions =
            Map.of("out", new StreamPosition(), "err", new StreamPosition());

    /** Held while a batch is on its way, so that batches keep their order. Taken before this object's monitor. */
    private final ReentrantLock writing = new ReentrantLock();

    private List<Piece> buffer = new ArrayList<>();
    private int buffered;
    private boolean counted;
    private boolean scheduled;
    private boolean closed;
    private boolean lost;

    StepLogWriter(
            UUID id,
            Store store,
            SecretMasking masking,
            OutputLimit limit,
            Clock clock,
            ScheduledExecutorService scheduler) {
        this.id = id;
        this.store = store;
        this.masking = masking;
        this.limit = limit;
        this.clock = clock;
        this.scheduler = scheduler;
        this.out = new OutputLines(masking, PATIENCE, (text, continued) -> output("out", text, continued));
        this.err = new OutputLines(masking, PATIENCE, (text, continued) -> output("err", text, continued));
    }

    @Override
    public void info(String line) {
        String masked = Text.storable(masking.mask(line));
        write(() -> {
            LineSplitter lines = new LineSplitter();
            LineSplitter.Sink sink = (text, continued) -> add(new Piece(clock.instant(), "info", text, continued));
            lines.feed(masked, sink);
            lines.feed("\n", sink);
        });
    }

    @Override
    public void out(byte[] bytes, int offset, int length) {
        write(() -> out.feed(bytes, offset, length));
    }

    @Override
    public void err(byte[] bytes, int offset, int length) {
        write(() -> err.feed(bytes, offset, length));
    }

    @Override
    public void fromStart() {
        Map<String, Long> known = store.positions();
        synchronized (this) {
            counted = true;
            positions.forEach((stream, position) -> position.startsAgain(known.getOrDefault(stream, 0L)));
        }
    }

    @Override
    public void cut(boolean error, long bytes, String sha256, byte[] tail) {
        OutputLines lines = error ? err : out;
        String stream = error ? "err" : "out";
        write(() -> {
            lines.breakOff();
            // Counts as an empty line of the stream: it comes again with it.
            positions.get(stream).rest("", false).ifPresent(nothing -> {
                positions.get(stream).kept(new Piece(clock.instant(), stream, "", false));
                add(new Piece(
                        clock.instant(),
                        "info",
                        "Output limit reached: " + bytes + " more bytes came on standard "
                                + (error ? "error" : "output") + " (SHA-256 " + sha256 + "), of which the last "
                                + tail.length + " follow.",
                        false));
            });
            lines.resume(tail);
        });
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            out.end();
            err.end();
            limit.end(clock.instant()).forEach(this::add);
            closed = true;
        }
        flush(store::end);
    }

    private void write(Runnable change) {
        boolean full;
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("The log of step run " + id + " is closed");
            }
            if (lost) {
                throw new StepJournal.ClaimLost(id);
            }
            change.run();
            full = buffered >= BATCH;
            if (!full) {
                schedule();
            }
        }
        if (full) {
            flushOrHold();
        }
    }

    private void output(String stream, String text, boolean continued) {
        positions.get(stream).rest(text, continued).ifPresent(rest -> {
            Piece piece = new Piece(clock.instant(), stream, rest, continued);
            List<Piece> now = limit.admit(piece);
            if (now.contains(piece)) {
                positions.get(stream).kept(piece);
            }
            now.forEach(this::add);
        });
    }

    private void add(Piece piece) {
        buffer.add(piece);
        buffered += piece.text().length();
    }

    private void schedule() {
        if (!scheduled && !closed && (!buffer.isEmpty() || out.holdsPart() || err.holdsPart())) {
            scheduled = true;
            scheduler.schedule(this::tick, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        synchronized (this) {
            scheduled = false;
            if (closed) {
                return;
            }
            out.tick();
            err.tick();
        }
        try {
            flush();
        } catch (RuntimeException e) {
            LOG.warn(
                    "The log of step run {} cannot be written now and is held: {}",
                    id,
                    String.valueOf(NestedExceptionUtils.getMostSpecificCause(e).getMessage()));
        }
        synchronized (this) {
            schedule();
        }
    }

    private void flushOrHold() {
        try {
            flush();
        } catch (RuntimeException e) {
            synchronized (this) {
                if (buffered >= HELD_AT_MOST) {
                    throw e;
                }
                schedule();
            }
        }
    }

    private void flush() {
        flush(store::append);
    }

    private void flush(Write write) {
        writing.lock();
        try {
            Batch batch = take();
            if (!batch.pieces.isEmpty()) {
                append(batch, write);
            }
        } finally {
            writing.unlock();
        }
    }

    private void append(Batch batch, Write write) {
        try {
            if (!write.to(batch.pieces, batch.positions)) {
                synchronized (this) {
                    lost = true;
                }
            }
        } catch (RuntimeException e) {
            putBack(batch.pieces);
            throw e;
        }
    }

    private synchronized Batch take() {
        Map<String, Long> reached = new HashMap<>();
        if (counted) {
            positions.forEach((stream, position) -> reached.put(stream, position.reached()));
        }
        Batch batch = new Batch(buffer, reached);
        buffer = new ArrayList<>();
        buffered = 0;
        return batch;
    }

    private synchronized void putBack(List<Piece> batch) {
        batch.addAll(buffer);
        buffer = batch;
        buffered = batch.stream().mapToInt(piece -> piece.text().length()).sum();
    }

    private interface Write {
        boolean to(List<Piece> batch, Map<String, Long> positions);
    }

    private record Batch(List<Piece> pieces, Map<String, Long> positions) {}
}
