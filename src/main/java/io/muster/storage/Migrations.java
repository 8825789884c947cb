package io.muster.storage;

import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database's schema: the engine's and Muster's, both owned by Flyway ({@code db/migration}). */
public final class Migrations {

    /** How the command is called; the environment is the server's, with the owner's role where that is another. */
    static final String COMMAND = "java -jar muster.jar migrate";

    private static final String LOCATION = "classpath:db/migration";

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private final Flyway flyway;

    public Migrations(DataSource dataSource) {
        this(Flyway.configure().dataSource(dataSource).locations(LOCATION).load());
    }

    Migrations(Flyway flyway) {
        this.flyway = flyway;
    }

    /** What has not been applied yet, as {@code V2 journal}, in order. */
    public List<String> pending() {
        return Arrays.stream(flyway.info().pending()).map(Migrations::name).toList();
    }

    /** @return what was applied, as {@code V2 journal}, in order */
    public List<String> migrate() {
        List<String> pending = pending();
        flyway.migrate();
        return pending;
    }

    /**
     * Migrates the server's own, embedded database, and says so where it held data already.
     *
     * @throws StartupRefused when a newer Muster has migrated it
     */
    void upgrade(String database) {
        requireNotNewer(database);
        boolean empty = flyway.info().applied().length == 0;
        List<String> applied = migrate();
        if (!empty && !applied.isEmpty()) {
            LOG.info(
                    "Upgraded the embedded database from an earlier Muster: applied {}. An older Muster does not start on"
                            + " it any more",
                    String.join(", ", applied));
        }
    }

    /** @throws StartupRefused when a newer Muster has migrated the database */
    void requireNotNewer(String database) {
        List<String> newer = Arrays.stream(flyway.info().all())
                .filter(info -> info.getState() == MigrationState.FUTURE_SUCCESS)
                .map(Migrations::name)
                .toList();
        if (!newer.isEmpty()) {
            throw new StartupRefused(
                    "The database " + database + " was migrated by a newer Muster: it has " + String.join(", ", newer)
                            + ", which this version does not know.",
                    "Start that newer version. There is no way back but the backup from before the migration: restore it"
                            + " into an empty database and start this version with --recovery.");
        }
    }

    /** @throws StartupRefused when the schema is not exactly what this server was built for */
    void requireCurrent(String database) {
        requireNotNewer(database);
        List<String> pending = pending();
        if (!pending.isEmpty()) {
            throw new StartupRefused(
                    "The database " + database + " has pending migrations: " + String.join(", ", pending) + ".",
                    "Back it up, stop the other servers, and run `" + COMMAND
                            + "` with the same environment (and, where the tables belong to another role,"
                            + " MUSTER_MIGRATE_DATASOURCE_USERNAME and _PASSWORD); then start again.");
        }
        flyway.validate();
    }

    private static String name(MigrationInfo info) {
        return "V" + info.getVersion() + " " + info.getDescription();
    }
}
