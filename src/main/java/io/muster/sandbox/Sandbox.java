package io.muster.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole rehearsal environment: hosts, and the servers in front of them. Hosts survive the death of this JVM and are
 * adopted by the next start; {@link #close()} ends them, and the next start starts again what was running.
 */
public final class Sandbox implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Sandbox.class);

    private final Path directory;
    private final DirectoryLock lock;
    private final InventoryFile inventory;
    private final HostFleet fleet;
    private final List<SandboxService> fronts;

    private Sandbox(
            Path directory, DirectoryLock lock, InventoryFile inventory, HostFleet fleet, List<SandboxService> fronts) {
        this.directory = directory;
        this.lock = lock;
        this.inventory = inventory;
        this.fleet = fleet;
        this.fronts = fronts;
    }

    /**
     * Returns when everything listens.
     *
     * @throws Namespaces.NamespacesUnavailable where this machine forbids what hosts are made of
     * @throws IllegalStateException when another server holds the directory, its inventory belongs to another network, or
     *     an address is taken; each with what to do
     */
    public static Sandbox start(SandboxSettings settings) {
        long began = System.nanoTime();
        Namespaces.check();
        try {
            Path directory = PrivateFiles.directory(settings.directory());
            DirectoryLock lock = DirectoryLock.take(directory);
            try {
                Sandbox sandbox = assemble(directory, new SandboxNetwork(settings.network()), lock);
                sandbox.open();
                log.info("Sandbox in {} is ready after {} ms", directory, (System.nanoTime() - began) / 1_000_000);
                return sandbox;
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The sandbox's directory " + settings.directory() + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static Sandbox assemble(Path directory, SandboxNetwork network, DirectoryLock lock) throws IOException {
        InventoryFile inventory = new InventoryFile(directory);
        inventory.checkNetwork(network);
        SandboxAssembly assembly = new SandboxAssembly(directory, network);
        HostFleet fleet = assembly.fleet();
        List<SandboxService> fronts = assembly.fronts(fleet);
        if (inventory.moved(network)) {
            fleet.hosts().forEach(SandboxHost::end);
            fronts.forEach(SandboxService::end);
        }
        inventory.writeIfAbsent(network, assembly.hostKeyLines());
        return new Sandbox(directory, lock, inventory, fleet, fronts);
    }

    private void open() {
        try {
            fronts.forEach(SandboxService::start);
            fleet.open();
        } catch (RuntimeException e) {
            fleet.abandon();
            fronts.forEach(SandboxService::close);
            throw e;
        }
    }

    /** The inventory for those who work with it. */
    public Path inventory() {
        return inventory.path();
    }

    /** The directory of the secrets that the inventory refers to, one file each. */
    public Path secrets() {
        return directory.resolve("secrets");
    }

    public List<SandboxHost> hosts() {
        return fleet.hosts();
    }

    /** @throws IllegalArgumentException when there is none of that name */
    public SandboxHost host(String name) {
        return hosts().stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The sandbox has no host '" + name + "', only "
                        + hosts().stream().map(SandboxHost::name).toList() + "."));
    }

    /** Ends the hosts and all that runs in them, then the servers; the next start brings back what was running. */
    @Override
    public void close() {
        try {
            fleet.close();
            fronts.forEach(SandboxService::close);
        } finally {
            lock.close();
        }
    }
}
