package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class OpenSshDurableIT extends DurableContract {

    private OpenSshServer server;

    @Override
    SshServer server() throws Exception {
        assumeTrue(
                Files.isExecutable(OpenSshServer.BINARY),
                "OpenSSH's server is not installed; `apt-get install openssh-server` lets this test run");
        server = new OpenSshServer(directory);
        return server;
    }

    @Test
    void aServerThatIsRestartedIsFoundAgain() throws Exception {
        String script = bench.effect() + "echo before; sleep 1.5; echo after";
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> run(script));
        Awaitility.await().until(() -> heard.out().contains("before"));
        server.restart();

        assertThat(status.get()).isZero();
        assertThat(heard.out()).isEqualTo("before\nafter\n");
        assertThat(heard.notes).anyMatch(note -> note.contains("was lost"));
        assertThat(bench.effects()).isOne();
    }
}
