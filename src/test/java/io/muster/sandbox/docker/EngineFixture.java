package io.muster.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.command.LogContainerResultCallback;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import io.muster.sandbox.Jail;
import io.muster.sandbox.TestNetworks;
import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.sandbox.registry.Registry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** A host with its engine, a registry, and docker-java as their client. */
final class EngineFixture implements AutoCloseable {
    static final String NOTES = "registry.sandbox.test:5000/notes";
    private static final List<String> IDLE =
            List.of("/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1000 & wait $!; done");

    private final Path directory;
    private final String prefix = TestNetworks.free();
    final CertificateAuthority authority;
    final Registry registry;
    final Jail host;
    private final List<DockerClient> clients = new ArrayList<>();
    DockerEngine engine;
    DockerClient docker;

    EngineFixture(Path directory) throws IOException {
        this.directory = directory;
        this.authority = CertificateAuthority.in(directory.resolve("ca"), Clock.systemUTC());
        this.registry = new Registry(
                directory.resolve("images"),
                prefix + ".0.3",
                5000,
                authority.serverContext(authority.server("registry.sandbox.test", List.of(prefix + ".0.3"))));
        registry.start();
        this.host = Jail.of(new Jail.Spec(
                directory.resolve("host"),
                "host-01",
                address(),
                Map.of(),
                List.of(),
                Optional.empty(),
                IDLE,
                Map.of(),
                "/"));
        host.start();
        startEngine();
    }

    String address() {
        return prefix + ".1.1";
    }

    Path root() {
        return host.root();
    }

    void startEngine() throws IOException {
        engine = new DockerEngine(
                new EngineHost("host-01", address(), host),
                directory.resolve("docker"),
                new DockerEngine.Settings(
                        2376,
                        Map.of("registry.sandbox.test:5000", URI.create("https://" + prefix + ".0.3:5000")),
                        Map.of("registry.sandbox.test", prefix + ".0.3"),
                        "sandbox.test",
                        authority,
                        new ContainerAddresses(directory.resolve("addresses"), prefix),
                        Clock.systemUTC()));
        engine.start();
        docker = client(authority.clientContext(authority.client("muster")));
    }

    DockerClient client(SSLContext tls) {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("tcp://" + address() + ":2376")
                .withDockerTlsVerify(false)
                .withApiVersion("1.47")
                .build();
        var http = new ApacheDockerHttpClient.Builder()
                .dockerHost(URI.create("tcp://" + address() + ":2376"))
                .sslConfig(() -> tls)
                .build();
        DockerClient client = DockerClientImpl.getInstance(config, http);
        clients.add(client);
        return client;
    }

    void pull(String tag) throws InterruptedException {
        docker.pullImageCmd(NOTES)
                .withTag(tag)
                .exec(new PullImageResultCallback())
                .awaitCompletion();
    }

    /** A container that waits until it is told to end. */
    CreateContainerCmd idle(String name) {
        return shell(name, "trap 'exit 3' TERM; while :; do sleep 1000 & wait $!; done");
    }

    CreateContainerCmd shell(String name, String script) {
        return docker.createContainerCmd(NOTES + ":1.1.0")
                .withName(name)
                .withCmd("/bin/sh", "-c", script)
                .withHealthcheck(new com.github.dockerjava.api.model.HealthCheck().withTest(List.of("NONE")))
                .withHostConfig(HostConfig.newHostConfig());
    }

    InspectContainerResponse inspect(String container) {
        return docker.inspectContainerCmd(container).exec();
    }

    String health(String container) {
        var health = inspect(container).getState().getHealth();
        return health == null ? "none" : health.getStatus();
    }

    String logs(String container, boolean out, boolean err) throws InterruptedException {
        StringBuilder text = new StringBuilder();
        docker.logContainerCmd(container)
                .withStdOut(out)
                .withStdErr(err)
                .exec(new LogContainerResultCallback() {
                    @Override
                    public void onNext(Frame frame) {
                        text.append(new String(frame.getPayload()));
                    }
                })
                .awaitCompletion();
        return text.toString();
    }

    HttpResponse<String> get(String url) throws IOException, InterruptedException {
        HttpClient http =
                HttpClient.newBuilder().sslContext(authority.clientContext()).build();
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** As a SIGKILL of the server would leave it, but for the threads. */
    void loseEngine() throws IOException {
        engine.close();
        for (DockerClient client : clients) {
            client.close();
        }
        clients.clear();
    }

    @Override
    public void close() throws IOException {
        loseEngine();
        host.kill();
        registry.close();
    }
}
