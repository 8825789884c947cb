package io.muster.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * The embedded PostgreSQL: real, with its data kept in a directory, a generated password, and on loopback only. Started
 * by one server at a time (the data directory's lock sees to that); what an earlier one left behind when it was killed, it
 * takes over or clears away.
 */
public final class LocalPostgres implements AutoCloseable {

    /** The role that owns Muster's database; {@code postgres} is the superuser. Both have the same password. */
    static final String ROLE = "muster";

    static final String SUPERUSER = "postgres";

    private final PostgresServer server;
    private final PostgresAccess access;

    LocalPostgres(PostgresServer server, PostgresAccess access) {
        this.server = server;
        this.access = access;
    }

    /** @param directory holds the data ({@code postgres}), the programs and the server's log */
    public static LocalPostgres start(Path directory) {
        return start(directory, directory.resolve("postgres-programs"), Map.of());
    }

    /**
     * @param programs where the programs are unpacked
     * @param settings of the server, on top of its own
     */
    public static LocalPostgres start(Path directory, Path programs, Map<String, String> settings) {
        try {
            PostgresBinaries binaries = PostgresBinaries.unpackedIn(programs);
            PostgresCommands commands = new PostgresCommands(binaries);
            PostgresCluster cluster = PostgresCluster.in(directory, commands);
            PostgresServer server = new PostgresServer(binaries, commands, cluster, new TreeMap<>(settings));
            PostgresAccess access = server.start();
            binaries.removeOthers();
            return new LocalPostgres(server, access);
        } catch (IOException e) {
            throw new StartupRefused(
                    "The embedded PostgreSQL in " + directory + " does not start: " + e.getMessage(),
                    "See " + directory.resolve("postgres.log")
                            + "; or give an external database (SPRING_DATASOURCE_URL).",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while PostgreSQL was starting", e);
        }
    }

    /** JDBC URL of Muster's database. */
    public String url() {
        return access.url(ROLE);
    }

    /** JDBC URL of another database on this server. */
    public String url(String database) {
        return access.url(database);
    }

    public String user() {
        return ROLE;
    }

    public String password() {
        return access.password();
    }

    public String superuser() {
        return SUPERUSER;
    }

    public int port() {
        return access.port();
    }

    /** Ends open sessions, writes a checkpoint, and waits until the server is gone. */
    @Override
    public void close() {
        try {
            server.stop(Duration.ofSeconds(60));
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL does not stop", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
