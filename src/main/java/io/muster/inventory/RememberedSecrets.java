package io.muster.inventory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Secrets whose names, when a step first uses them, are kept in the table {@code secret_name}: a server that goes on with what
 * another left masks what that one masked. On the journal's pool with plain JDBC, see {@link JdbcPlacements}.
 */
final class RememberedSecrets implements Secrets {

    private static final Logger LOG = LoggerFactory.getLogger(RememberedSecrets.class);

    private final Secrets secrets;
    private final Supplier<DataSource> source;
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    RememberedSecrets(Secrets secrets, Supplier<DataSource> source) {
        this.secrets = secrets;
        this.source = source;
    }

    @Override
    public String resolve(SecretRef ref) {
        String value = secrets.resolve(ref);
        if (!names.contains(ref.name())) {
            remember(ref.name());
        }
        return value;
    }

    private void remember(String name) {
        try (Connection connection = source.get().getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into secret_name (name) values (?) on conflict do nothing")) {
            insert.setString(1, name);
            insert.executeUpdate();
            names.add(name);
        } catch (SQLException e) {
            // The step needs its value now; the name is kept at its next use.
            LOG.warn("That secret '{}' is used could not be recorded: {}", name, e.getMessage());
        }
    }

    @Override
    public Set<String> known() {
        return secrets.known();
    }

    /** @throws DataAccessResourceFailureException when the database does not answer */
    @Override
    public void recall() {
        try {
            recorded().stream().filter(names::add).forEach(this::know);
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("The names of used secrets could not be read", e);
        }
    }

    private void know(String name) {
        try {
            secrets.resolve(new SecretRef(name));
        } catch (SecretMissing e) {
            LOG.info("Secret '{}', which a step has used, is not defined any more", name);
        }
    }

    private List<String> recorded() throws SQLException {
        try (Connection connection = source.get().getConnection();
                PreparedStatement select = connection.prepareStatement("select name from secret_name");
                ResultSet rows = select.executeQuery()) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }
}
