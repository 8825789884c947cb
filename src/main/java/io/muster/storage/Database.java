package io.muster.storage;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** The database in use: its address, and the embedded server where that is it. Closed after the pools on it. */
final class Database implements AutoCloseable {

    private static final int OLDEST = 14;

    private final String url;
    private final String user;
    private final String password;
    private final Optional<LocalPostgres> embedded;

    private Database(String url, String user, String password, Optional<LocalPostgres> embedded) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.embedded = embedded;
    }

    static Database embedded(LocalPostgres server) {
        return new Database(server.url(), server.user(), server.password(), Optional.of(server));
    }

    /** @throws StartupRefused when it cannot be reached, or is not a PostgreSQL that serves */
    static Database external(String url, String user, String password) {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select current_setting('server_version_num')::int / 10000,"
                        + " current_setting('server_encoding')")) {
            row.next();
            requireUsable(url, row.getInt(1), row.getString(2));
        } catch (SQLException e) {
            throw new StartupRefused(
                    "The database " + shown(url) + " cannot be used: " + e.getMessage(),
                    "Check SPRING_DATASOURCE_URL, SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD, and that the"
                            + " database is up.",
                    e);
        }
        return new Database(url, user, password, Optional.empty());
    }

    private static void requireUsable(String url, int version, String encoding) {
        if (version < OLDEST || !encoding.equals("UTF8")) {
            throw new StartupRefused(
                    "The database " + shown(url) + " is PostgreSQL " + version + " with encoding " + encoding
                            + "; Muster needs PostgreSQL " + OLDEST + " or newer with UTF8.",
                    "Create a database with encoding UTF8 on a newer PostgreSQL.");
        }
    }

    /** Without parameters: they may hold a password. */
    private static String shown(String url) {
        return url.replaceFirst("\\?.*", "");
    }

    String url() {
        return url;
    }

    String shown() {
        return shown(url);
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    boolean isEmbedded() {
        return embedded.isPresent();
    }

    @Override
    public void close() {
        embedded.ifPresent(LocalPostgres::close);
    }
}
