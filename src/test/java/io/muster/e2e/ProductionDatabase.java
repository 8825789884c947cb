package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.sandbox.TestNetworks;
import io.muster.storage.InstalledPostgres;
import io.muster.storage.LocalPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A PostgreSQL 15 set up as {@code docs/production.md} says, and the environment of a server on it. */
final class ProductionDatabase implements AutoCloseable {

    private final Path directory;
    private final LocalPostgres postgres;
    private final String network = TestNetworks.free();

    ProductionDatabase(Path directory) throws IOException {
        this.directory = directory;
        this.postgres = InstalledPostgres.version15(directory.resolve("postgres"));
        JdbcTemplate cluster = superuser("postgres");
        // The embedded one's own, made at its start.
        cluster.execute("drop database muster");
        for (String statement : Documented.block("roles").split(";\\s*")) {
            cluster.execute(statement.strip());
        }
    }

    JdbcTemplate superuser(String database) {
        return connect(database, postgres.superuser(), postgres.password());
    }

    JdbcTemplate asServer(String database) {
        return connect(database, "muster_server", "choose another");
    }

    private JdbcTemplate connect(String database, String user, String password) {
        return new JdbcTemplate(new DriverManagerDataSource(postgres.url(database), user, password));
    }

    /** The sandbox's inventory on this database, with the restricted role. */
    Map<String, String> server(String database) {
        return Map.of(
                "SPRING_DATASOURCE_URL",
                postgres.url(database),
                "SPRING_DATASOURCE_USERNAME",
                "muster_server",
                "SPRING_DATASOURCE_PASSWORD",
                "choose another",
                "MUSTER_DATA_DIR",
                directory.resolve("data").toString(),
                "MUSTER_SANDBOX_NETWORK",
                network);
    }

    String migrated(String database) throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(server(database));
        environment.remove("SPRING_DATASOURCE_PASSWORD");
        environment.put("MUSTER_MIGRATE_DATASOURCE_USERNAME", "muster_owner");
        environment.put("MUSTER_MIGRATE_DATASOURCE_PASSWORD", "choose one");
        MusterProcess migrate = MusterProcess.launched(directory, environment, "migrate");
        assertThat(migrate.exitStatus()).as(migrate.log()).isZero();
        return migrate.log();
    }

    String audited(String database) throws IOException, InterruptedException {
        MusterProcess audit = MusterProcess.launched(directory, server(database), "audit", "verify");
        assertThat(audit.exitStatus()).as(audit.log()).isZero();
        return audit.log();
    }

    /** Runs a documented command with PostgreSQL's tools as the given user. */
    void tool(String block, String user, String password) throws IOException, InterruptedException {
        Documented.run(
                block,
                directory,
                Map.of(
                        "PATH",
                        InstalledPostgres.program("").toString() + ":" + System.getenv("PATH"),
                        "PGHOST",
                        "127.0.0.1",
                        "PGPORT",
                        Integer.toString(postgres.port()),
                        "PGUSER",
                        user,
                        "PGPASSWORD",
                        password));
    }

    void backUp() throws IOException, InterruptedException {
        tool("backup", "muster_owner", "choose one");
    }

    void restore() throws IOException, InterruptedException {
        tool("restore", postgres.superuser(), postgres.password());
    }

    Path logs() throws IOException {
        return Files.createDirectories(directory.resolve("logs"));
    }

    @Override
    public void close() {
        postgres.close();
    }
}
