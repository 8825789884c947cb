package io.muster.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real PostgreSQL that syncs to disk, can be killed as by a power cut, and comes back on the same port. */
public final class RestartablePostgres implements AutoCloseable {

    private final LocalPostgres first;
    private final PostgresCommands commands;
    private final Path data;
    private final Path log;

    private RestartablePostgres(LocalPostgres first, PostgresCommands commands, Path directory) {
        this.first = first;
        this.commands = commands;
        this.data = directory.resolve("postgres");
        this.log = directory.resolve("postgres.log");
    }

    public static RestartablePostgres start(Path directory) throws IOException, InterruptedException {
        Path programs = Path.of("target", "postgres-programs").toAbsolutePath();
        LocalPostgres postgres = LocalPostgres.start(directory, programs, java.util.Map.of());
        PostgresCommands commands = new PostgresCommands(PostgresBinaries.unpackedIn(programs));
        RestartablePostgres restartable = new RestartablePostgres(postgres, commands, directory);
        new Migrations(restartable.dataSource()).migrate();
        return restartable;
    }

    public String url() {
        return first.url();
    }

    public String user() {
        return first.user();
    }

    public String password() {
        return first.password();
    }

    public javax.sql.DataSource dataSource() {
        org.postgresql.ds.PGSimpleDataSource dataSource = new org.postgresql.ds.PGSimpleDataSource();
        dataSource.setUrl(url());
        dataSource.setUser(user());
        dataSource.setPassword(password());
        return dataSource;
    }

    /** SIGKILL for the server and its sessions; returns when they are gone. */
    public void kill() throws IOException {
        List<ProcessHandle> processes = Postmaster.processes(data);
        processes.forEach(ProcessHandle::destroyForcibly);
        processes.forEach(process -> process.onExit().join());
    }

    public void restart() throws IOException, InterruptedException {
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        PostgresCommands.Result result = commands.run(
                "pg_ctl",
                List.of(
                        "start",
                        "--pgdata=" + data,
                        "--log=" + log,
                        "--wait",
                        "--silent",
                        "--options='-p' '" + first.port()
                                + "' '-c' 'listen_addresses=127.0.0.1' '-c' 'unix_socket_directories=' '-c' 'timezone=UTC'"));
        if (result.status() != 0) {
            throw new IOException(result.output());
        }
    }

    @Override
    public void close() {
        first.close();
    }
}
