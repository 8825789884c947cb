package io.muster.remote.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.DockerEngines;
import io.muster.remote.Environments;
import io.muster.remote.Wired;
import io.muster.remote.net.TestAuthority;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerdIT {

    @TempDir
    static Path directory;

    private static final TestAuthority AUTHORITY = new TestAuthority("Test authority");
    private static final TestAuthority.Identity CLIENT = AUTHORITY.identity("muster");
    private static Dockerd dockerd;
    private static Wired wired;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(
                Files.isExecutable(Dockerd.BINARY)
                        && System.getProperty("user.name").equals("root"),
                "No Docker engine can be started here; `apt-get install docker.io`, and root, let this test run");
        dockerd = new Dockerd(directory, AUTHORITY);
        wired = new Wired();
        wired.secrets.put("docker-key", CLIENT.keyPem());
    }

    @AfterAll
    static void stop() throws Exception {
        if (dockerd != null) {
            wired.close();
            dockerd.close();
        }
    }

    private static <T> T unix(Function<DockerClient, T> call) {
        return call(
                new Inventory.Docker("unix://" + dockerd.socket, List.of(), Optional.empty(), Optional.empty()), call);
    }

    private static <T> T tls(Function<DockerClient, T> call) {
        return call(tcp(CLIENT), call);
    }

    private static Inventory.Docker tcp(TestAuthority.Identity client) {
        return new Inventory.Docker(
                "tcp://127.0.0.1:" + dockerd.port,
                List.of(AUTHORITY.pem()),
                Optional.of(client.certificatePem()),
                Optional.of(new SecretRef("docker-key")));
    }

    private static <T> T call(Inventory.Docker docker, Function<DockerClient, T> call) {
        Inventory.Host host = new Inventory.Host(
                "experimental-01",
                new Inventory.Ssh(
                        "127.0.0.1",
                        22,
                        "root",
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(docker),
                List.of());
        return wired.get(DockerEngines.class).call(Environments.empty().build(), host, "try it", call);
    }

    private static StepFailure failing(Function<DockerClient, ?> call) {
        return catchThrowableOfType(StepFailure.class, () -> tls(call));
    }

    /** A shell and its libraries, from this machine. */
    private static void importImage(String name) throws Exception {
        String shell = "tar -chPf - /bin/sh $(ldd /bin/sh | grep -o '/[^ ]*') 2>/dev/null | docker --host unix://"
                + dockerd.socket + " import - " + name + ":1";
        Process importing = new ProcessBuilder("sh", "-c", shell)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile())
                .start();
        assertThat(importing.waitFor()).isZero();
    }

    private static String create(DockerClient client, String image, String... command) {
        return client.createContainerCmd(image)
                .withCmd(command)
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                .exec()
                .getId();
    }

    @Test
    void negotiatesTheVersionOverBothSockets() {
        String overUnix = unix(client -> client.versionCmd().exec().getVersion());
        String overTls = tls(client -> client.versionCmd().exec().getVersion());

        assertThat(overUnix).isNotEmpty().isEqualTo(overTls);
    }

    @Test
    void aContainerThatIsNotThereIsNotFoundInTheEnginesWords() {
        StepFailure failure =
                failing(client -> client.inspectContainerCmd("nothing").exec());

        assertThat(failure.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(failure).hasMessageContaining("No such container: nothing");
    }

    @Test
    void aNameThatIsTakenIsAConflict() throws Exception {
        importImage("empty");
        tls(client -> client.createContainerCmd("empty:1")
                .withName("taken")
                .withCmd("/none")
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                .exec());
        StepFailure failure = failing(client -> client.createContainerCmd("empty:1")
                .withName("taken")
                .withCmd("/none")
                .exec());

        assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(failure).hasMessageContaining("taken");
    }

    @Test
    void aPullFromNowhereFails() {
        StepFailure failure = failing(client -> {
            try {
                return client.pullImageCmd("127.0.0.1:1/none:1")
                        .exec(new PullImageResultCallback())
                        .awaitCompletion();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(failure.reason()).isEqualTo("DockerError");
        assertThat(failure).hasMessageContaining("connection refused");
    }

    @Test
    void runsAContainerAndFollowsItsLogToTheEnd() throws Exception {
        importImage("runs");
        String id = tls(client -> create(client, "runs:1", "/bin/sh", "-c", "echo first; echo second >&2; exit 3"));
        tls(client -> client.startContainerCmd(id).exec());
        StringBuffer printed = new StringBuffer();
        tls(client -> {
            try {
                return client.logContainerCmd(id)
                        .withStdOut(true)
                        .withStdErr(true)
                        .withFollowStream(true)
                        .exec(new ResultCallback.Adapter<Frame>() {
                            @Override
                            public void onNext(Frame frame) {
                                printed.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
                            }
                        })
                        .awaitCompletion();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        int status = tls(client -> client.waitContainerCmd(id)
                .exec(new WaitContainerResultCallback())
                .awaitStatusCode());

        assertThat(printed).contains("first\n").contains("second\n");
        assertThat(status).isEqualTo(3);
    }

    @Test
    void stoppingWhatHasStoppedIsAConflict() throws Exception {
        importImage("twice");
        String id = tls(client -> create(client, "twice:1", "/bin/sh", "-c", "while :; do read x; done"));
        tls(client -> client.startContainerCmd(id).exec());
        tls(client -> client.stopContainerCmd(id).withTimeout(0).exec());
        StepFailure failure = failing(client -> client.stopContainerCmd(id).exec());

        assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(failure).hasMessageContaining("in that state already");
    }

    @Test
    void strangersAreTurnedAway() {
        TestAuthority.Identity stranger = new TestAuthority("Somebody else").identity("stranger");
        String own = wired.secrets.put("docker-key", stranger.keyPem());
        StepFailure failure = catchThrowableOfType(
                StepFailure.class,
                () -> call(tcp(stranger), client -> client.infoCmd().exec()));
        wired.secrets.put("docker-key", own);

        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.AUTHENTICATION_FAILED);
    }
}
