package io.muster.journal;

import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.dao.DuplicateKeyException;

/**
 * Step runs in PostgreSQL. Each write and its audit event are one statement on the journal's pool, so one commit; only
 * {@link #acknowledge} joins the caller's transaction, see {@link EngineTransaction}.
 *
 * <p>Everything is masked here again, though callers mask too: what is in the journal is there for good.
 */
final class JdbcStepJournal implements StepJournal {

    private final JournalDatabase database;
    private final EngineTransaction engine;
    private final Masking masking;
    private final Clock clock;
    private final StepLogs logs;
    private final Patience patience;

    JdbcStepJournal(
            JournalDatabase database,
            EngineTransaction engine,
            Masking masking,
            Clock clock,
            StepLogs logs,
            Patience patience) {
        this.database = database;
        this.engine = engine;
        this.masking = masking;
        this.clock = clock;
        this.logs = logs;
        this.patience = patience;
    }

    @Override
    public Optional<StepRun> newest(String jobId) {
        return database.first(
                "select * from step_run where job_id = ? order by attempt desc limit 1", Rows::stepRun, jobId);
    }

    @Override
    public Begun begin(NewStepRun entry, boolean later) {
        UUID id = UUID.randomUUID();
        try {
            // The same id each time: an answer that was lost is recognised.
            StepRun newest = patience.of(() -> database.first(
                            StepSql.BEGIN,
                            Rows::stepRun,
                            later,
                            id,
                            entry.runId(),
                            entry.rootRunId(),
                            entry.jobId(),
                            entry.activityId(),
                            text(entry.title()),
                            entry.step(),
                            text(entry.target()),
                            entry.owner(),
                            json(entry.input()),
                            Rows.timestamp(clock.instant())))
                    .orElseThrow(() -> new IllegalStateException("Step run " + id + " was not inserted"));
            boolean fresh = newest.id().equals(id);
            if (fresh) {
                logs.opened(newest);
            }
            return new Begun(newest, fresh);
        } catch (DuplicateKeyException e) {
            throw new ClaimLost(newest(entry.jobId()).map(StepRun::id).orElse(id));
        }
    }

    @Override
    public StepRun open(NewStepRun entry) {
        UUID id = UUID.randomUUID();
        try {
            StepRun opened = database.first(
                            StepSql.OPEN,
                            Rows::stepRun,
                            id,
                            entry.runId(),
                            entry.rootRunId(),
                            entry.jobId(),
                            entry.activityId(),
                            text(entry.title()),
                            entry.step(),
                            text(entry.target()),
                            entry.owner(),
                            json(entry.input()),
                            Rows.timestamp(clock.instant()),
                            entry.jobId())
                    .orElseThrow(() -> new IllegalStateException("Step run " + id + " was not inserted"));
            logs.opened(opened);
            return opened;
        } catch (DuplicateKeyException e) {
            // Another server opened the next attempt of this job at the same moment, or one is open already.
            throw new ClaimLost(newest(entry.jobId()).map(StepRun::id).orElse(id));
        }
    }

    @Override
    public StepRun skip(NewStepRun entry, String output) {
        UUID id = UUID.randomUUID();
        var now = Rows.timestamp(clock.instant());
        try {
            return database.first(
                            StepSql.SKIP,
                            Rows::stepRun,
                            id,
                            entry.runId(),
                            entry.rootRunId(),
                            entry.jobId(),
                            entry.activityId(),
                            text(entry.title()),
                            entry.step(),
                            text(entry.target()),
                            entry.owner(),
                            json(entry.input()),
                            now,
                            now,
                            json(output),
                            entry.jobId())
                    .orElseThrow(() -> new IllegalStateException("Step run " + id + " was not inserted"));
        } catch (DuplicateKeyException e) {
            throw new ClaimLost(newest(entry.jobId()).map(StepRun::id).orElse(id));
        }
    }

