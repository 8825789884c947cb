package io.muster.sandbox.docker;

import io.muster.sandbox.SandboxService;
import io.muster.sandbox.ca.CertificateAuthority;
import io.undertow.Undertow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Docker engine of one running sandbox host, reached with mutual TLS at the host's address. Containers outlive this
 * object and this JVM, for as long as their host runs: the next engine on the same directory goes on with those that run,
 * and starts those again whose restart policy says so.
 */
public final class DockerEngine implements SandboxService {
    /** In the host: where it says that it keeps its data. Volumes are there, images beside the host. */
    static final String DATA = "/var/lib/docker";

    private static final Logger LOG = LoggerFactory.getLogger(DockerEngine.class);
    private static final long TICK_MILLIS = 100;
    private static final long CLOSE_SECONDS = 10;
    private static final int WORKERS = 16;

    private final EngineHost host;
    private final Settings settings;
    private final Containers containers;
    private final EngineApi api;
    private final ExecutorService threads;
    private final ScheduledExecutorService ticks;
    private volatile boolean closing;
    private volatile Optional<Undertow> server = Optional.empty();

    /**
     * What the engines of a sandbox have in common.
     *
     * @param port where each listens, 0 for any
     * @param registries name with port, as in image references, to the URL where it is reached
     * @param names further host names for the containers' {@code /etc/hosts}, with their addresses
     * @param zone of the sandbox's names: {@code sandbox.test}
     * @param authority signs the certificates of the engines, their clients, the registries and the containers
     */
    public record Settings(
            int port,
            Map<String, URI> registries,
            Map<String, String> names,
            String zone,
            CertificateAuthority authority,
            ContainerAddresses addresses,
            Clock clock) {}

    /**
     * Reads what is on disk; touches nothing yet.
     *
     * @param directory of the engine's own files
     * @throws UncheckedIOException when they cannot be read or written
     */
    public DockerEngine(EngineHost host, Path directory, Settings settings) {
        this.host = host;
        this.settings = settings;
        String name = "docker-" + host.name();
        this.threads = Executors.newCachedThreadPool(task -> daemon(task, name));
        this.ticks = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, name + "-ticks"));
        try {
            EngineContext context = context(Files.createDirectories(directory));
            this.containers = new Containers(context);
            this.api = new EngineApi(routes(context));
        } catch (IOException e) {
            throw new UncheckedIOException("The engine of " + host.name() + " cannot use " + directory, e);
        }
    }

    /** An engine for each host, with its files beside the host's. */
    public static SandboxService.OfHost onHosts(Settings settings) {
        return host -> new DockerEngine(EngineHost.of(host), host.directory().resolve("docker"), settings);
    }

    private EngineContext context(Path directory) throws IOException {
        HostPaths paths = new HostPaths(host.root());
        return new EngineContext(
                host,
                directory,
                settings.names(),
                settings.zone(),
                settings.authority(),
                settings.addresses(),
                settings.clock(),
                threads,
                new LocalImages(directory),
                new Volumes(directory, paths, settings.clock()),
                paths);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Goes on with the containers that run, listens, then starts those that shall run. The host must be up. */
    @Override
    public void start() {
        makeDataDirectory();
        containers.adopt();
        listen();
        containers.all().forEach(Container::startAtBoot);
        ticks.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void makeDataDirectory() {
        try {
            new HostPaths(host.root()).create(DATA);
        } catch (IOException e) {
            throw new UncheckedIOException("The engine of " + host.name() + " cannot make " + DATA, e);
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.orElseThrow().getListenerInfo().get(0).getAddress();
    }

    /** Leaves the containers as they are. */
    @Override
    public void close() {
        closing = true;
        ticks.shutdown();
        server.ifPresent(Undertow::stop);
        try {
            if (!ticks.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The engine of {} is still busy with a container", host.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        containers.all().forEach(Container::release);
        threads.shutdown();
    }

    private void tick() {
        for (Container container : containers.all()) {
            try {
                container.tick();
            } catch (IOException | RuntimeException e) {
                LOG.error(
                        "Container {} could not be looked after",
                        container.definition().name(),
                        e);
            }
        }
    }

    private void listen() {
        String name = host.name() + "." + settings.zone();
        Undertow next = Undertow.builder()
                .addHttpsListener(
                        settings.port(),
                        host.address(),
                        settings.authority()
                                .mutualServerContext(
                                        settings.authority().server(name, List.of(host.name(), host.address()))))
                .setIoThreads(1)
                .setWorkerThreads(WORKERS)
                .setHandler(api)
                .build();
        next.start();
        server = Optional.of(next);
    }

    private Routes routes(EngineContext context) {
        Routes routes = new Routes();
        Patience patience = new Patience(() -> closing);
        RegistryClient registry =
                new RegistryClient(settings.registries(), settings.authority().clientContext());
        new SystemCalls(context, containers).addTo(routes);
        new ImageCalls(context.images(), containers, registry).addTo(routes);
        new ContainerCalls(containers, context, patience).addTo(routes);
        new LogCalls(containers, patience).addTo(routes);
        new ExecCalls(containers, threads).addTo(routes);
        new ArchiveCalls(containers, context.paths()).addTo(routes);
        new VolumeCalls(context.volumes(), containers).addTo(routes);
        return routes;
    }
}
