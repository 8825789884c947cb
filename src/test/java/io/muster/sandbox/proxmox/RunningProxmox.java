package io.muster.sandbox.proxmox;

import io.muster.sandbox.ca.CertificateAuthority;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A node of the sandbox with container 103, for tests of those who call it. */
public final class RunningProxmox implements AutoCloseable {

    public static final String NAME = "proxima.sandbox.test";
    public static final String TOKEN_ID = "muster@pve!runbooks";
    public static final String SECRET = "11111111-2222-3333-4444-555555555555";

    public static final String TEMPLATE = "local:vztmpl/" + SandboxTemplate.NAME;
    public static final String LXC_TEMPLATE = "local:vztmpl/" + LxcTemplate.NAME;

    public static final String ROOT = "root@pam";
    public static final String PASSWORD = "correct horse battery staple";

    private final ContainerBackend backend;
    private final ProxmoxServer server;
    private final StorageFiles storage;
    private final Map<Integer, ContainerConfig> made = new ConcurrentHashMap<>();

    public RunningProxmox(Path directory, CertificateAuthority authority) {
        this(directory, authority, new ProcessBackend(directory.resolve("containers")));
        server.adopt(
                103,
                Map.of(
                        "hostname",
                        "experimental-01",
                        "memory",
                        "512",
                        "rootfs",
                        "local:103/vm-103-disk-0.raw,size=8G"));
        server.provideTemplate();
    }

    /** With containers of LXC, and none at first. The back end is closed by who made it. */
    public static RunningProxmox onLxc(Path directory, CertificateAuthority authority, LxcBackend backend) {
        LxcTemplate.into(new StorageFiles(directory.resolve("pve/storage")));
        return new RunningProxmox(directory, authority, backend);
    }

    private RunningProxmox(Path directory, CertificateAuthority authority, ContainerBackend backend) {
        this.backend = backend;
        this.storage = new StorageFiles(directory.resolve("pve/storage"));
        server = new ProxmoxServer(new ProxmoxServer.Settings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                authority.serverContext(authority.server(NAME, List.of("127.0.0.1"))),
                "proxima",
                directory.resolve("pve"),
                directory.resolve("faults"),
                backend,
                List.of(ApiToken.forRunbooks("muster@pve", "runbooks", SECRET)),
                List.of(new Account(ROOT, PASSWORD)),
                Clock.systemUTC()));
        server.start();
    }

    /** Makes a stopped container of the template for LXC. */
    public void make(int vmid, Map<String, String> config) {
        ContainerConfig whole = ConfigChange.normalized(config);
        made.put(vmid, whole);
        server.adopt(vmid, whole.values());
        backend.create(vmid, whole, line -> {});
        RootArchive.unpack(storage.templates().resolve(LxcTemplate.NAME), backend.root(vmid));
    }

    /** Of one that was made so, as it was then. */
    public ContainerConfig configuration(int vmid) {
        return made.get(vmid);
    }

    public String url() {
        return "https://" + NAME + ":" + server.address().getPort();
    }

    /** Without a name to look up. */
    public String localUrl() {
        return "https://127.0.0.1:" + server.address().getPort();
    }

    /** The files of a container. */
    public Path root(int vmid) {
        return backend.root(vmid);
    }

    /** As a restart of the node does. */
    public void endSessions() {
        server.endSessions();
    }

    public Faults faults() {
        return server.faults();
    }

    @Override
    public void close() {
        server.close();
        if (backend instanceof ProcessBackend processes) {
            processes.close();
        }
    }
}
