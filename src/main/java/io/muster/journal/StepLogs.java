package io.muster.journal;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;

/** Opens log writers; they share one thread that writes what has waited long enough. */
final class StepLogs implements AutoCloseable {

    private final JournalDatabase database;
    private final Patience patience;
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
    StepLogs(JournalDatabase database, Patience patience, SecretMasking masking, Clock clock, long limit) {
        this.database = database;
        this.patience = patience;
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
                new ClaimedLog(database, patience, id, known.epoch, known.lines),
                masking,
                new OutputLimit(limit, known.kept),
                clock,
                scheduler);
    }

    /** Remembers a claim made by this server, so that opening the log of a new step run asks the database nothing. */
    void opened(StepRun run) {
        claims.put(run.id(), new Claim(run.epoch(), 0, 0));
    }

    void forget(UUID id) {
        claims.remove(id);
    }

    private Claim lookUp(UUID id) {
        return database.first(
                        """
                        select s.epoch, coalesce((select sum(octet_length(text)) from step_log
                                                  where step_run_id = s.id and stream <> 'info'), 0) as kept,
                               (select coalesce(max(seq), 0) from step_log where step_run_id = s.id) as lines
                        from step_run s where s.id = ?
                        """,
                        (row, n) -> new Claim(row.getLong("epoch"), row.getLong("kept"), row.getLong("lines")),
                        id)
                .orElseThrow(() -> new IllegalArgumentException("There is no step run " + id));
    }

    @Override
    public void close() {
        scheduler.shutdown();
    }

    private record Claim(long epoch, long kept, long lines) {}
}
