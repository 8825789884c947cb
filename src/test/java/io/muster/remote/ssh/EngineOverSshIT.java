package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.HostConfig;
import io.muster.inventory.Inventory;
import io.muster.remote.DockerEngines;
import io.muster.remote.Environments;
import io.muster.remote.Wired;
import io.muster.remote.docker.Dockerd;
import io.muster.remote.net.TestAuthority;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real engine behind a real sshd. */
class EngineOverSshIT {

    @TempDir
    static Path directory;

    private static final TestAuthority AUTHORITY = new TestAuthority("Test authority");
    private static Dockerd dockerd;
    private static OpenSshServer server;

    private Wired wired;
    private Relay relay;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(
                Dockerd.possible() && Files.isExecutable(OpenSshServer.BINARY),
                "No Docker engine can be started here; `apt-get install docker.io openssh-server`, and root, let this"
                        + " test run");
        dockerd = new Dockerd(Files.createDirectory(directory.resolve("engine")), AUTHORITY);
        server = new OpenSshServer(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
            dockerd.close();
        }
    }

    @BeforeEach
    void connect() throws Exception {
        wired = new Wired();
        wired.secrets.put("key", server.privateKey());
        relay = new Relay(server.port());
    }

    @AfterEach
    void disconnect() throws Exception {
        wired.close();
        relay.close();
    }

    private <T> T call(String endpoint, Function<DockerClient, T> call) {
        Inventory.Ssh ssh = new Access(relay.port(), server.user())
                .hostKey(server.hostKey())
                .key("key")
                .ssh();
        Inventory.Host host = new Inventory.Host(
                "experimental-01",
                ssh,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Inventory.Docker(endpoint, List.of(), Optional.empty(), Optional.empty())),
                List.of());
        return wired.get(DockerEngines.class)
                .call(Environments.empty().host(host).build(), host, "try it", call);
    }

    private <T> T call(Function<DockerClient, T> call) {
        return call("ssh://" + dockerd.socket, call);
    }

    private static String version(DockerClient client) {
        return client.versionCmd().exec().getVersion();
    }

    private StepFailure failing(String endpoint) {
        return catchThrowableOfType(StepFailure.class, () -> call(endpoint, EngineOverSshIT::version));
    }

    @Test
    void requestsShareOneConnectionAndOneStream() {
        assertThat(call(EngineOverSshIT::version)).isNotEmpty();
        for (int i = 0; i < 20; i++) {
            call(EngineOverSshIT::version);
        }

        assertThat(relay.accepted()).isEqualTo(1);
        assertThat(clients()).isEqualTo(1);
    }

    /** Programs of ours on the host, which is this machine. */
    private static long clients() {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        process.info().commandLine().orElse("").contains(dockerd.socket + " system dial-stdio"))
                .count();
    }

    @Test
    void aRunsWholeLifeGoesOverIt() throws Exception {
        String image = dockerd.importShell("whole-life:1");
        String id = call(client -> client.createContainerCmd(image)
                .withCmd("/bin/sh", "-c", "exit 3")
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                .exec()
                .getId());
        call(client -> client.startContainerCmd(id).exec());
        int status = call(client -> client.waitContainerCmd(id).start().awaitStatusCode());

        assertThat(status).isEqualTo(3);
        call(client -> client.removeContainerCmd(id).exec());
    }

    @Test
    void nothingListensForIt() throws Exception {
        Set<String> before = listening();
        call(EngineOverSshIT::version);

        assertThat(listening()).isEqualTo(before);
    }

    /** Inodes of this process's own listening sockets. */
    private static Set<String> listening() throws Exception {
        Set<String> all = Stream.of("/proc/self/net/tcp", "/proc/self/net/tcp6")
                .map(Path::of)
                .flatMap(EngineOverSshIT::lines)
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > 9 && fields[3].equals("0A"))
                .map(fields -> "socket:[" + fields[9] + "]")
                .collect(Collectors.toSet());
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.map(EngineOverSshIT::link).filter(all::contains).collect(Collectors.toSet());
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (java.io.IOException e) {
            return Stream.empty();
        }
    }

    private static String link(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (java.io.IOException e) {
            return "";
        }
    }

    @Test
    void aLostConnectionIsReplacedForTheNextCall() throws Exception {
        call(EngineOverSshIT::version);
        SshConnection connection = wired.get(SshPool.class).connections().get(0);
        relay.cut();
        Awaitility.await().until(() -> !connection.alive());

        assertThat(call(EngineOverSshIT::version)).isNotEmpty();
        assertThat(relay.accepted()).isEqualTo(2);
    }

    @Test
    void aSocketThatIsNotThereIsAnUnreachableEngine() {
        StepFailure failure = failing("ssh:///run/no-such-engine.sock");

        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.HOST_UNREACHABLE);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.TRANSIENT);
        assertThat(failure).hasMessageContaining("no-such-engine.sock");
    }

    @Test
    void aHostThatIsDownIsSaidAsForEveryCommand() throws Exception {
        relay.close();
        StepFailure failure = failing("ssh");

        assertThat(failure.reason()).isEqualTo(Reason.HOST_UNREACHABLE);
        assertThat(failure).hasMessageContaining("experimental-01 (127.0.0.1:" + relay.port() + ")");
    }
}
