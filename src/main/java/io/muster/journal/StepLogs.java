package io.muster.journal;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.dao.DuplicateKeyException;

/** Opens log writers; they share one thread that writes what has waited long enough. */
final class StepLogs implements AutoCloseable {

    /**
     * Sequence numbers go on where the log ends. Logs do not wait for the disk ({@code synchronous_commit}): a machine that
     * loses power loses its last lines; the next entry that opens or closes a step takes them to disk with it.
     */
    private static final String APPEND =
            """
            with claimed as materialized (
                select s.id, (select coalesce(max(seq), 0) from step_log where step_run_id = s.id) as seq,
                       set_config('synchronous_commit', 'off', true) as fast
                from step_run s where s.id = ? and s.epoch = ?),
            positions as (
                insert into step_stream (step_run_id, stream, position)
                select claimed.id, p.stream, p.position
                from claimed, unnest(?::text[], ?::bigint[]) p (stream, position)
                on conflict (step_run_id, stream) do update set position = excluded.position)
            insert into step_log (step_run_id, seq, at, stream, continued, text)
            select claimed.id, claimed.seq + l.n, l.at, l.stream, l.continued, l.text
            from claimed, unnest(?::timestamptz[], ?::text[], ?::boolean[], ?::text[])
                              with ordinality l (at, stream, continued, text, n)
            """;

    private final JournalDatabase database;
    private final SecretMasking masking;
    private final Clock clock;
    private final long limit;
    private final Map<UUID, Claim> claims = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "journal-log");
        thread.setDaemon(true);
        return thread;
    });

    /** @param limit how many bytes of output a step run keeps */
    StepLogs(JournalDatabase database, SecretMasking masking, Clock clock, long limit) {
        this.database = database;
        this.masking = masking;
        this.clock = clock;
        this.limit = limit;
        // Closed: writers still write what they hold when they are closed themselves.
        scheduler.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    StepJournal.LogWriter writer(UUID id) {
        Claim known = Optional.ofNullable(claims.get(id)).orElseGet(() -> lookUp(id));
        return new StepLogWriter(
                id,
                new StepLogWriter.Store() {
                    @Override
                    public boolean append(List<Piece> batch, Map<String, Long> positions) {
                        return StepLogs.this.append(id, known.epoch, batch, positions);
                    }

                    @Override
                    public Map<String, Long> positions() {
                        // Nobody wrote for the first claim before.
                        return known.epoch == 1 ? Map.of() : readPositions(id);
                    }
                },
                masking,
                new OutputLimit(limit, known.kept),
                clock,
                scheduler);
    }

    /** Remembers a claim made by this server, so that opening the log of a new step run asks the database nothing. */
    void opened(StepRun run) {
        claims.put(run.id(), new Claim(run.epoch(), 0));
    }

    void forget(UUID id) {
        claims.remove(id);
    }

    private Claim lookUp(UUID id) {
        return database.first(
                        """
                        select s.epoch, coalesce((select sum(octet_length(text)) from step_log
                                                  where step_run_id = s.id and stream <> 'info'), 0) as kept
                        from step_run s where s.id = ?
                        """,
                        (row, n) -> new Claim(row.getLong("epoch"), row.getLong("kept")),
                        id)
                .orElseThrow(() -> new IllegalArgumentException("There is no step run " + id));
    }

    private Map<String, Long> readPositions(UUID id) {
        return database
                .query(
                        "select stream, position from step_stream where step_run_id = ?",
                        (row, n) -> Map.entry(row.getString("stream"), row.getLong("position")),
                        id)
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private boolean append(UUID id, long epoch, List<Piece> batch, Map<String, Long> positions) {
        try {
            return insert(id, epoch, batch, positions);
        } catch (DuplicateKeyException e) {
            // Another writer of the same step run took these numbers in this moment.
            return insert(id, epoch, batch, positions);
        }
    }

    private boolean insert(UUID id, long epoch, List<Piece> batch, Map<String, Long> positions) {
        String[] streams = positions.keySet().toArray(String[]::new);
        Long[] reached = Stream.of(streams).map(positions::get).toArray(Long[]::new);
        String[] at = batch.stream().map(piece -> piece.at().toString()).toArray(String[]::new);
        String[] stream = batch.stream().map(Piece::stream).toArray(String[]::new);
        Boolean[] continued = batch.stream().map(Piece::continued).toArray(Boolean[]::new);
        String[] text = batch.stream().map(Piece::text).toArray(String[]::new);
        return database.update(APPEND, id, epoch, streams, reached, at, stream, continued, text) > 0;
    }

    @Override
    public void close() {
        scheduler.shutdown();
    }

    private record Claim(long epoch, long kept) {}
}
