package io.muster.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Locks and freezes are of the database, not of a server: they survive the server that took them. */
class SafetyOfTwoServersIT extends ServersTest {

    private static final String HOLDER =
            "select root_run_id from run_lock where target = 'service:lab/notes' and granted_at is not null";

    /** Its server is killed with the lock in hand, under a freeze that came after its step had begun. */
    @Test
    void theRunOfAKilledServerKeepsItsLockAndItsWorkUnderAFreezeAndWhoWaitedIsRefusedAfterIt()
            throws IOException, InterruptedException {
        ServerProcess first = server("first", Map.of());
        ServerProcess second = server("second", Map.of());
        first.awaitReady();
        second.awaitReady();
        hold();
        first.run("locked", 1);
        awaitLines("effect", 1);
        String holder = database.queryForObject(HOLDER, String.class);
        second.run("locked", 1);
        await().atMost(ServerProcess.PATIENCE).until(() -> count("select count(*) from run_lock_wait") == 1);
        second.tell("freeze lab");
        await().atMost(ServerProcess.PATIENCE).until(() -> count("select count(*) from environment_freeze") == 1);

        running(List.of(first, second)).signal("KILL");
        awaitLines("resumed", 1);
        assertThat(database.queryForList(HOLDER, String.class)).containsExactly(holder);
        assertThat(count("select count(*) from step_run")).isOne();
        Files.delete(directory.resolve("hold"));
        awaitEnded(1);
        await().atMost(ServerProcess.PATIENCE)
                .until(() -> count("select count(*) from step_run where failure_reason = 'EnvironmentFrozen'") == 1);
        assertThat(AppendLine.lines(directory.resolve("lines")))
                .extracting(line -> line.split(" ")[0])
                .containsExactly("effect", "resumed", "end");
        await().atMost(ServerProcess.PATIENCE).until(() -> database.queryForList(HOLDER, String.class).stream()
                .noneMatch(holder::equals));
        assertThat(database.queryForList(HOLDER, String.class)).hasSize(1);
    }
}
