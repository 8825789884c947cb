package io.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPostgresTest {

    private static final Path PROGRAMS = Path.of("target", "postgres-programs");

    @TempDir
    Path directory;

    @AfterEach
    void nothingIsLeftRunning() throws IOException {
        LocalPostgres.start(directory, PROGRAMS, Map.of()).close();
        assertThat(Postmaster.processes(data())).isEmpty();
    }

    @Test
    void dataIsKeptAndDurableAndBehindAPasswordOnLoopback() throws Exception {
        try (LocalPostgres postgres = start()) {
            execute(postgres, "create table kept as select 42 as answer");
            assertThat(value(postgres, "show fsync")).isEqualTo("on");
            assertThat(value(postgres, "show synchronous_commit")).isEqualTo("on");
            assertThat(value(postgres, "show listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(value(postgres, "show password_encryption")).isEqualTo("scram-sha-256");
            assertThat(value(postgres, "select rolsuper from pg_roles where rolname = current_user"))
                    .isEqualTo("f");
            assertThatThrownBy(() -> DriverManager.getConnection(postgres.url(), postgres.user(), "wrong"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data().resolve("muster.password"))))
                .isEqualTo("rw-------");
        try (LocalPostgres postgres = start()) {
            assertThat(value(postgres, "select answer from kept")).isEqualTo("42");
        }
    }

    @Test
    void aServerLeftByAKilledOneIsTakenOverAndItsSessionsAreEnded() throws Exception {
        LocalPostgres left = start();
        execute(left, "create table work (id int)");
        long pid = Postmaster.on(data()).orElseThrow().pid();
        try (Connection orphan = DriverManager.getConnection(
                left.url() + "?ApplicationName=muster-engine", left.user(), left.password())) {
            orphan.setAutoCommit(false);
            orphan.createStatement().execute("lock table work");

            try (LocalPostgres next = start()) {
                assertThat(Postmaster.on(data()).orElseThrow().pid()).isEqualTo(pid);
                assertThat(next.port()).isEqualTo(left.port());
                assertThat(value(next, "select count(*) from work")).isEqualTo("0");
            }
        }
        assertThat(Postmaster.on(data())).isEmpty();
    }

    @Test
    void aServerLeftWithOtherSettingsIsRestarted() throws Exception {
        LocalPostgres.start(directory, PROGRAMS, Map.of("work_mem", "8MB"));
        long pid = Postmaster.on(data()).orElseThrow().pid();
        try (LocalPostgres next = start()) {
            assertThat(Postmaster.on(data()).orElseThrow().pid()).isNotEqualTo(pid);
            assertThat(value(next, "show work_mem")).isEqualTo("4MB");
        }
    }

    @Test
    void aKilledPostmasterIsRecoveredFrom() throws Exception {
        LocalPostgres killed = start();
        execute(killed, "create table kept as select 42 as answer");
        ProcessHandle.of(Postmaster.on(data()).orElseThrow().pid())
                .orElseThrow()
                .destroyForcibly();
        try (LocalPostgres next = start()) {
            assertThat(value(next, "select answer from kept")).isEqualTo("42");
        }
    }

    @Test
    void aPidFileThatNamesAnotherProgramDoesNotStopTheStart() throws Exception {
        start().close();
        long somebodyElse = ProcessHandle.current().pid();
        Files.writeString(
                data().resolve("postmaster.pid"),
                somebodyElse + "\n" + data() + "\n1700000000\n5432\n\n127.0.0.1\n  1  1\nready   \n");
        try (LocalPostgres next = start()) {
            assertThat(value(next, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void anEmptyPidFileDoesNotStopTheStart() throws Exception {
        start().close();
        Files.createFile(data().resolve("postmaster.pid"));
        try (LocalPostgres next = start()) {
            assertThat(value(next, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void aFirstStartThatWasKilledHalfwayIsBegunAgain() throws Exception {
        Files.createDirectories(directory.resolve("postgres.partial-1/data/base"));
        Files.writeString(directory.resolve("postgres.partial-1/data/PG_VERSION"), "17\n");
        try (LocalPostgres postgres = start()) {
            assertThat(value(postgres, "select 1")).isEqualTo("1");
        }
        assertThat(directory.resolve("postgres.partial-1")).doesNotExist();
    }

    @Test
    void aFirstStartThatWasKilledBeforeTheDatabaseWasMadeIsCompleted() throws Exception {
        try (LocalPostgres postgres = start();
                Connection connection = DriverManager.getConnection(
                        postgres.url("postgres"), postgres.superuser(), postgres.password());
                Statement statement = connection.createStatement()) {
            statement.execute("drop database muster");
        }
        try (LocalPostgres postgres = start()) {
            assertThat(value(postgres, "select current_database()")).isEqualTo("muster");
        }
    }

    @Test
    void dataOfAnotherMajorVersionIsRefusedWithWhatToDo() throws Exception {
        start().close();
        String data = data().toString();
        Files.writeString(data().resolve("PG_VERSION"), "16\n");
        assertThatThrownBy(this::start).isInstanceOfSatisfying(StartupRefused.class, refused -> {
            assertThat(refused).hasMessageContaining(data).hasMessageContaining("PostgreSQL 16");
            assertThat(refused.action()).contains("SPRING_DATASOURCE_URL");
        });
        Files.writeString(data().resolve("PG_VERSION"), "17\n");
    }

    @Test
    void aMissingPasswordFileIsNamed() throws Exception {
        start().close();
        Path password = data().resolve("muster.password");
        String content = Files.readString(password);
        Files.delete(password);
        assertThatThrownBy(this::start).isInstanceOf(StartupRefused.class).hasMessageContaining(password.toString());
        Files.writeString(password, content);
    }

    @Test
    void startsInADirectoryWithBlanksAndAnApostropheInItsName() throws Exception {
        Path odd = directory.resolve("it's my data; (new)");
        try (LocalPostgres postgres = LocalPostgres.start(odd, PROGRAMS, Map.of())) {
            assertThat(value(postgres, "select 1")).isEqualTo("1");
        }
        Path data = odd.toRealPath().resolve("postgres");
        await().until(() -> Postmaster.processes(data).isEmpty());
    }

    @Test
    void aDirectoryNameThatAShellWouldReadIsRefused() {
        assertThatThrownBy(() -> LocalPostgres.start(directory.resolve("$HOME"), PROGRAMS, Map.of()))
                .isInstanceOf(StartupRefused.class)
                .hasMessageContaining("$HOME");
    }

    private LocalPostgres start() {
        return LocalPostgres.start(directory, PROGRAMS, Map.of());
    }

    private Path data() throws IOException {
        return directory.toRealPath().resolve("postgres");
    }

    private static void execute(LocalPostgres postgres, String sql) throws SQLException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(LocalPostgres postgres, String sql) throws SQLException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Connection connect(LocalPostgres postgres) throws SQLException {
        return DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
    }
}
