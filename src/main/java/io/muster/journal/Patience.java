package io.muster.journal;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Waits for a database that is away, so that a step which did its work is not taken for failed. What is tried again must
 * be the same when it is done twice: the answer to the first try may have been lost.
 */
public final class Patience {

    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
    private static final long PAUSE = Duration.ofMillis(500).toNanos();

    private final Duration most;

    /** @param most how long a database may be away until the call fails */
    public Patience(Duration most) {
        this.most = most;
    }

    public <T> T of(Supplier<T> call) {
        long begin = System.nanoTime();
        for (int tries = 1; ; tries++) {
            try {
                T result = call.get();
                if (tries > 1) {
                    LOG.info("The journal's database is back; what waited for it is written.");
                }
                return result;
            } catch (DataAccessException e) {
                if (!isAway(e)
                        || System.nanoTime() - begin > most.toNanos()
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                if (tries == 1) {
                    LOG.warn("The journal's database is away; waiting up to {} for it: {}", most, e.getMessage());
                }
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    /** Whether the database did not answer, rather than answered that something is wrong. */
    public static boolean isAway(DataAccessException failure) {
        Throwable cause = failure.getMostSpecificCause();
        if (failure instanceof DataAccessResourceFailureException) {
            return !(cause instanceof SQLException sql && isTooMuch(sql.getSQLState()));
        }
        return cause instanceof SQLTransientConnectionException
                || cause instanceof SQLRecoverableException
                || cause instanceof SQLException sql && connectionState(sql.getSQLState());
    }

    /** "Program limit exceeded": it would be refused for ever. */
    private static boolean isTooMuch(String state) {
        return state != null && state.startsWith("54");
    }

    /** Connection exceptions; a shutdown, a crash, a server that comes up; a transaction that said nothing for too long. */
    private static boolean connectionState(String state) {
        return state != null && (state.startsWith("08") || state.startsWith("57P0") || state.equals("25P03"));
    }
}
