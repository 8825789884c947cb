package io.muster.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two servers share the work of one database; no step is on both. */
class TwoServersIT extends ServersTest {

    private static final String EVIDENCE =
            "select (select count(*) from audit_event) || ' ' || (select string_agg(s::text, ' ' order by id) from step_run s)";

    private ServerProcess first;
    private ServerProcess second;

    private void start() throws IOException {
        first = server("first", java.util.Map.of());
        first.awaitReady();
        second = server("second");
    }

    /** The server on which the held step runs, when its effect is there. */
    private ServerProcess holder() throws IOException {
        hold();
        first.run("held", 1);
        awaitLines("effect", 1);
        return running(List.of(first, second));
    }

    private ServerProcess other(ServerProcess server) {
        return server == first ? second : first;
    }

    @Test
    void theyShareTheWorkAndNoStepRunsTwice() throws IOException {
        start();
        // Each wakes its own executor for what it starts; what one has no thread for, the other may take.
        first.run("sequence", 15);
        second.run("sequence", 15);
        awaitEnded(30);
        assertThat(lines("effect")).hasSize(30 * ServerMain.STEPS);
        assertThat(lines("resumed")).isEmpty();
        assertThat(lines("effect").stream().map(words -> words[2]).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(Long.toString(first.pid()), Long.toString(second.pid()));
        assertThat(count("select count(*) from step_run where state = 'SUCCEEDED' and acknowledged_at is not null"))
                .isEqualTo(30L * ServerMain.STEPS);
    }

    @Test
    void aKilledServersStepGoesOnOnTheOther() throws IOException, InterruptedException {
        start();
        ServerProcess holder = holder();
        holder.signal("KILL");
        awaitLines("resumed", 1);
        Files.delete(directory.resolve("hold"));
        awaitEnded(1);
        assertThat(lines("effect")).hasSize(1);
        assertThat(lines("end")).singleElement().satisfies(words -> assertThat(words[2])
                .isEqualTo(Long.toString(other(holder).pid())));
        assertThat(count("select count(*) from step_run")).isOne();
    }

    @Test
    void aFrozenServerThatWakesUpRecordsNothing() throws IOException, InterruptedException {
        start();
        ServerProcess holder = holder();
        holder.signal("STOP");
        awaitLines("resumed", 1);
        Files.delete(directory.resolve("hold"));
        awaitEnded(1);
        String evidence = database.queryForObject(EVIDENCE, String.class);
        holder.signal("CONT");
        await().atMost(ServerProcess.PATIENCE).until(() -> holder.log().contains("was taken over by another server"));
        assertThat(database.queryForObject(EVIDENCE, String.class)).isEqualTo(evidence);
        assertThat(lines("effect")).hasSize(1);
        assertThat(count("select count(*) from run where end_state = 'COMPLETED'"))
                .isOne();
        // It goes on as a server.
        other(holder).close();
        holder.run("sequence", 1);
        awaitEnded(2);
    }

    @Test
    void aServerThatFreezesInACommitHoldsUpNobody() throws IOException, InterruptedException {
        Map<String, String> soon = Map.of("muster.database.idle-transaction", "PT3S");
        first = server("first", soon);
        first.awaitReady();
        second = server("second", soon).awaitReady();
        Path commit = Files.writeString(directory.resolve("hold-commit"), "");
        first.run("held", 1);
        awaitLines("commit", 1);
        ServerProcess frozen = running(List.of(first, second));
        frozen.signal("STOP");
        Files.delete(commit);
        other(frozen).run("sequence", 1);
        awaitEnded(2);
        frozen.signal("CONT");
        other(frozen).close();
        frozen.run("sequence", 1);
        awaitEnded(3);
        assertThat(lines("effect").stream().filter(words -> words[3].equals("held")))
                .as("its step was done, and is not done again")
                .hasSize(1);
        assertThat(count("select count(*) from step_run where attempt > 1 or acknowledged_at is null"))
                .isZero();
    }

    @Test
    void aServerThatIsStoppedHandsItsStepOverAtOnce() throws IOException, InterruptedException {
        start();
        ServerProcess holder = holder();
        holder.signal("TERM");
        await().atMost(Duration.ofMinutes(1)).until(() -> !holder.alive());
        awaitLines("resumed", 1);
        Files.delete(directory.resolve("hold"));
        awaitEnded(1);
        assertThat(lines("effect")).hasSize(1);
        assertThat(count("select count(*) from decision")).isZero();
    }

    @Test
    @Tag("long")
    void aDecisionWaitsThroughItsServersDeathAndIsTakenOnTheNext() throws IOException, InterruptedException {
        first = server("first", java.util.Map.of());
        first.awaitReady();
        first.run("failing", 1);
        await().atMost(ServerProcess.PATIENCE).until(() -> count("select count(*) from decision") == 1);
        first.signal("KILL");
        second = server("second");
        Files.writeString(directory.resolve("needed"), "");
        second.tell("decide retry");
        awaitEnded(1);
        assertThat(lines("effect")).hasSize(1);
        assertThat(count("select count(*) from decision where choice = 'RETRY' and by = 'operator'"))
                .isOne();
        assertThat(count("select count(*) from decision")).isOne();
        assertThat(count("select count(*) from act_ru_task")).isZero();
        assertThat(count("select count(*) from act_ru_incident")).isZero();
    }

    @Test
    @Tag("long")
    void aFanOutRunsOnBothAtOnceWithinTheirThreads() throws IOException {
        first = server("first", java.util.Map.of("camunda.bpm.job-execution.max-pool-size", "2"));
        first.awaitReady();
        second = server("second", java.util.Map.of("camunda.bpm.job-execution.max-pool-size", "2"));
        second.awaitReady();
        hold();
        first.run("fan-out", 1);
        awaitLines("effect", 4);
        assertThat(count("select count(*) from step_run where state = 'OPEN'")).isEqualTo(4);
        assertThat(lines("effect").stream().map(words -> words[2]).collect(Collectors.toSet()))
                .hasSize(2);
        Files.delete(directory.resolve("hold"));
        awaitEnded(1);
        assertThat(lines("effect")).hasSize(6);
    }
}
