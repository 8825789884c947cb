package io.muster.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.springframework.util.FileSystemUtils;

/** A server of its own on the programs of an installed PostgreSQL, as Debian packages it, with its data in a directory. */
public final class InstalledPostgres {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql/15");
    private static final String PASSWORD = "of-the-tests-cluster";

    private InstalledPostgres() {}

    /** PostgreSQL 15 of Debian; the test is skipped, and says so, where it is not installed. */
    public static LocalPostgres version15(Path directory) {
        requireVersion15();
        return start(DEBIAN, directory, Map.of("fsync", "off"));
    }

    public static void requireVersion15() {
        Assumptions.assumeTrue(
                Files.isExecutable(DEBIAN.resolve("bin/initdb")),
                "PostgreSQL 15 is not installed (Debian package postgresql)");
    }

    /** A program of that PostgreSQL: {@code pg_dump}. */
    public static Path program(String name) {
        return DEBIAN.resolve("bin").resolve(name);
    }

    static LocalPostgres start(Path home, Path directory, Map<String, String> settings) {
        try {
            PostgresBinaries binaries = new PostgresBinaries(home.toRealPath());
            PostgresCommands commands = new PostgresCommands(binaries);
            PostgresCluster cluster = cluster(Files.createDirectories(directory).toRealPath(), commands);
            PostgresServer server = new PostgresServer(binaries, commands, cluster, new TreeMap<>(settings));
            return new LocalPostgres(server, server.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static PostgresCluster cluster(Path base, PostgresCommands commands)
            throws IOException, InterruptedException {
        Path data = base.resolve("postgres");
        if (!Files.exists(data)) {
            Path partial = Files.createTempDirectory(base, "partial-");
            Path passwordFile = Files.writeString(partial.resolve("password"), PASSWORD);
            Path cluster = partial.resolve("data");
            PostgresCommands.Result result = commands.run(
                    "initdb",
                    List.of(
                            "--pgdata=" + cluster,
                            "--username=" + LocalPostgres.SUPERUSER,
                            "--pwfile=" + passwordFile,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale=C.UTF-8"));
            if (result.status() != 0) {
                throw new IOException("initdb failed: " + result.output());
            }
            Files.move(cluster, data, StandardCopyOption.ATOMIC_MOVE);
            FileSystemUtils.deleteRecursively(partial);
        }
        return new PostgresCluster(data, base.resolve("postgres.log"), PASSWORD);
    }
}
