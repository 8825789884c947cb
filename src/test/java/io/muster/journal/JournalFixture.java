package io.muster.journal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.muster.storage.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A journal as a server has it: two pools on one fresh database. */
public final class JournalFixture implements AutoCloseable {

    public final TestDatabase database;
    final HikariDataSource primaryPool;
    final HikariDataSource journalPool;
    final JdbcTemplate primary;
    final TransactionTemplate engine;
    final Set<String> secrets = ConcurrentHashMap.newKeySet();
    final Journal journal;
    public final StepJournal steps;
    final RunJournal runs;
    public final JournalReader reader;
    final AuditChain chain;

    public JournalFixture() {
        this(TestDatabase.create(), 10, 10 * 1024 * 1024);
    }

    JournalFixture(TestDatabase database, int journalConnections, long outputLimit) {
        this.database = database;
        primaryPool = pool(20);
        journalPool = pool(journalConnections);
        primary = new JdbcTemplate(primaryPool);
        engine = new TransactionTemplate(new JdbcTransactionManager(primaryPool));
        journal = new Journal(
                primary,
                new JournalDatabase(journalPool),
                new SecretMasking(() -> secrets),
                Clock.systemUTC(),
                outputLimit);
        steps = journal.steps();
        runs = journal.runs();
        reader = journal.reader();
        chain = journal.chain();
    }

    private HikariDataSource pool(int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(10_000);
        return new HikariDataSource(config);
    }

    /** Another server on the same database. */
    JournalFixture secondServer() {
        return new JournalFixture(database, 10, 10 * 1024 * 1024);
    }

    public String startRun() {
        String id = UUID.randomUUID().toString();
        engine.executeWithoutResult(tx -> runs.started(run(id, id, Optional.empty())));
        return id;
    }

    static RunJournal.NewRun run(String id, String rootId, Optional<String> parent) {
        return new RunJournal.NewRun(
                id,
                rootId,
                parent,
                "service-deployment",
                3,
                "service-deployment:3:abc",
                "ab".repeat(32),
                Optional.of("operator"),
                Instant.now(),
                Optional.of("sandbox"),
                Optional.of("notes"),
                Optional.of("1.2.0"),
                Optional.of("New version"));
    }

    StepRun open(String runId) {
        return open(runId, UUID.randomUUID().toString());
    }

    public StepRun open(String runId, String jobId) {
        return steps.open(new StepJournal.NewStepRun(
                runId,
                runId,
                jobId,
                "run-container",
                "Run container",
                "dockerRun",
                "experimental-01/notes",
                "node-a",
                "{\"a\":1}"));
    }

    /** As somebody with the database's keys would. */
    void forge(String sql) throws SQLException {
        try (Connection connection = database.superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("set session_replication_role = replica");
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        journal.close();
        journalPool.close();
        primaryPool.close();
    }
}
