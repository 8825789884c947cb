package io.muster.engine;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Work that the servers of one database do one after the other. The lock ends with the connection, so also with its server. */
final class OneServer {

    /** Any number that nothing else in this database uses. */
    private static final long LOCK = 7_301_044_715_212_009L;

    private final DataSource database;
    private final String what;
    private final String advice;

    /**
     * @param what is done alone, in the past tense, for the error text
     * @param advice what to do where the database does not answer
     */
    OneServer(DataSource database, String what, String advice) {
        this.database = database;
        this.what = what;
        this.advice = advice;
    }

    /** Waits until no other server is at it. The work has connections of its own. */
    void alone(Runnable work) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_lock(" + LOCK + ")");
            try {
                work.run();
            } finally {
                statement.execute("select pg_advisory_unlock(" + LOCK + ")");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "The database did not answer while " + what + ": " + e.getMessage() + ". " + advice, e);
        }
    }
}
