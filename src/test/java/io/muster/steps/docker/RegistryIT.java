package io.muster.steps.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.docker.Dockerd;
import io.muster.remote.net.TestAuthority;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.Bench;
import io.muster.steps.TestEngineHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real engine and a real registry that wants a password. */
class RegistryIT {

    private static final Pattern DIGEST = Pattern.compile("digest: (sha256:[0-9a-f]{64})");

    @TempDir
    Path directory;

    private final TestAuthority authority = new TestAuthority("Test authority");
    private Dockerd dockerd;
    private RealRegistry registry;
    private Bench bench;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(
                Dockerd.possible() && Files.isExecutable(RealRegistry.BINARY),
                "No engine or no registry can be started here; `apt-get install docker.io docker-registry`, and root, let"
                        + " this test run");
        dockerd = new Dockerd(directory, authority);
        registry = new RealRegistry(directory, authority);
        bench = new Bench(directory.resolve("server"));
        bench.hosts.put("host-01", host(dockerd));
        know(Optional.of(RealRegistry.USER), authority);
        bench.secrets.put("registry", RealRegistry.PASSWORD);
    }

    private static Inventory.Host host(Dockerd engine) {
        return TestEngineHost.host(
                "host-01",
                Optional.of(new Inventory.Docker(
                        "unix://" + engine.socket, List.of(), Optional.empty(), Optional.empty())));
    }

    private void know(Optional<String> user, TestAuthority trusted) {
        bench.registries.put(
                registry.name(),
                new Inventory.Registry(
                        registry.name(),
                        "https://" + registry.name(),
                        user,
                        user.map(name -> new SecretRef("registry")),
                        List.of(trusted.pem())));
    }

    @AfterEach
    void stop() throws Exception {
        if (bench != null) {
            bench.close();
            registry.close();
            dockerd.close();
        }
    }

    private String docker(String input, String... arguments) throws Exception {
        String[] command = new String[arguments.length + 5];
        System.arraycopy(
                new String[] {
                    "docker", "--config", directory.resolve("client").toString(), "-H", "unix://" + dockerd.socket
                },
                0,
                command,
                0,
                5);
        System.arraycopy(arguments, 0, command, 5, arguments.length);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().write(input.getBytes());
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** @return repository and digest; the engine has it no longer */
    private String publish(String tag) throws Exception {
        String image = dockerd.importShell(registry.name() + "/small:" + tag);
        docker(RealRegistry.PASSWORD, "login", "-u", RealRegistry.USER, "--password-stdin", registry.name());
        Matcher digest = DIGEST.matcher(docker("", "push", image));
        assertThat(digest.find()).isTrue();
        docker("", "rmi", image);
        return registry.name() + "/small@" + digest.group(1);
    }

    private DockerPull.Output pull(String image) {
        return bench.run(DockerPull.class, Map.of("host", "host-01", "image", image));
    }

    private StepFailure failing(String image) {
        return catchThrowableOfType(StepFailure.class, () -> pull(image));
    }

    private StepFailure unresolved(String tag) {
        return catchThrowableOfType(StepFailure.class, () -> resolve(tag));
    }

    private ImageResolve.Output resolve(String tag) {
        return bench.run(ImageResolve.class, Map.of("image", registry.name() + "/small", "tag", tag));
    }

    @Test
    void resolvesAndPullsWithThePassword() throws Exception {
        String image = publish("1");

        assertThat(registry.name() + "/small@" + resolve("1").digest()).isEqualTo(image);
        assertThat(pull(image).changed()).isTrue();
        assertThat(pull(image).changed()).isFalse();
    }

    @Test
    void aTagThatIsNotThereIsNamedWithThoseThatAre() throws Exception {
        publish("1");
        StepFailure failure = unresolved("2");

        assertThat(failure.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.REJECTED);
        assertThat(failure).hasMessageContaining("small").hasMessageContaining("1");
    }

    @Test
    void aDigestThatIsNotThereIsRejected() throws Exception {
        publish("1");
        StepFailure failure = failing(registry.name() + "/small@sha256:" + "0".repeat(64));

        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.NOT_FOUND);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.REJECTED);
    }

    @Test
    void aWrongPasswordIsAnAuthenticationFailureEverywhere() throws Exception {
        String image = publish("1");
        bench.secrets.put("registry", "wrong needle");

        for (StepFailure failure : List.of(failing(image), unresolved("1"))) {
            assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.AUTHENTICATION_FAILED);
            assertThat(failure.kind()).isEqualTo(StepFailure.Kind.FATAL);
            assertThat(failure).hasMessageContaining(registry.name()).hasMessageNotContaining("needle");
        }
    }

    @Test
    void aMissingPasswordIsAnAuthenticationFailureEverywhere() throws Exception {
        String image = publish("1");
        know(Optional.empty(), authority);

        assertThat(failing(image).reason()).isEqualTo(Reason.AUTHENTICATION_FAILED);
        assertThat(unresolved("1").reason()).isEqualTo(Reason.AUTHENTICATION_FAILED);
    }

    @Test
    void aRegistryOfAnotherAuthorityIsNotAsked() throws Exception {
        publish("1");
        know(Optional.of(RealRegistry.USER), new TestAuthority("Another authority"));

        assertThat(unresolved("1").reason()).isEqualTo(Reason.CERTIFICATE_UNTRUSTED);
    }

    @Test
    void aRegistryThatIsDownIsTriedAgainLater() throws Exception {
        String image = publish("1");
        registry.close();

        assertThat(failing(image)).isInstanceOf(StepFailure.Transient.class).hasMessageContaining("refused");
        assertThat(unresolved("1")).isInstanceOf(StepFailure.Transient.class);

        registry.start();
        assertThat(pull(image).changed()).isTrue();
    }

    @Test
    void anEngineThatStopsInTheMiddleOfAPullIsFoundAgainAndPullsTheRest() throws Exception {
        String image = publish("1");
        TestContext context = bench.context();
        Process freeze = signal("STOP");
        assertThat(freeze.waitFor()).isZero();
        CompletableFuture<StepFailure> result = CompletableFuture.supplyAsync(
                () -> bench.failure(DockerPull.class, context, Map.of("host", "host-01", "image", image)));
        Awaitility.await().until(() -> context.effects().stream().anyMatch(effect -> effect.contains(image)));
        Awaitility.await().until(this::pulling);
        dockerd.kill();
        StepFailure failure = result.get(60, TimeUnit.SECONDS);

        assertThat(failure).isInstanceOf(StepFailure.Transient.class);
        assertThat(failure.reason()).isEqualTo(Reason.CONNECTION_LOST);
        assertThat(failing(image).reason()).isEqualTo(Reason.HOST_UNREACHABLE);
        assertThat(signal("CONT").waitFor()).isZero();
        dockerd = new Dockerd(directory, authority);
        assertThat(pull(image).changed()).isTrue();
    }

    @Test
    void anEngineWhoseDiskIsFullSaysSoKeepsNoPartAndPullsWhenThereIsRoom() throws Exception {
        String image = publish("1");
        Path small = Files.createDirectories(directory.resolve("small/data")).getParent();
        String mount = small.resolve("data").toString();
        done("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", mount);
        try (Dockerd full = new Dockerd(small, authority)) {
            bench.hosts.put("host-01", host(full));
            Path filler = small.resolve("data/filler");
            done("sh", "-c", "cat /dev/zero 2>/dev/null >" + filler + "; truncate -s -262144 " + filler);
            StepFailure failure = failing(image);

            assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.NO_SPACE);
            assertThat(failure.kind()).isEqualTo(StepFailure.Kind.FATAL);
            assertThat(failure).hasMessageContaining("host-01").hasMessageContaining("docker system df");
            Files.delete(filler);
            assertThat(pull(image).changed()).isTrue();
        } finally {
            done("umount", "--lazy", mount);
        }
    }

    private static void done(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private Process signal(String name) throws Exception {
        return new ProcessBuilder("kill", "-" + name, Long.toString(registry.pid())).start();
    }

    /** The engine has asked the registry, which does not answer. */
    private boolean pulling() throws Exception {
        String port = String.format(":%04X", Integer.parseInt(registry.name().split(":")[1]));
        return Files.readAllLines(Path.of("/proc/net/tcp")).stream()
                .map(line -> line.strip().split("\\s+"))
                .anyMatch(fields -> fields[2].endsWith(port) && fields[3].equals("01"));
    }
}
