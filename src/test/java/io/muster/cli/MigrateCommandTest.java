package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.storage.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.mock.env.MockEnvironment;

class MigrateCommandTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal = new Terminal(new PrintStream(out, true), new PrintStream(err, true));

    @Test
    void anEmptyDatabaseIsMigratedOnce() {
        try (TestDatabase database = TestDatabase.empty()) {
            MockEnvironment settings = settings(database.url() + "?ApplicationName=test", database);
            assertThat(MigrateCommand.migrate(settings, Optional.empty(), terminal))
                    .isZero();
            assertThat(MigrateCommand.migrate(settings, Optional.empty(), terminal))
                    .isZero();
            assertThat(text(out).lines())
                    .satisfiesExactly(
                            line -> assertThat(line).startsWith(database.url() + ": applied V1 "),
                            line -> assertThat(line).isEqualTo(database.url() + " is up to date."));
        }
    }

    @Test
    void withoutAnExternalDatabaseThereIsNothingToDo() {
        assertThat(MigrateCommand.migrate(new MockEnvironment(), Optional.empty(), terminal))
                .isEqualTo(1);
        assertThat(text(err)).startsWith("No external database is configured (SPRING_DATASOURCE_URL).");
    }

    @Test
    void aDatabaseThatCannotBeReachedIsNamedWithTheReason() {
        try (TestDatabase database = TestDatabase.empty()) {
            String url = database.url().replaceFirst("[^/]*$", "nowhere");
            assertThat(MigrateCommand.migrate(settings(url, database), Optional.empty(), terminal))
                    .isEqualTo(1);
            assertThat(text(err))
                    .startsWith("The database " + url + " cannot be used: FATAL: database \"nowhere\" does not exist")
                    .contains("SPRING_DATASOURCE_URL");
        }
    }

    @Test
    void aDatabaseOfANewerVersionIsLeftAlone() {
        try (TestDatabase database = TestDatabase.create()) {
            new JdbcTemplate(database.dataSource())
                    .update("insert into flyway_schema_history (installed_rank, version, description, type, script,"
                            + " checksum, installed_by, execution_time, success)"
                            + " values (99, '99', 'of the future', 'SQL', 'V99__of_the_future.sql', 1, 'x', 1, true)");
            assertThat(MigrateCommand.migrate(settings(database.url(), database), Optional.empty(), terminal))
                    .isEqualTo(1);
            assertThat(text(err)).contains("migrated by a newer Muster").contains("V99 of the future");
        }
    }

    @Test
    void aRuntimeRoleThatDoesNotExistIsNamedWithHowToMakeIt() {
        try (TestDatabase database = TestDatabase.create()) {
            assertThat(MigrateCommand.migrate(settings(database.url(), database), Optional.of("nobody_yet"), terminal))
                    .isEqualTo(1);
            assertThat(text(err)).contains("no role nobody_yet").contains("CREATE ROLE nobody_yet");
        }
    }

    private static MockEnvironment settings(String url, TestDatabase database) {
        return new MockEnvironment()
                .withProperty("spring.datasource.url", url)
                .withProperty("spring.datasource.username", database.user())
                .withProperty("spring.datasource.password", database.password());
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
