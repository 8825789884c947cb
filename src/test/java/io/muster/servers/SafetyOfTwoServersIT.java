package io.muster.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Locks and freezes are of the database, not of a server: they survive the server that took them. */
class SafetyOfTwoServersIT extends ServersTest {

    private static final String HOLDER =
            "select root_run_id from run_lock where target = 'service:lab/notes' and granted_at is not null";

    private ServerProcess first;
    private ServerProcess second;

    private void start() throws IOException {
        first = server("first");
        second = server("second");
    }

    /** Kills the server on which the one step is at work; returns the other. */
    private ServerProcess killHolder() throws IOException, InterruptedException {
        ServerProcess holder = running(List.of(first, second));
        holder.signal("KILL");
        awaitLines("resumed", 1);
        return holder == first ? second : first;
    }

    @Test
    void aKilledServersRunKeepsItsLockUntilItsEndAndTheOtherRunWaitsForIt() throws IOException, InterruptedException {
        start();
        hold();
        first.run("locked", 1);
        awaitLines("effect", 1);
        String holder = database.queryForObject(HOLDER, String.class);
        second.run("locked", 1);
        await().atMost(ServerProcess.PATIENCE).until(() -> count("select count(*) from run_lock_wait") == 1);

        killHolder();
        assertThat(database.queryForObject(HOLDER, String.class)).isEqualTo(holder);
        assertThat(lines("effect")).hasSize(1);
        Files.delete(directory.resolve("hold"));
        awaitEnded(2);
        assertThat(AppendLine.lines(directory.resolve("lines")))
                .extracting(line -> line.split(" ")[0])
                .containsExactly("effect", "resumed", "end", "effect", "end");
        await().atMost(ServerProcess.PATIENCE).until(() -> count("select count(*) from run_lock") == 0);
    }

    @Test
    void whatIsAtWorkWhenAnEnvironmentIsFrozenGoesOnAlsoOnTheOtherServerAndNothingElseStarts()
            throws IOException, InterruptedException {
        start();
        hold();
        first.run("held", 1);
        awaitLines("effect", 1);
        second.tell("freeze lab");
        await().atMost(ServerProcess.PATIENCE).until(() -> count("select count(*) from environment_freeze") == 1);

        ServerProcess left = killHolder();
        left.run("held", 1);
        await().atMost(ServerProcess.PATIENCE)
                .until(() -> count("select count(*) from step_run where failure_reason = 'EnvironmentFrozen'") == 1);
        Files.delete(directory.resolve("hold"));
        awaitEnded(1);
        assertThat(lines("effect")).hasSize(1);
        assertThat(lines("end")).hasSize(1);
        assertThat(count("select count(*) from decision")).isOne();
    }
}
