package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.remote.SshHosts;
import io.muster.remote.Wired;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** Logging in through a real ssh-agent to a real sshd. */
class AgentIT {

    @TempDir
    Path directory;

    private final Wired wired = new Wired();
    private SshServer server;
    private Process agent;
    private Path socket;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(
                Files.isExecutable(OpenSshServer.BINARY) && Files.isExecutable(Path.of("/usr/bin/ssh-agent")),
                "No sshd or no ssh-agent here; `apt-get install openssh-server` lets this test run");
        server = new OpenSshServer(directory);
        socket = directory.resolve("agent.sock");
        agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("agent.log").toFile())
                .start();
        Awaitility.await().until(() -> Files.exists(socket));
    }

    @AfterEach
    void stop() throws Exception {
        wired.close();
        if (server != null) {
            server.close();
            agent.destroy();
            agent.waitFor();
        }
    }

    private void add(String key) throws Exception {
        Tool.run(Map.of("SSH_AUTH_SOCK", socket.toString()), key, "ssh-add", "-q", "-");
    }

    private int run(SshHosts.Target target) {
        return wired.get(SshHosts.class)
                .run(target, "exit 7", Map.of(), false, new Printed(), SshHostsContract.LONG, () -> false);
    }

    private StepFailure failing(Access access) {
        return org.assertj.core.api.Assertions.catchThrowableOfType(StepFailure.class, () -> run(access.target()));
    }

    private Access throughSocket() {
        return Access.to(server).agent(Optional.of(socket.toString()));
    }

    @Test
    void logsInWithTheKeyThatFitsAmongSeveral() throws Exception {
        add(TestKeys.openSsh(TestKeys.ecdsa()));
        add(Files.readString(Tool.key(directory.resolve("other"))));
        add(server.privateKey());

        assertThat(run(throughSocket().target())).isEqualTo(7);
    }

    @Test
    void findsTheAgentByTheServersEnvironment() throws Exception {
        add(server.privateKey());
        wired.get(ConfigurableEnvironment.class)
                .getPropertySources()
                .addFirst(new MapPropertySource("agent", Map.of("SSH_AUTH_SOCK", socket.toString())));

        assertThat(run(Access.to(server).agent(Optional.empty()).target())).isEqualTo(7);
    }

    @Test
    void keysThatTheHostDoesNotTakeAreAnAuthenticationFailure() throws Exception {
        add(TestKeys.openSsh(TestKeys.ecdsa()));
        StepFailure failure = failing(throughSocket());

        assertThat(failure.reason()).isEqualTo(Reason.AUTHENTICATION_FAILED);
        assertThat(failure).hasMessageContaining("the keys of the agent " + socket);
    }

    @Test
    void anAgentWithoutKeysIsNamed() {
        StepFailure failure = failing(throughSocket());

        assertThat(failure.reason()).isEqualTo(Reason.AUTHENTICATION_FAILED);
        assertThat(failure).hasMessageContaining(socket + " holds no key");
    }

    @Test
    void anAgentThatIsGoneIsNamed() throws Exception {
        agent.destroy();
        agent.waitFor();
        StepFailure failure = failing(throughSocket());

        assertThat(failure.reason()).isEqualTo(Reason.AUTHENTICATION_FAILED);
        assertThat(failure).hasMessageContaining("the agent at " + socket + " cannot be asked");
    }
}
