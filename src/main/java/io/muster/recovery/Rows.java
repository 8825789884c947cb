package io.muster.recovery;

import io.muster.journal.JournalDatabase;
import io.muster.journal.Patience;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Statements on the journal's pool, each in a transaction of its own. What is written waits for a database that is away. */
final class Rows {

    private final JournalDatabase database;
    private final Patience patience;

    Rows(JournalDatabase database, Patience patience) {
        this.database = database;
        this.patience = patience;
    }

    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /**
     * @param sql does the same when it is done twice
     * @param parameters texts, numbers, booleans, instants, optionals of them
     */
    int update(String sql, Object... parameters) {
        return patience.of(() -> database.update(sql, plain(parameters)));
    }

    <T> List<T> query(String sql, Reader<T> reader, Object... parameters) {
        return database.query(sql, (row, n) -> reader.read(row), plain(parameters));
    }

    static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    private static Object[] plain(Object... parameters) {
        return Stream.of(parameters)
                .map(value -> value instanceof Optional<?> optional ? optional.orElse(null) : value)
                .map(value -> value instanceof Instant at ? at.atOffset(ZoneOffset.UTC) : value)
                .toArray();
    }
}
