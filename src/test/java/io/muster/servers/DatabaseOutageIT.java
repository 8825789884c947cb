package io.muster.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** PostgreSQL is killed and comes back: no run and no step is lost, and nothing is done twice. */
class DatabaseOutageIT extends ServersTest {

    /** At least longer than locks last. */
    private static final Duration OUTAGE = Duration.ofSeconds(Long.getLong("outage.seconds", 15));

    @Test
    void aDatabaseThatIsKilledBetweenStepsCostsNothing() throws IOException, InterruptedException {
        ServerProcess server = server("server");
        hold();
        server.run("sequence", 20);
        await().atMost(ServerProcess.PATIENCE).until(() -> count("select count(*) from run") == 20);
        Files.delete(directory.resolve("hold"));
        awaitLines("end", 10);
        postgres.kill();
        postgres.restart();
        awaitEnded(20);
        assertThat(lines("effect")).hasSize(20 * ServerMain.STEPS);
        assertThat(count("select count(*) from decision")).isZero();
        assertThat(count("select count(*) from act_ru_incident")).isZero();
    }

    @Test
    void aStepThatEndsWhileTheDatabaseIsAwayWaitsForIt() throws IOException, InterruptedException {
        ServerProcess server = server("server");
        hold();
        server.run("held", 1);
        awaitLines("effect", 1);
        postgres.kill();
        Files.delete(directory.resolve("hold"));
        awaitLines("end", 1);
        Instant away = Instant.now();
        await().atMost(OUTAGE.plus(ServerProcess.PATIENCE))
                .until(() -> Duration.between(away, Instant.now()).compareTo(OUTAGE) > 0);
        postgres.restart();
        awaitEnded(1);
        assertThat(lines("effect")).hasSize(1);
        assertThat(lines("resumed")).isEmpty();
        assertThat(count("select count(*) from step_run where state = 'SUCCEEDED' and attempt = 1 and epoch = 1"))
                .isOne();
        assertThat(count("select count(*) from decision")).isZero();
    }

    @Test
    void aServerThatStartsWithoutItsDatabaseSaysSo() throws IOException {
        postgres.kill();
        ServerProcess server = server("server", Map.of());
        await().atMost(ServerProcess.PATIENCE).until(() -> !server.alive());
        assertThat(server.log()).contains("cannot be used").contains("SPRING_DATASOURCE_URL");
    }
}
