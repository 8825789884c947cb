package io.muster.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.test.context.DynamicPropertyRegistry;

/**
 * A fresh, migrated database in milliseconds: a copy of a template on one embedded PostgreSQL that all tests of a JVM
 * share (in {@code target}, without fsync, stopped when the JVM ends; one that a killed build left is taken over).
 *
 * <pre>{@code
 * TestDatabase database = TestDatabase.create();
 * @DynamicPropertySource static void database(DynamicPropertyRegistry r) { database.register(r); }
 * }</pre>
 */
public final class TestDatabase implements AutoCloseable {

    private static final String TEMPLATE = "muster_template";

    /** System property: an installed PostgreSQL to take in place of the embedded one, as {@code /usr/lib/postgresql/15}. */
    private static final String POSTGRES_HOME = "muster.test.postgres";

    private final String name;

    private TestDatabase(String name) {
        this.name = name;
    }

    /** With Muster's schema and no rows. */
    public static TestDatabase create() {
        return copyOf(TEMPLATE);
    }

    /** Without any schema. */
    public static TestDatabase empty() {
        return copyOf("template0");
    }

    private static TestDatabase copyOf(String template) {
        String name = "t_" + UUID.randomUUID().toString().replace("-", "");
        asSuperuser("create database " + name + " template " + template + " owner muster strategy file_copy");
        return new TestDatabase(name);
    }

    public String url() {
        return Server.POSTGRES.url(name);
    }

    public String user() {
        return Server.POSTGRES.user();
    }

    public String password() {
        return Server.POSTGRES.password();
    }

    /** Unpooled: each connection is a new session. */
    public DataSource dataSource() {
        return dataSource(name);
    }

    private static DataSource dataSource(String name) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(Server.POSTGRES.url(name));
        dataSource.setUser(Server.POSTGRES.user());
        dataSource.setPassword(Server.POSTGRES.password());
        return dataSource;
    }

    /** Points a Spring test context at this database, and gives it a data directory of its own. */
    public void register(DynamicPropertyRegistry registry) {
        registry.add("spring.datasource.url", this::url);
        registry.add("spring.datasource.username", this::user);
        registry.add("spring.datasource.password", this::password);
        registry.add("muster.data-dir", () -> "target/test-data/" + name);
    }

    /** A session that may switch triggers off: for tests that forge evidence. */
    public Connection superuser() throws SQLException {
        return DriverManager.getConnection(url(), Server.POSTGRES.superuser(), password());
    }

    /** Drops the database and ends its sessions. Not necessary: the next build clears what is left. */
    @Override
    public void close() {
        asSuperuser("drop database if exists " + name + " with (force)");
    }

    private static void asSuperuser(String... statements) {
        try (Connection connection = DriverManager.getConnection(
                        Server.POSTGRES.url("postgres"), Server.POSTGRES.superuser(), Server.POSTGRES.password());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Started on first use. */
    private static final class Server {

        /** Kept: a lock whose channel nobody refers to is given up by the garbage collector. */
        private static final List<DataDirectory> HELD = new ArrayList<>();

        private static final LocalPostgres POSTGRES = start();

        static {
            clear();
            new Migrations(dataSource(TEMPLATE)).migrate();
        }

        private static LocalPostgres start() {
            Map<String, String> settings = Map.of("fsync", "off", "max_connections", "300", "shared_buffers", "64MB");
            LocalPostgres postgres = installed()
                    .map(home -> InstalledPostgres.start(
                            home, firstFree(home.getName(3).toString(), 0).path(), settings))
                    .orElseGet(() -> LocalPostgres.start(
                            firstFree("", 0).path(), Path.of("target", "postgres-programs"), settings));
            // After the application contexts that tests leave open, so that none loses its database under its feet.
            // Spring
            // hooks into the end of a JVM only where an application has run, so an empty one does.
            new SpringApplicationBuilder(Empty.class)
                    .web(WebApplicationType.NONE)
                    .bannerMode(Banner.Mode.OFF)
                    .logStartupInfo(false)
                    .run()
                    .close();
            SpringApplication.getShutdownHandlers().add(postgres::close);
            return postgres;
        }

        /** No beans. */
        private static final class Empty {}

        private static Optional<Path> installed() {
            return Optional.ofNullable(System.getProperty(POSTGRES_HOME)).map(Path::of);
        }

        /** Several test JVMs may run beside each other. */
        private static DataDirectory firstFree(String kind, int number) {
            try {
                DataDirectory free =
                        DataDirectory.open(Path.of("target", "test-postgres" + kind, Integer.toString(number)));
                HELD.add(free);
                return free;
            } catch (StartupRefused e) {
                if (number > 50) {
                    throw e;
                }
                return firstFree(kind, number + 1);
            }
        }

        private static void clear() {
            List<String> old = new ArrayList<>();
            try (Connection connection = DriverManager.getConnection(
                            POSTGRES.url("postgres"), POSTGRES.superuser(), POSTGRES.password());
                    Statement statement = connection.createStatement();
                    var rows = statement.executeQuery("select datname from pg_database where datname like 't\\_%'")) {
                while (rows.next()) {
                    old.add(rows.getString(1));
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            old.forEach(name -> asSuperuser("drop database if exists " + name + " with (force)"));
            asSuperuser(
                    "drop database if exists " + TEMPLATE + " with (force)",
                    "create database " + TEMPLATE + " owner muster");
        }
    }
}
