package io.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.journal.JournalDatabase;
import io.muster.journal.StepJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.camunda.bpm.engine.ProcessEngine;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;

@Timeout(300)
class StorageStartTest {

    @TempDir
    Path temp;

    @Test
    void theSandboxStartsOnTheEmbeddedDatabaseMigratesItAndKeepsItsData() throws Exception {
        try (ConfigurableApplicationContext context = start()) {
            ProcessEngine engine = context.getBean(ProcessEngine.class);
            assertThat(engine.getManagementService().getProperties()).containsKey("schema.version");
            assertThat(engine.getManagementService()
                            .createSchemaLogQuery()
                            .singleResult()
                            .getVersion())
                    .isEqualTo("7.24.0");
            engine.getIdentityService().saveUser(engine.getIdentityService().newUser("kept"));
            assertThat(Postmaster.on(data())).isPresent();
        }
        assertThat(Postmaster.on(data())).isEmpty();
        try (ConfigurableApplicationContext context = start()) {
            assertThat(context.getBean(ProcessEngine.class)
                            .getIdentityService()
                            .createUserQuery()
                            .userId("kept")
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void aDatabaseThatStopsToAnswerIsNotWaitedForForEver() throws Exception {
        try (TestDatabase database = TestDatabase.create();
                ConfigurableApplicationContext context =
                        start(with(external(database), "--muster.database.answer-within=PT1S"))) {
            JdbcTemplate engine = context.getBean(JdbcTemplate.class);
            JournalDatabase journal = context.getBean(JournalDatabase.class);
            assertThatThrownBy(() -> engine.queryForObject("select pg_sleep(3600)::text", String.class))
                    .isInstanceOf(DataAccessResourceFailureException.class);
            assertThatThrownBy(() -> journal.first("select pg_sleep(3600)::text", (row, n) -> row.getString(1)))
                    .isInstanceOf(DataAccessResourceFailureException.class);
            assertThat(engine.queryForObject("select 1", Integer.class)).isOne();
            assertThat(context.getBean(StepJournal.class).newest("none")).isEmpty();
        }
    }

    @Test
    void thereAreTwoPoolsAndWhatAsksForADataSourceGetsTheEngines() {
        try (TestDatabase database = TestDatabase.create();
                ConfigurableApplicationContext context = start(external(database))) {
            DataSource primary = context.getBean(DataSource.class);
            assertThat(context.getBean(JdbcTransactionManager.class).getDataSource())
                    .isSameAs(primary);
            assertThat(context.getBean(StepJournal.class).newest("none")).isEmpty();
            assertThat(context.getBean(JdbcTemplate.class).queryForObject("show application_name", String.class))
                    .isEqualTo("muster-engine");
            assertThat(context.getBean(JdbcClient.class)
                            .sql("show application_name")
                            .query(String.class)
                            .single())
                    .isEqualTo("muster-engine");
            assertThat(context.getBean(JournalDatabase.class)
                            .first("show application_name", (row, n) -> row.getString(1)))
                    .contains("muster-journal");
        }
    }

    @Test
    void anExternalDatabaseWithPendingMigrationsIsRefusedUntilMigrated() {
        try (TestDatabase database = TestDatabase.empty()) {
            assertThatThrownBy(() -> start(external(database)))
                    .rootCause()
                    .isInstanceOfSatisfying(StartupRefused.class, refused -> {
                        assertThat(refused).hasMessageContaining("V1 camunda 7 24, V2 journal");
                        assertThat(refused.action()).contains("java -jar muster.jar migrate");
                    });
            Migrations migrations = new Migrations(database.dataSource());
            assertThat(migrations.pending()).startsWith("V1 camunda 7 24", "V2 journal");
            assertThat(migrations.migrate()).isNotEmpty();
            assertThat(migrations.pending()).isEmpty();
            start(with(external(database), "camunda.bpm.enabled=false")).close();
        }
    }

    @Test
    void anEmbeddedDatabaseOfAnEarlierVersionIsUpgradedWithItsData() throws Exception {
        try (LocalPostgres postgres = LocalPostgres.start(temp)) {
            JdbcTemplate jdbc = versionTwo(postgres.url(), postgres.user(), postgres.password());
            jdbc.execute("insert into image_tag values ('kept', '1', 'sha256:1', now())");
        }
        try (ConfigurableApplicationContext context = start("camunda.bpm.enabled=false")) {
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            assertThat(jdbc.queryForObject("select repository from image_tag", String.class))
                    .isEqualTo("kept");
            assertThat(jdbc.queryForObject("select count(*) from recovery", Long.class))
                    .isZero();
        }
    }

    @Test
    void anExternalDatabaseOfAnEarlierVersionNamesWhatIsPendingAndKeepsItsDataWhenMigrated() {
        try (TestDatabase database = TestDatabase.empty()) {
            JdbcTemplate jdbc = versionTwo(database.url(), database.user(), database.password());
            jdbc.execute("insert into image_tag values ('kept', '1', 'sha256:1', now())");
            assertThatThrownBy(() -> start(external(database)))
                    .rootCause()
                    .isInstanceOf(StartupRefused.class)
                    .hasMessageContaining("V7 least privilege and recovery")
                    .hasMessageNotContaining("V2 journal");
            DatabaseMigration.of(database.url(), database.user(), database.password())
                    .run(Optional.empty());
            start(with(external(database), "camunda.bpm.enabled=false")).close();
            assertThat(jdbc.queryForObject("select repository from image_tag", String.class))
                    .isEqualTo("kept");
        }
    }

    /** The schema of the first version that was used. */
    private static JdbcTemplate versionTwo(String url, String user, String password) {
        Flyway.configure()
                .dataSource(url, user, password)
                .locations("classpath:db/migration")
                .target("2")
                .load()
                .migrate();
        return new JdbcTemplate(new DriverManagerDataSource(url, user, password));
    }

    @Test
    void anExternalDatabaseThatCannotBeReachedIsNamedWithoutItsParameters() {
        assertThatThrownBy(() -> start("spring.datasource.url=jdbc:postgresql://127.0.0.1:1/muster?password=s3cret"))
                .rootCause()
                .satisfies(cause -> assertThat(cause).hasMessageNotContaining("s3cret"));
    }

    @Test
    void aDatabaseOfANewerVersionIsRefused() {
        try (TestDatabase database = TestDatabase.create()) {
            new JdbcTemplate(database.dataSource())
                    .update("insert into flyway_schema_history (installed_rank, version, description, type, script,"
                            + " checksum, installed_by, execution_time, success)"
                            + " values (99, '99', 'of the future', 'SQL', 'V99__of_the_future.sql', 1, 'x', 1, true)");
            assertThatThrownBy(() -> start(external(database)))
                    .rootCause()
                    .isInstanceOf(StartupRefused.class)
                    .hasMessageContaining("V99 of the future");
        }
    }

    @Test
    void aSecondServerOnTheSameDirectoryStopsAtOnceWithAMessageAndNoStackTrace() throws Exception {
        try (DataDirectory held = DataDirectory.open(temp)) {
            Process second = process("--muster.data-dir=" + temp);
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(1);
            assertThat(output())
                    .contains("APPLICATION FAILED TO START")
                    .contains(held.path().toString())
                    .contains("process " + ProcessHandle.current().pid())
                    .contains("MUSTER_DATA_DIR")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void anInventoryWithoutDatabaseAndAdministratorStopsTheServerBeforeItTouchesAnything() throws Exception {
        Path directory = temp.resolve("data");
        Process server = process("--muster.inventory=/etc/muster.yaml", "--muster.data-dir=" + directory);
        assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isEqualTo(1);
        assertThat(output())
                .contains("SPRING_DATASOURCE_URL")
                .contains("MUSTER_ADMIN_USER")
                .contains("MUSTER_ADMIN_PASSWORD")
                .doesNotContain("\tat ");
        assertThat(directory).doesNotExist();
    }

    @Test
    void aKilledServerLeavesItsDatabaseToTheNextOne() throws Exception {
        Process killed = process("--muster.data-dir=" + temp, "--camunda.bpm.enabled=false");
        await().atMost(Duration.ofSeconds(180)).until(() -> output().contains("started\n") || !killed.isAlive());
        assertThat(output()).contains("started\n");
        killed.destroyForcibly().waitFor();
        long left = Postmaster.on(data()).orElseThrow().pid();

        try (ConfigurableApplicationContext context = start("camunda.bpm.enabled=false")) {
            assertThat(Postmaster.on(data()).orElseThrow().pid()).isEqualTo(left);
            assertThat(context.getBean(JdbcTemplate.class).queryForObject("select count(*) from run", Long.class))
                    .isZero();
        }
        assertThat(Postmaster.processes(data())).isEmpty();
    }

    @Test
    void aServerThatIsToldToStopStopsItsDatabase() throws Exception {
        Process server = process("--muster.data-dir=" + temp);
        await().atMost(Duration.ofSeconds(180)).until(() -> output().contains("started\n") || !server.isAlive());
        assertThat(output()).contains("started\n");
        server.destroy();
        assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Postmaster.processes(data())).isEmpty();
        assertThat(output()).doesNotContain("ERROR").doesNotContain("WARN com.zaxxer");
    }

    private ConfigurableApplicationContext start(String... properties) {
        List<String> all = new ArrayList<>(List.of(properties));
        all.add("muster.data-dir=" + temp);
        return StorageApplication.start(all.toArray(String[]::new));
    }

    private static String[] with(String[] properties, String more) {
        String[] all = Arrays.copyOf(properties, properties.length + 1);
        all[properties.length] = more;
        return all;
    }

    private static String[] external(TestDatabase database) {
        return new String[] {
            "spring.datasource.url=" + database.url(),
            "spring.datasource.username=" + database.user(),
            "spring.datasource.password=" + database.password()
        };
    }

    private Path data() throws IOException {
        return temp.toRealPath().resolve("postgres");
    }

    private Process process(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StorageApplication.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(outputFile().toFile())
                .start();
    }

    private Path outputFile() {
        return temp.resolveSibling(temp.getFileName() + ".out");
    }

    private String output() throws IOException {
        return Files.exists(outputFile()) ? Files.readString(outputFile()) : "";
    }
}
