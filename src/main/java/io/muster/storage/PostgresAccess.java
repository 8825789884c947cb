package io.muster.storage;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/** How the embedded server is reached, and the role and database that must be there. */
record PostgresAccess(int port, String password) {

    /** What a server says that does not have our role, or our database, yet. */
    private static final Set<String> NOT_THERE = Set.of("28P01", "28000", "3D000");

    String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    Connection superuser(String database) throws SQLException {
        return DriverManager.getConnection(url(database), LocalPostgres.SUPERUSER, password);
    }

    /** Creates Muster's role and database where they are missing: also after a first start that was killed half-way. */
    void ensureDatabase() throws SQLException {
        try (Connection connection =
                DriverManager.getConnection(url(LocalPostgres.ROLE), LocalPostgres.ROLE, password)) {
            connection.isValid(1);
        } catch (SQLException e) {
            if (!NOT_THERE.contains(e.getSQLState())) {
                throw e;
            }
            createDatabase();
        }
    }

    private void createDatabase() throws SQLException {
        try (Connection connection = superuser("postgres");
                Statement statement = connection.createStatement()) {
            if (!exists(statement, "select 1 from pg_roles where rolname = 'muster'")) {
                statement.execute("create role muster login password '" + password + "'");
            }
            if (!exists(statement, "select 1 from pg_database where datname = 'muster'")) {
                statement.execute("create database muster owner muster");
            }
        }
    }

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    /** Ends what a killed server of ours still has open: its transactions would hold their locks. */
    void endSessionsOfDeadServers() throws SQLException {
        try (Connection connection = superuser("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                    + " where application_name like 'muster-%' and pid <> pg_backend_pid()");
        }
    }
}
