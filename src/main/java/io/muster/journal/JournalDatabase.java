package io.muster.journal;

import io.muster.database.DatabaseFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Statements on the journal's own pool. Each takes a connection, commits by itself, and gives the connection back at once,
 * whatever transaction the calling thread has open on the engine's pool.
 *
 * <p>Why not {@code JdbcTemplate}: where the thread has a transaction (a step runs inside the engine's), Spring keeps the
 * connection of <em>any</em> data source bound to the thread until that transaction ends. Every running step would then
 * hold a journal connection for as long as it runs, and as many steps as the pool has connections would stop all of them.
 */
public final class JournalDatabase {

    private final DataSource pool;

    public JournalDatabase(DataSource pool) {
        this.pool = pool;
    }

    /** Rows of a query, or of a statement with {@code returning}. Arguments as for {@code PreparedStatement.setObject}. */
    public <T> List<T> query(String sql, RowMapper<T> mapper, Object... arguments) {
        return execute(sql, arguments, statement -> {
            try (ResultSet rows = statement.executeQuery()) {
                List<T> result = new ArrayList<>();
                while (rows.next()) {
                    result.add(mapper.mapRow(rows, result.size()));
                }
                return result;
            }
        });
    }

    /** The first row, if any. */
    public <T> Optional<T> first(String sql, RowMapper<T> mapper, Object... arguments) {
        return query(sql, mapper, arguments).stream().findFirst();
    }

    /** @return how many rows it changed */
    public int update(String sql, Object... arguments) {
        return execute(sql, arguments, PreparedStatement::executeUpdate);
    }

    /** Several reads that see the journal as it was at one moment. */
    public <T> T snapshot(Function<JournalDatabase, T> read) {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try {
                return read.apply(new JournalDatabase(new SingleConnectionDataSource(connection, true)));
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw DatabaseFailure.of("journal", "a snapshot", e);
        }
    }

    private <T> T execute(String sql, Object[] arguments, Work<T> work) {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                // A null without a type: the statement says what it is.
                statement.setObject(i + 1, arguments[i]);
            }
            return work.on(statement);
        } catch (SQLException e) {
            throw DatabaseFailure.of("journal", sql, e);
        }
    }

    private interface Work<T> {
        T on(PreparedStatement statement) throws SQLException;
    }
}
