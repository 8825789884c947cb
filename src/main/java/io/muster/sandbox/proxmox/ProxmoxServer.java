package io.muster.sandbox.proxmox;

import io.muster.sandbox.SandboxHost;
import io.muster.sandbox.SandboxService;
import io.undertow.Undertow;
import io.undertow.server.handlers.BlockingHandler;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** One Proxmox VE node over HTTPS. Containers and tasks are kept in its directory and survive it. */
public final class ProxmoxServer implements SandboxService {
    private static final int IO_THREADS = 1;
    private static final int WORKER_THREADS = 4;

    /**
     * @param address where it listens; port 0 takes a free one
     * @param tls what it presents
     * @param node its name
     * @param directory where it keeps configurations and tasks; made if absent
     * @param faults where what shall go wrong is looked for; see {@link Faults}
     * @param tokens who may call
     * @param accounts who may log in with a password
     */
    public record Settings(
            InetSocketAddress address,
            SSLContext tls,
            String node,
            Path directory,
            Path faults,
            ContainerBackend backend,
            List<ApiToken> tokens,
            List<Account> accounts,
            Clock clock) {}

    private final Settings settings;
    private final Containers containers;
    private final Faults faults;
    private final StorageFiles storage;
    private final Tasks tasks;
    private final Sessions sessions;
    private final Undertow http;

    /** Tasks that an earlier server left running are ended here as {@code unexpected status}. */
    public ProxmoxServer(Settings settings) {
        this.settings = settings;
        this.faults = new Faults(settings.faults(), settings.node());
        this.storage = new StorageFiles(settings.directory().resolve("storage"));
        this.containers = new Containers(settings.node(), settings.directory().resolve("lxc"), faults);
        this.tasks = new Tasks(settings.node(), settings.directory().resolve("tasks"), faults, settings.clock());
        this.sessions = new Sessions(settings.accounts(), settings.clock());
        Authentication authentication = new Authentication(settings.tokens(), sessions, faults, settings.clock());
        ApiHandler api = new ApiHandler(settings.node(), router(), authentication, faults);
        this.http = Undertow.builder()
                .addHttpsListener(
                        settings.address().getPort(),
                        settings.address().getAddress().getHostAddress(),
                        settings.tls())
                .setIoThreads(IO_THREADS)
                .setWorkerThreads(WORKER_THREADS)
                .setHandler(new BlockingHandler(api))
                .build();
    }

    /** @throws IllegalStateException when the address is taken, naming it */
    @Override
    public void start() {
        try {
            http.start();
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "The Proxmox API cannot listen on " + settings.address() + ": " + e.getMessage()
                            + ". Is another one running?",
                    e);
        }
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) http.getListenerInfo().get(0).getAddress();
    }

    /** Enters a container that the back end has; one that is known already keeps its configuration. */
    public void adopt(int vmid, Map<String, String> config) {
        if (!containers.exists(vmid)) {
            containers.create(vmid, ConfigChange.normalized(config));
        }
    }

    /** Enters a host, which {@link HostBackend} stands for. */
    public void adopt(SandboxHost host) {
        adopt(host.vmid(), HostBackend.configuration(host));
    }

    /** Gives the node's storage the template of the sandbox. */
    public void provideTemplate() {
        SandboxTemplate.into(storage);
    }

    /** Ends all logins, as a restart of the node does. */
    public void endSessions() {
        sessions.endAll();
    }

    public Faults faults() {
        return faults;
    }

    /** Ends what runs in tasks; containers are left as they are. */
    @Override
    public void close() {
        http.stop();
        tasks.close();
    }

    private Router router() {
        Site site = new Site(
                settings.node(),
                settings.directory(),
                containers,
                settings.backend(),
                tasks,
                storage,
                new SnapshotFiles(settings.directory().resolve("snapshots")),
                settings.clock());
        NodeResource nodes = new NodeResource(site);
        StorageResource storages = new StorageResource(site);
        Router router = new Router();
        List.of(
                        new VersionResource(),
                        new PermissionsResource(),
                        new ClusterResource(site, nodes, storages),
                        nodes,
                        storages,
                        new TasksResource(site),
                        new ContainersResource(site),
                        new CreationResource(site),
                        new ResizeResource(site),
                        new SnapshotResource(site),
                        new CloneResource(site),
                        new BackupResource(site),
                        new TicketResource(sessions, faults),
                        new StatusResource(site),
                        new ConfigResource(site),
                        new InterfacesResource(site))
                .forEach(resource -> resource.enter(router));
        return router;
    }
}
