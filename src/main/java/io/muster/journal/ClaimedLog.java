package io.muster.journal;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;

/**
 * The log of one claim in the database. Batches commit to disk one by one, so that what a killed database loses is the end of
 * a log and never its middle; only the last one does not, because the end of the step is written after it, which takes it to
 * disk too. A batch whose answer was lost is looked for before it is written again.
 */
final class ClaimedLog implements StepLogWriter.Store {

    private static final Logger LOG = LoggerFactory.getLogger(ClaimedLog.class);

    /** Sequence numbers go on where the log ends. */
    private static final String APPEND =
            """
            with claimed as materialized (
                select s.id, (select coalesce(max(seq), 0) from step_log where step_run_id = s.id) as seq,
                       case when ?::boolean then set_config('synchronous_commit', 'off', true) end as fast
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

    private static final String LAST = "select coalesce(max(seq), 0) as seq from step_log where step_run_id = ?";

    private final JournalDatabase database;
    private final Patience patience;
    private final UUID id;
    private final long epoch;

    /** How many lines are known to be there. */
    private long written;
    /** How many lines, the first of the next batch, may be there already. */
    private int unsure;

    /** @param written how many lines the log has */
    ClaimedLog(JournalDatabase database, Patience patience, UUID id, long epoch, long written) {
        this.database = database;
        this.patience = patience;
        this.id = id;
        this.epoch = epoch;
        this.written = written;
    }

    @Override
    public boolean append(List<Piece> batch, Map<String, Long> positions) {
        return append(batch, positions, false);
    }

    @Override
    public boolean end(List<Piece> batch, Map<String, Long> positions) {
        try {
            return patience.of(() -> append(batch, positions, true));
        } catch (DataAccessException e) {
            if (Patience.isAway(e)) {
                throw e;
            }
            return withoutEnd(batch, e);
        }
    }

    /** It would be refused for ever, and what the step did is done: the log says what it lacks. */
    private boolean withoutEnd(List<Piece> batch, DataAccessException refused) {
        String lacks = "The last " + batch.size() + " lines of this log could not be kept; the database refused them: "
                + String.valueOf(refused.getMostSpecificCause().getMessage())
                        .lines()
                        .findFirst()
                        .orElse("");
        LOG.error("Step run {}: {}", id, lacks);
        Piece said = new Piece(batch.get(batch.size() - 1).at(), "info", lacks, false);
        try {
            return patience.of(() -> append(List.of(said), Map.of(), true));
        } catch (DataAccessException e) {
            if (Patience.isAway(e)) {
                throw e;
            }
            LOG.error("Step run {}: not even that could be written to its log", id);
            return true;
        }
    }

    @Override
    public Map<String, Long> positions() {
        // Nobody wrote for the first claim before.
        return epoch == 1
                ? Map.of()
                : database
                        .query(
                                "select stream, position from step_stream where step_run_id = ?",
                                (row, n) -> Map.entry(row.getString("stream"), row.getLong("position")),
                                id)
                        .stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private boolean append(List<Piece> batch, Map<String, Long> positions, boolean last) {
        List<Piece> rest = batch.subList(alreadyThere(), batch.size());
        unsure = 0;
        if (rest.isEmpty()) {
            return true;
        }
        try {
            boolean claimed = insert(rest, positions, last);
            written += rest.size();
            return claimed;
        } catch (DataAccessException e) {
            unsure = rest.size();
            throw e;
        }
    }

    private int alreadyThere() {
        if (unsure == 0) {
            return 0;
        }
        long found = database.first(LAST, (row, n) -> row.getLong("seq"), id).orElse(0L);
        if (found != written + unsure) {
            return 0;
        }
        written = found;
        return unsure;
    }

    private boolean insert(List<Piece> batch, Map<String, Long> positions, boolean last) {
        try {
            return update(batch, positions, last);
        } catch (DuplicateKeyException e) {
            // Another writer of the same step run took these numbers in this moment.
            return update(batch, positions, last);
        }
    }

    private boolean update(List<Piece> batch, Map<String, Long> positions, boolean last) {
        String[] streams = positions.keySet().toArray(String[]::new);
        Long[] reached = Stream.of(streams).map(positions::get).toArray(Long[]::new);
        String[] at = batch.stream().map(piece -> piece.at().toString()).toArray(String[]::new);
        String[] stream = batch.stream().map(Piece::stream).toArray(String[]::new);
        Boolean[] continued = batch.stream().map(Piece::continued).toArray(Boolean[]::new);
        String[] text = batch.stream().map(Piece::text).toArray(String[]::new);
        return database.update(APPEND, last, id, epoch, streams, reached, at, stream, continued, text) > 0;
    }
}