    @Override
    public StepRun reclaim(StepRun open, String newOwner) {
        // It may have been this very server's.
        logs.forget(open.id());
        return database.first(
                        StepSql.RECLAIM,
                        Rows::stepRun,
                        newOwner,
                        newOwner,
                        open.id(),
                        open.owner(),
                        open.epoch(),
                        Rows.timestamp(clock.instant()),
                        open.owner())
                .orElseThrow(() -> new ClaimLost(open.id()));
    }

    @Override
    public void release(UUID id, long epoch) {
        logs.forget(id);
        database.update("update step_run set owner = '' where id = ? and epoch = ? and state = 'OPEN'", id, epoch);
    }

    @Override
    public int deaths(UUID id) {
        return database.first("select deaths from step_run where id = ?", (row, n) -> row.getInt(1), id)
                .orElse(0);
    }

    @Override
    public void succeed(UUID id, long epoch, String output, boolean later) {
        logs.forget(id);
        String kept = json(output);
        boolean closed = patience.of(() -> database.first(
                                StepSql.SUCCEED,
                                (row, n) -> row.getBoolean(1),
                                later,
                                id,
                                epoch,
                                kept,
                                Rows.timestamp(clock.instant()))
                        .orElse(false)
                || closedSo(id, epoch, StepRun.State.SUCCEEDED, kept, new String[3]));
        if (!closed) {
            throw new ClaimLost(id);
        }
    }

    @Override
    public void fail(UUID id, long epoch, StepRun.Failure failure) {
        String[] why = {failure.kind(), failure.reason(), text(failure.message())};
        logs.forget(id);
        boolean closed = patience.of(() -> database.first(
                                StepSql.FAIL,
                                (row, n) -> true,
                                Rows.timestamp(clock.instant()),
                                why[0],
                                why[1],
                                why[2],
                                id,
                                epoch)
                        .orElse(false)
                || closedSo(id, epoch, StepRun.State.FAILED, null, why));
        if (!closed) {
            throw new ClaimLost(id);
        }
    }

    private boolean closedSo(UUID id, long epoch, StepRun.State state, String output, String[] failure) {
        return database.first(
                        StepSql.CLOSED_SO,
                        (row, n) -> row.getLong(1) > 0,
                        id,
                        epoch,
                        state.name(),
                        output,
                        failure[0],
                        failure[1],
                        failure[2])
                .orElse(false);
    }

    @Override
    public void effect(UUID id, long epoch, String kind, String target) {
        effect(id, epoch, kind, target, null);
    }

    @Override
    public void effect(UUID id, long epoch, String kind, String target, String handle) {
        String kept = handle == null ? null : text(handle);
        claimed(
                id,
                () -> database.update(
                        StepSql.EFFECT,
                        id,
                        epoch,
                        kept,
                        Rows.timestamp(clock.instant()),
                        text(kind),
                        text(target),
                        kept));
    }

    @Override
    public void nothingLeft(UUID id) {
        database.update(StepSql.NOTHING_LEFT, id);
    }

    @Override
    public void looksForLeft(UUID id) {
        database.update(
                "update step_left set tried_at = ?, tries = tries + 1 where step_run_id = ?",
                Rows.timestamp(clock.instant()),
                id);
    }

    @Override
    public void leavesBehind(UUID id, String why) {
        database.query(StepSql.LEFT_BEHIND, (row, n) -> true, id, Rows.timestamp(clock.instant()), text(why));
    }

    @Override
    public void document(UUID id, long epoch, String name, String mediaType, String content) {
        claimed(id, () -> database.query(
                        StepSql.DOCUMENT,
                        (row, n) -> true,
                        text(name),
                        mediaType,
                        text(content),
                        Rows.timestamp(clock.instant()),
                        id,
                        epoch)
                .size());
    }

    private void claimed(UUID id, Supplier<Integer> write) {
        if (patience.of(write) == 0) {
            throw new ClaimLost(id);
        }
    }

    @Override
    public void acknowledge(UUID id) {
        engine.acknowledge(id);
    }

    @Override
    public LogWriter log(UUID id) {
        return logs.writer(id);
    }

    private String text(String text) {
        return Text.storable(masking.mask(text));
    }

    private String json(String json) {
        return Text.storableJson(masking.maskJson(json));
    }
}
