package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class OpenSshHostsIT extends SshHostsContract {

    @Override
    SshServer server() throws Exception {
        assumeTrue(
                Files.isExecutable(OpenSshServer.BINARY),
                "OpenSSH's server is not installed; `apt-get install openssh-server` lets this test run");
        return new OpenSshServer(directory);
    }

    @Test
    void aServerThatTakesFewSessionsGetsMoreConnections() throws Exception {
        relay.close();
        server.close();
        server = new OpenSshServer(Files.createDirectory(directory.resolve("few")), "MaxSessions 2");
        relay = new Relay(server.port());
        wired.secrets.put("key", server.privateKey());
        target = target(ssh(relay.port(), server.hostKey(), java.util.Optional.empty()));
        ExecutorService threads = Executors.newFixedThreadPool(5);
        List<Future<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            results.add(threads.submit(() -> run("sleep 0.5; exit 3", new Printed())));
        }
        for (Future<Integer> result : results) {
            assertThat(result.get()).isEqualTo(3);
        }
        threads.shutdown();
    }

    /** Stopped, not ended: nothing is heard of it, and nothing says that the connection is closed. */
    @Test
    void aPeerThatFellSilentIsFoundByItsMissingSignsOfLife() throws Exception {
        Printed printed = new Printed();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<StepFailure> result = thread.submit(() -> failing(target, "echo $PPID $$; exec sleep 1000", printed));
        Awaitility.await().until(() -> printed.out().endsWith("\n"));
        String[] pids = printed.out().strip().split(" ");
        Tool.run("kill", "-STOP", pids[0]);
        SshPool pool = wired.get(SshPool.class);
        Awaitility.await().pollInterval(java.time.Duration.ofMillis(200)).until(() -> {
            pool.beat();
            return result.isDone();
        });
        Tool.run("kill", "-KILL", pids[0], pids[1]);
        thread.shutdown();

        assertThat(result.get().reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
        assertThat(run("exit 4", new Printed())).isEqualTo(4);
    }

    @Test
    void aPeerThatAnswersIsKept() {
        SshPool pool = wired.get(SshPool.class);
        run("true", new Printed());
        SshConnection connection = pool.connections().get(0);
        for (int i = 0; i < 2 * Heartbeat.MISSED; i++) {
            Awaitility.await().until(() -> connection.beat() == 0);
        }
        run("true", new Printed());

        assertThat(relay.accepted()).isEqualTo(1);
    }
}
