package io.muster.steps;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.DockerEngines;
import io.muster.sandbox.Jail;
import io.muster.sandbox.TestNetworks;
import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.sandbox.ca.Identity;
import io.muster.sandbox.docker.ContainerAddresses;
import io.muster.sandbox.docker.DockerEngine;
import io.muster.sandbox.docker.EngineHost;
import io.muster.sandbox.registry.Registry;
import io.muster.sandbox.registry.TestImages;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A host with a Docker engine (the sandbox's) and a registry with a small image, known to a bench. */
public final class TestEngineHost implements AutoCloseable {

    public static final String HOST = "host-01";
    public static final String REPOSITORY = "registry.sandbox.test:5000/small";

    /** Ends at once when asked to. */
    private static final List<String> IDLE =
            List.of("/bin/sh", "-c", "trap 'exit 3' TERM; while :; do sleep 1000 & wait $!; done");

    public final String network = TestNetworks.free();
    public final CertificateAuthority authority;
    public final Path images;
    private final Bench bench;
    private final Registry registry;
    private final Jail jail;
    private final DockerEngine engine;

    public TestEngineHost(Path directory, Bench bench) throws IOException {
        this.bench = bench;
        images = directory.resolve("images");
        authority = CertificateAuthority.in(directory.resolve("ca"), Clock.systemUTC());
        registry = new Registry(
                images,
                network + ".0.3",
                5000,
                authority.serverContext(authority.server("registry.sandbox.test", List.of(network + ".0.3"))));
        registry.start();
        jail = Jail.of(new Jail.Spec(
                directory.resolve("host"),
                HOST,
                address(),
                Map.of(),
                List.of(),
                Optional.empty(),
                IDLE,
                Map.of(),
                "/"));
        jail.start();
        engine = new DockerEngine(
                new EngineHost(HOST, address(), jail),
                directory.resolve("docker"),
                new DockerEngine.Settings(
                        2376,
                        Map.of("registry.sandbox.test:5000", URI.create("https://" + network + ".0.3:5000")),
                        Map.of("registry.sandbox.test", network + ".0.3"),
                        "sandbox.test",
                        authority,
                        new ContainerAddresses(directory.resolve("addresses"), network),
                        Clock.systemUTC()));
        engine.start();
        enter(authority.client("muster"));
    }

    private void enter(Identity client) {
        bench.secrets.put("docker-key", client.keyPem());
        bench.hosts.put(HOST, host(HOST, Optional.of(docker(client))));
    }

    private Inventory.Docker docker(Identity client) {
        return new Inventory.Docker(
                "tcp://" + address() + ":2376",
                List.of(authority.pem()),
                Optional.of(client.certificatePem()),
                Optional.of(new SecretRef("docker-key")));
    }

    public static Inventory.Host host(String name, Optional<Inventory.Docker> docker) {
        return new Inventory.Host(
                name,
                new Inventory.Ssh(
                        "127.0.0.1",
                        22,
                        "root",
                        List.of("ssh-ed25519 AAAA"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                Optional.of(Inventory.ContainerClass.EXPERIMENTAL),
                Optional.empty(),
                docker,
                List.of("/srv/persistent"));
    }

    public String address() {
        return network + ".1.1";
    }

    public Path root() {
        return jail.root();
    }

    /** Publishes an image that runs a shell script. @return repository@sha256:… */
    public String publish(String tag, String script) throws IOException {
        return publish(tag, Map.of("Cmd", List.of("/bin/sh", "-c", script)));
    }

    public String publish(String tag, Map<String, Object> config) throws IOException {
        return REPOSITORY + "@" + TestImages.publish(images, "small", tag, config);
    }

    /** Publishes an image that waits until it is told to end. */
    public String publishIdle(String tag) throws IOException {
        return publish(tag, Map.of("Cmd", IDLE, "Labels", Map.of("tag", tag)));
    }

    /** The engine as another client uses it. */
    public <T> T docker(Function<DockerClient, T> call) {
        return bench.get(DockerEngines.class).call(bench.environment(), bench.hosts.get(HOST), "do it by hand", call);
    }

    public InspectContainerResponse inspect(String container) {
        return find(container).orElseThrow(() -> new AssertionError("There is no container " + container));
    }

    public Optional<InspectContainerResponse> find(String container) {
        return docker(client -> {
            try {
                return Optional.of(client.inspectContainerCmd(container).exec());
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }

    public void removeAll() {
        docker(client -> {
            client.listContainersCmd().withShowAll(true).exec().forEach(container -> client.removeContainerCmd(
                            container.getId())
                    .withForce(true)
                    .exec());
            return null;
        });
    }

    @Override
    public void close() {
        removeAll();
        engine.close();
        jail.kill();
        registry.close();
    }
}
