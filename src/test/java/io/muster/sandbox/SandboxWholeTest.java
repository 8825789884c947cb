package io.muster.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import io.muster.inventory.Inventory;
import io.muster.inventory.InventoryReader;
import io.muster.sandbox.ca.CertificateAuthority;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All parts together, as the generated inventory describes them. */
class SandboxWholeTest {

    private static final String IMAGE = "registry.sandbox.test:5000/notes";

    @TempDir
    Path directory;

    private final String network = TestNetworks.free();
    private Optional<Sandbox> running = Optional.empty();

    @AfterEach
    void close() {
        running.ifPresent(Sandbox::close);
    }

    @Test
    void theGeneratedInventoryIsValidAndItsSecretsAreThere() {
        Sandbox sandbox = start();
        Inventory inventory = InventoryReader.withoutSecrets().read(sandbox.inventory());
        Inventory.Environment environment = inventory.environment("sandbox").orElseThrow();
        assertThat(environment.hosts())
                .containsOnlyKeys(
                        "proxima", "outside-01", "core-01", "monitoring-01", "experimental-01", "experimental-02");
        assertThat(environment.hosts()).allSatisfy((name, host) -> {
            assertThat(host.ssh().privateKey()).isPresent();
            host.ssh().privateKey().ifPresent(secret -> assertThat(
                            sandbox.secrets().resolve(secret.name()))
                    .isNotEmptyFile());
        });
        assertThat(environment.nodes().get("proxima").tokenSecret())
                .satisfies(secret ->
                        assertThat(sandbox.secrets().resolve(secret.name())).isNotEmptyFile());
        assertThat(environment.services())
                .containsOnlyKeys("notes", "notes-team", "notes-status", "notes-misplaced", "notes-scratch");
    }

    @Test
    void aServiceOutlivesTheServersSuddenDeathAndEndsWithItsHost() throws Exception {
        Process other = OtherServer.start(directory, network);
        try (DockerClient docker = docker()) {
            docker.pullImageCmd(IMAGE)
                    .withTag("1.1.0")
                    .exec(new PullImageResultCallback())
                    .awaitCompletion();
            String id = docker.createContainerCmd(IMAGE + ":1.1.0")
                    .withName("notes")
                    .withHostConfig(HostConfig.newHostConfig()
                            .withBinds(Bind.parse("/srv/persistent/notes:/data"))
                            .withPortBindings(PortBinding.parse("8080:8080"))
                            .withRestartPolicy(RestartPolicy.unlessStoppedRestart()))
                    .exec()
                    .getId();
            docker.startContainerCmd(id).exec();
        }
        awaitHealthy();
        long pid = containerPid();
        other.destroyForcibly().waitFor();
        assertThatThrownBy(this::health).isInstanceOf(ConnectException.class);

        Sandbox sandbox = start();
        awaitHealthy();
        assertThat(containerPid()).isEqualTo(pid);
        assertThat(Files.list(sandbox.host("experimental-01").jail().root().resolve("srv/persistent/notes")))
                .isNotEmpty();

        sandbox.host("experimental-01").stop();
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThatThrownBy(this::health).isInstanceOf(ConnectException.class);

        sandbox.host("experimental-01").start();
        awaitHealthy();
        assertThat(containerPid()).isNotEqualTo(pid);
    }

    private Sandbox start() {
        running = Optional.of(Sandbox.start(new SandboxSettings(directory, network)));
        return running.get();
    }

    private void awaitHealthy() {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> health().contains("UP"));
    }

    private String health() throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + network + ".1.3:8080/health"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private long containerPid() throws IOException {
        try (DockerClient docker = docker()) {
            return docker.inspectContainerCmd("notes").exec().getState().getPidLong();
        }
    }

    private DockerClient docker() {
        CertificateAuthority authority = CertificateAuthority.in(directory.resolve("ca"), Clock.systemUTC());
        String endpoint = "tcp://" + network + ".1.3:" + SandboxNetwork.DOCKER_PORT;
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(endpoint)
                .withDockerTlsVerify(false)
                .withApiVersion("1.41")
                .build();
        return DockerClientImpl.getInstance(
                config,
                new ApacheDockerHttpClient.Builder()
                        .dockerHost(URI.create(endpoint))
                        .sslConfig(() -> authority.clientContext(authority.client("muster")))
                        .build());
    }
}
