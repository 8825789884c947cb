package io.muster.engine;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * Keeps awake the engine's transactions in which steps run. The database ends one that says nothing for a while, because a
 * frozen server's would hold rows that every other server waits for; a step says nothing for hours. Once a server is frozen,
 * nobody speaks for its steps either. What ends with them is only the transaction: the journal has what they did.
 */
final class StepTransactions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StepTransactions.class);
    /** One that is gone without a word must not keep the others from being spoken for. */
    private static final int ANSWER_SECONDS = 3;

    private static final String PATIENCE =
            "select setting::bigint from pg_settings where name = 'idle_in_transaction_session_timeout'";

    private final DataSource dataSource;
    private final Set<Held> held = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "step-transactions");
        thread.setDaemon(true);
        return thread;
    });

    StepTransactions(DataSource dataSource) {
        this.dataSource = dataSource;
        Long patience = new JdbcTemplate(dataSource).queryForObject(PATIENCE, Long.class);
        if (patience != null && patience > 0) {
            long period = Math.max(100, patience / 4);
            timer.scheduleWithFixedDelay(() -> held.forEach(Held::speak), period, period, TimeUnit.MILLISECONDS);
        }
    }

    /** Keeps the calling thread's transaction until it is closed, which is before the engine uses it again. */
    Held hold() {
        Held one = new Held(DataSourceUtils.getConnection(dataSource));
        held.add(one);
        return one;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    final class Held implements AutoCloseable {
        private final Connection connection;
        private boolean closed;

        private Held(Connection connection) {
            this.connection = connection;
        }

        /** Under this object's monitor, so that nothing is said any more when {@link #close} has returned. */
        private synchronized void speak() {
            try {
                if (!closed && !connection.isValid(ANSWER_SECONDS)) {
                    LOG.debug("A step's transaction is gone; its commit will say so.");
                }
            } catch (SQLException | RuntimeException e) {
                // One thread speaks for all steps of the server.
                LOG.debug("A step's transaction is gone; its commit will say so.", e);
            }
        }

        @Override
        public synchronized void close() {
            closed = true;
            held.remove(this);
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }
}
