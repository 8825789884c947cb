package io.muster.remote;

import io.muster.database.DatabaseFailure;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/** Table {@code observed_host}, on the journal's pool and in plain JDBC for the reasons of {@link JdbcSeenTags}. */
@Component
class JdbcObservedHosts implements ObservedHosts {

    private final DataSource source;
    private final Clock clock;

    JdbcObservedHosts(@Qualifier("journalDataSource") DataSource source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    @Override
    public Map<String, Facts> of(String environment) {
        try (Connection connection = source.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select distinct on (host) host, node, vmid, address, host_keys, run_id, observed_at"
                                + " from observed_host where environment = ? order by host, id desc")) {
            select.setString(1, environment);
            Map<String, Facts> facts = new LinkedHashMap<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    if (row.getString("address") != null) {
                        facts.put(row.getString("host"), facts(row));
                    }
                }
            }
            return facts;
        } catch (SQLException e) {
            throw DatabaseFailure.of("Cannot read what was learned of the hosts of " + environment, e);
        }
    }

    @Override
    public void learned(String environment, String host, Container container, Observation observation) {
        insert(
                environment,
                host,
                container,
                Optional.of(observation.address()),
                observation.hostKeys(),
                observation.run());
    }

    @Override
    public void gone(String environment, String host, Container container, Optional<String> run) {
        insert(environment, host, container, Optional.empty(), List.of(), run);
    }

    private void insert(
            String environment,
            String host,
            Container container,
            Optional<String> address,
            List<String> hostKeys,
            Optional<String> run) {
        try (Connection connection = source.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into observed_host (environment, host, node, vmid, address, host_keys, run_id, observed_at)"
                                + " values (?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, environment);
            insert.setString(2, host);
            insert.setString(3, container.node());
            insert.setInt(4, container.vmid());
            insert.setString(5, address.orElse(null));
            insert.setArray(6, connection.createArrayOf("text", hostKeys.toArray()));
            insert.setString(7, run.orElse(null));
            insert.setTimestamp(8, Timestamp.from(clock.instant()));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw DatabaseFailure.of("Cannot record what was learned of host " + host, e);
        }
    }

    private static Facts facts(ResultSet row) throws SQLException {
        Array keys = row.getArray("host_keys");
        return new Facts(
                new Container(row.getString("node"), row.getInt("vmid")),
                row.getString("address"),
                List.of((String[]) keys.getArray()),
                Optional.ofNullable(row.getString("run_id")),
                row.getTimestamp("observed_at").toInstant());
    }
}
