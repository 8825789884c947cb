package io.muster.inventory;

import io.muster.database.DatabaseFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * Table {@code service_placement}, on the journal's pool: what was done stays done when the engine rolls back. Plain JDBC, because
 * Spring's templates would keep the connection for as long as the engine's transaction.
 */
@Component
final class JdbcPlacements implements Placements {

    private final DataSource source;

    JdbcPlacements(@Qualifier("journalDataSource") DataSource source) {
        this.source = source;
    }

    @Override
    public Optional<Placement> find(String environment, String service) {
        return query("where environment = ? and service = ?", environment, service).stream()
                .findFirst();
    }

    @Override
    public List<Placement> all() {
        return query("order by environment, service");
    }

    @Override
    public void put(Placement placement) {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        """
                        insert into service_placement
                          (environment, service, state, container, class, from_container, archive, run_id, since)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                        on conflict (environment, service) do update set state = excluded.state,
                          container = excluded.container, class = excluded.class, from_container = excluded.from_container,
                          archive = excluded.archive, run_id = excluded.run_id, since = excluded.since""")) {
            String[] texts = {
                placement.environment(),
                placement.service(),
                placement.state().name(),
                placement.container(),
                placement.containerClass(),
                placement.from().orElse(null),
                placement.archive().orElse(null),
                placement.runId()
            };
            for (int i = 0; i < texts.length; i++) {
                statement.setString(i + 1, texts[i]);
            }
            statement.setObject(texts.length + 1, placement.since().atOffset(ZoneOffset.UTC));
            statement.executeUpdate();
        } catch (SQLException e) {
            throw DatabaseFailure.of("The placement of " + placement.service() + " could not be recorded", e);
        }
    }

    private List<Placement> query(String rest, String... parameters) {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement("select * from service_placement " + rest)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<Placement> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(row(rows));
                }
                return found;
            }
        } catch (SQLException e) {
            throw DatabaseFailure.of("The placements of services could not be read", e);
        }
    }

    private static Placement row(ResultSet row) throws SQLException {
        return new Placement(
                row.getString("environment"),
                row.getString("service"),
                Placement.State.valueOf(row.getString("state")),
                row.getString("container"),
                row.getString("class"),
                Optional.ofNullable(row.getString("from_container")),
                Optional.ofNullable(row.getString("archive")),
                row.getString("run_id"),
                row.getObject("since", OffsetDateTime.class).toInstant());
    }
}
