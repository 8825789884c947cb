package io.muster.servers;

import static org.awaitility.Awaitility.await;

import io.muster.storage.RestartablePostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** Servers as processes of their own, on a PostgreSQL of their own. */
abstract class ServersTest {

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    RestartablePostgres postgres;
    JdbcTemplate database;
    private final List<ServerProcess> servers = new ArrayList<>();

    @BeforeEach
    void startPostgres() throws IOException, InterruptedException {
        postgres = RestartablePostgres.start(directory);
        database = new JdbcTemplate(postgres.dataSource());
    }

    @AfterEach
    void stopAll() {
        servers.forEach(ServerProcess::close);
        postgres.close();
    }

    /** Started, not ready. */
    ServerProcess server(String name, Map<String, String> settings) throws IOException {
        ServerProcess server = ServerProcess.start(name, directory, postgres, settings);
        servers.add(server);
        return server;
    }

    ServerProcess server(String name) throws IOException {
        return server(name, Map.of()).awaitReady();
    }

    Path hold() throws IOException {
        return Files.writeString(directory.resolve("hold"), "");
    }

    /** {@code effect|resumed|end ENTRY PROCESS LINE}, in the order in which they were written. */
    List<String[]> lines(String kind) {
        return AppendLine.lines(directory.resolve("lines")).stream()
                .map(line -> line.split(" "))
                .filter(words -> words[0].equals(kind))
                .toList();
    }

    void awaitLines(String kind, int count) {
        await().atMost(ServerProcess.PATIENCE).until(() -> lines(kind).size() >= count);
    }

    ServerProcess running(List<ServerProcess> candidates) {
        long process = Long.parseLong(lines("effect").get(0)[2]);
        return candidates.stream()
                .filter(server -> server.pid() == process)
                .findFirst()
                .orElseThrow();
    }

    void awaitEnded(int runs) {
        await().atMost(ServerProcess.PATIENCE)
                .ignoreExceptions()
                .until(() -> count("select count(*) from run where end_state = 'COMPLETED'") == runs);
    }

    long count(String sql) {
        Long found = database.queryForObject(sql, Long.class);
        return found == null ? 0 : found;
    }
}
