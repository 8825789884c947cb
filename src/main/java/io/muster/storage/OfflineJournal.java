package io.muster.storage;

import io.muster.journal.JournalDatabase;
import java.nio.file.Path;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The journal of the configured database without a server; an embedded one is started for it, and must not be in use. */
public final class OfflineJournal implements AutoCloseable {

    private final Database database;
    private final AutoCloseable directory;

    private OfflineJournal(Database database, AutoCloseable directory) {
        this.database = database;
        this.directory = directory;
    }

    /** @throws StartupRefused when the database cannot be reached, or a server holds the embedded one */
    public static OfflineJournal open(Environment settings) {
        String url = settings.getProperty("spring.datasource.url", "");
        if (!url.isBlank()) {
            return new OfflineJournal(
                    Database.external(
                            url,
                            settings.getProperty("spring.datasource.username", ""),
                            settings.getProperty("spring.datasource.password", "")),
                    () -> {});
        }
        DataDirectory directory = DataDirectory.open(dataDirectory(settings));
        return new OfflineJournal(Database.embedded(LocalPostgres.start(directory.path())), directory);
    }

    /** Where the ends of audit chains are anchored. */
    public static Path anchors(Environment settings) {
        String configured = settings.getProperty("muster.audit-anchors-dir", "");
        return configured.isBlank() ? dataDirectory(settings).resolve("anchors") : Path.of(configured);
    }

    private static Path dataDirectory(Environment settings) {
        return Path.of(settings.getProperty("muster.data-dir", "./data"));
    }

    public JournalDatabase journal() {
        return new JournalDatabase(new DriverManagerDataSource(database.url(), database.user(), database.password()));
    }

    /** Its address, without parameters. */
    public String shown() {
        return database.shown();
    }

    @Override
    public void close() throws Exception {
        database.close();
        directory.close();
    }
}
