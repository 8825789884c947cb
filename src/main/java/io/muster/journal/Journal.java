package io.muster.journal;

import java.time.Clock;
import java.time.Duration;
import org.springframework.jdbc.core.JdbcOperations;

/** Puts the journal together: what is written in the engine's transaction goes through the one, the rest through the other. */
public final class Journal implements AutoCloseable {

    private final JournalDatabase database;
    private final StepLogs logs;
    private final StepJournal steps;
    private final RunJournal runs;
    private final DecisionJournal decisions;

    /**
     * @param primary on the engine's data source
     * @param database on the journal's own pool
     * @param outputLimit how many bytes of a target's output a step run keeps
     */
    public Journal(
            JdbcOperations primary, JournalDatabase database, SecretMasking masking, Clock clock, long outputLimit) {
        this(primary, database, masking, clock, outputLimit, new Patience(Duration.ZERO));
    }

    /** @param patience how long a step that did its work waits for a database that is away */
    public Journal(
            JdbcOperations primary,
            JournalDatabase database,
            SecretMasking masking,
            Clock clock,
            long outputLimit,
            Patience patience) {
        EngineTransaction engine = new EngineTransaction(primary);
        this.database = database;
        this.logs = new StepLogs(database, patience, masking, clock, outputLimit);
        this.steps = new JdbcStepJournal(database, engine, masking, clock, logs, patience);
        this.runs = new JdbcRunJournal(primary, engine, masking, clock);
        this.decisions = new JdbcDecisionJournal(primary, database, engine, masking);
    }

    public StepJournal steps() {
        return steps;
    }

    public RunJournal runs() {
        return runs;
    }

    public DecisionJournal decisions() {
        return decisions;
    }

    public JournalReader reader() {
        return new JdbcJournalReader(database);
    }

    public AuditChain chain() {
        return new AuditChain(database);
    }

    /** Ends the thread that writes logs; writers write what they hold when they are closed. */
    @Override
    public void close() {
        logs.close();
    }
}
