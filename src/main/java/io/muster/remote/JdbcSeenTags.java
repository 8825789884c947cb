package io.muster.remote;

import io.muster.database.DatabaseFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * Table {@code image_tag}, on the journal's pool: what was seen stays seen when the engine rolls back. Plain JDBC, because
 * Spring's templates would keep the connection for as long as the engine's transaction.
 */
@Component
class JdbcSeenTags implements SeenTags {

    private final DataSource source;
    private final Clock clock;

    JdbcSeenTags(@Qualifier("journalDataSource") DataSource source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    @Override
    public Seen firstSeen(String repository, String tag, String digest) {
        try (Connection connection = source.getConnection()) {
            remember(connection, repository, tag, digest);
            return first(connection, repository, tag);
        } catch (SQLException e) {
            throw DatabaseFailure.of("Cannot remember the digest of " + repository + ":" + tag, e);
        }
    }

    private void remember(Connection connection, String repository, String tag, String digest) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into image_tag (repository, tag, digest, first_seen_at) values (?, ?, ?, ?) on conflict do nothing")) {
            insert.setString(1, repository);
            insert.setString(2, tag);
            insert.setString(3, digest);
            insert.setTimestamp(4, Timestamp.from(clock.instant()));
            insert.executeUpdate();
        }
    }

    private static Seen first(Connection connection, String repository, String tag) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select digest, first_seen_at from image_tag where repository = ? and tag = ?")) {
            select.setString(1, repository);
            select.setString(2, tag);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                Instant at = row.getTimestamp("first_seen_at").toInstant();
                return new Seen(row.getString("digest"), at);
            }
        }
    }
}
