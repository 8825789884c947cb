package io.muster.storage;

import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Brings an external database up to this version, as the role that owns it, and limits the role that the server runs with. */
public final class DatabaseMigration {

    private final Database database;

    private DatabaseMigration(Database database) {
        this.database = database;
    }

    /** @throws StartupRefused when the database cannot be reached, or is not a PostgreSQL that serves */
    public static DatabaseMigration of(String url, String user, String password) {
        return new DatabaseMigration(Database.external(url, user, password));
    }

    /**
     * @param runtimeRole gets exactly what the server needs, where it is not the owner itself
     * @throws StartupRefused when a newer Muster has migrated the database, or the role cannot be limited
     * @throws org.flywaydb.core.api.FlywayException when a migration fails; it is rolled back, those before it stay
     */
    public Result run(Optional<String> runtimeRole) {
        var dataSource = new DriverManagerDataSource(database.url(), database.user(), database.password());
        Migrations migrations = new Migrations(dataSource);
        migrations.requireNotNewer(database.shown());
        List<String> applied = migrations.migrate();
        Optional<String> limited = runtimeRole.filter(role -> new RuntimeRole(dataSource, role).grant());
        return new Result(applied, limited);
    }

    /**
     * @param applied as {@code V2 journal}, in order
     * @param limited the role whose rights were set
     */
    public record Result(List<String> applied, Optional<String> limited) {}
}
