package io.muster.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * PostgreSQL's data: {@code postgres} in the given directory, with the password of its roles in a file of its own in it
 * (0600). Made beside its place and renamed when complete, so that a first start that was killed leaves nothing half done.
 *
 * @param data absolute, without symbolic links
 * @param log where the server's messages go
 */
record PostgresCluster(Path data, Path log, String password) {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresCluster.class);

    private static final String PASSWORD_FILE = "muster.password";
    private static final String PARTIAL = "postgres.partial-";

    static PostgresCluster in(Path directory, PostgresCommands commands) throws IOException, InterruptedException {
        Path base = Files.createDirectories(directory).toRealPath();
        Path data = base.resolve("postgres");
        requirePlainName(base);
        removePartial(base);
        if (!Files.exists(data)) {
            create(base, data, commands);
        }
        requireVersion(data, commands);
        return new PostgresCluster(data, base.resolve("postgres.log"), password(data));
    }

    /** pg_ctl hands its paths to a shell between double quotes. */
    private static void requirePlainName(Path base) {
        if (base.toString().matches("(?s).*[\"$`\\\\\n].*")) {
            throw new StartupRefused(
                    "The embedded PostgreSQL cannot live in " + base
                            + ": the path holds a quote, dollar, backtick, backslash or" + " line break.",
                    "Choose another data directory: MUSTER_DATA_DIR=/path/to/data");
        }
    }

    private static void create(Path base, Path data, PostgresCommands commands)
            throws IOException, InterruptedException {
        LOG.info("Creating the embedded PostgreSQL's data in {}", data);
        Path partial = Files.createTempDirectory(base, PARTIAL);
        Path cluster = partial.resolve("data");
        Path passwordFile = Files.createFile(
                partial.resolve(PASSWORD_FILE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        Files.writeString(passwordFile, HexFormat.of().formatHex(random));
        PostgresCommands.Result result = commands.run(
                "initdb",
                List.of(
                        "--pgdata=" + cluster,
                        "--username=" + LocalPostgres.SUPERUSER,
                        "--pwfile=" + passwordFile,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8"));
        if (result.status() != 0) {
            throw new IOException("initdb failed: " + result.output());
        }
        Files.move(passwordFile, cluster.resolve(PASSWORD_FILE));
        Files.move(cluster, data, StandardCopyOption.ATOMIC_MOVE);
        FileSystemUtils.deleteRecursively(partial);
    }

    private static void removePartial(Path base) throws IOException {
        try (Stream<Path> all = Files.list(base)) {
            for (Path partial : all.filter(path -> path.getFileName().toString().startsWith(PARTIAL))
                    .toList()) {
                LOG.info("Removing {}, left by a first start that was interrupted", partial);
                FileSystemUtils.deleteRecursively(partial);
            }
        }
    }

    private static void requireVersion(Path data, PostgresCommands commands) throws IOException, InterruptedException {
        Path stamp = data.resolve("PG_VERSION");
        if (!Files.exists(stamp)) {
            throw new StartupRefused(
                    data + " is not a PostgreSQL data directory: it has no PG_VERSION.",
                    "Move it away to start with an empty database, or put back what belongs there.");
        }
        String found = Files.readString(stamp).strip();
        String ours = major(commands.run("postgres", List.of("--version")).output());
        if (!found.equals(ours)) {
            throw new StartupRefused(
                    "The data in " + data + " is of PostgreSQL " + found + "; this Muster embeds PostgreSQL " + ours
                            + ", which cannot read it, and the embedded one has no upgrade.",
                    "Start the Muster version that wrote it; or move it to an external PostgreSQL " + found
                            + " and set SPRING_DATASOURCE_URL; or move the directory away to begin anew.");
        }
    }

    private static String major(String versionText) throws IOException {
        Matcher matcher = Pattern.compile("\\(PostgreSQL\\) (\\d+)").matcher(versionText);
        if (!matcher.find()) {
            throw new IOException("postgres --version answers: " + versionText);
        }
        return matcher.group(1);
    }

    private static String password(Path data) throws IOException {
        Path file = data.resolve(PASSWORD_FILE);
        if (!Files.exists(file)) {
            throw new StartupRefused(
                    "The password of the embedded PostgreSQL is missing: " + file,
                    "Put the file back from a backup of the data directory, or move " + data
                            + " away to start with an empty database.");
        }
        return Files.readString(file).strip();
    }
}
