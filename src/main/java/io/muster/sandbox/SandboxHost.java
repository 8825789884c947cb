package io.muster.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine of the sandbox (an LXC container, seen from Proxmox): a jail whose first process reaps children and idles,
 * and the services that listen while it runs. It outlives this JVM and is adopted by the next. Thread-safe.
 */
public final class SandboxHost {

    private static final Logger log = LoggerFactory.getLogger(SandboxHost.class);
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);
    private static final Duration BOOT_TIME = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(2);
    private static final String UP = "run/up";
    private static final String PERSISTENT = "/srv/persistent";

    /**
     * As on other machines, /run and /tmp are empty after a boot. When somebody has deleted the sandbox's directory, there is
     * no /bin/sh any more: it goes, and takes with it what would hold ports for ever. On TERM: asks all others to end, waits for them for at most three seconds, and goes.
     */
    private static final String INIT =
            """
            trap 'kill -TERM -1 2>/dev/null; i=0
            while [ $i -lt 60 ] && kill -0 -1 2>/dev/null; do sleep 0.05; i=$((i+1)); done
            exit 0' TERM PWR
            rm -rf /run/* /run/.[!.]* /tmp/* /tmp/.[!.]*
            mount -t tmpfs -o size=1m,mode=755 small /srv/small
            : >/run/up
            while [ -x /bin/sh ]; do sleep 5 & wait $!; done
            """;

    private final SandboxNetwork.Machine machine;
    private final HostDirectory directory;
    private final Jail jail;
    private final HostFaults faults;
    private final SmallDisk smallDisk;
    private final List<SandboxService.OfHost> services;
    private final List<SandboxService> listening = new ArrayList<>();
    private boolean adopted;

    /**
     * @param since when its first process started
     * @param memory bytes that its processes use
     * @param disk bytes of its files
     */
    public record Running(long pid, Instant since, long memory, long disk) {}

    SandboxHost(
            SandboxNetwork.Machine machine,
            Path directory,
            Map<String, String> names,
            HostFaults faults,
            List<SandboxService.OfHost> services) {
        this(machine, directory, names, faults, services, List.of());
    }

    /** @param programs laid over directories of the machine's own */
    SandboxHost(
            SandboxNetwork.Machine machine,
            Path directory,
            Map<String, String> names,
            HostFaults faults,
            List<SandboxService.OfHost> services,
            List<Jail.Bind> programs) {
        this.machine = machine;
        this.faults = faults;
        this.directory = new HostDirectory(directory);
        this.services = List.copyOf(services);
        this.jail = Jail.of(new Jail.Spec(
                this.directory.jail(),
                machine.name(),
                machine.address(),
                names,
                Stream.concat(Stream.of(persistent(this.directory)), programs.stream())
                        .toList(),
                Optional.empty(),
                List.of("/bin/sh", "-c", INIT, "init"),
                Map.of(),
                "/"));
        this.smallDisk = new SmallDisk(jail, faults);
    }

    /** A mount of its own, as the volume of a container is one; below the same path, where its files are looked for. */
    private static Jail.Bind persistent(HostDirectory directory) {
        return new Jail.Bind(directory.jail().resolve("root" + PERSISTENT), PERSISTENT, false);
    }

    public String name() {
        return machine.name();
    }

    public String address() {
        return machine.address();
    }

    /** core, monitoring or experimental. */
    public String hostClass() {
        return machine.hostClass();
    }

    public int vmid() {
        return machine.vmid();
    }

    /** Where its services may keep what is theirs; not visible inside. */
    public Path directory() {
        return directory.path();
    }

    public Jail jail() {
        return jail;
    }

    public HostFaults faults() {
        return faults;
    }

    public boolean running() {
        return jail.alive();
    }

    /** What is seen of it now; empty when it is stopped. */
    public Optional<Running> status() {
        return jail.pid().stream()
                .mapToObj(ProcessHandle::of)
                .flatMap(Optional::stream)
                .findFirst()
                .map(main -> new Running(
                        main.pid(),
                        main.info().startInstant().orElse(Instant.EPOCH),
                        ProcessMemory.ofTree(main),
                        directory.diskBytes()));
    }

    /**
     * Starts it, and returns when its services listen.
     *
     * @throws IllegalStateException when it runs, or cannot
     */
    public synchronized void start() {
        if (jail.alive()) {
            throw new IllegalStateException("Host " + name() + " is running already.");
        }
        boot();
        directory.shallRun(true);
    }

    /** Ends it at once, as pulling the plug would. */
    public synchronized void stop() {
        directory.shallRun(false);
        closeServices();
        jail.kill();
    }

    /**
     * Asks it to end.
     *
     * @return whether it ended within that time; if not, it is left running
     */
    public synchronized boolean shutdown(Duration atMost) {
        jail.signal("TERM");
        boolean ended = jail.awaitEnd(atMost);
        if (ended) {
            directory.shallRun(false);
            closeServices();
        }
        return ended;
    }

    /** A new one stands still until it is started. */
    synchronized void leaveStopped() {
        directory.shallRun(false);
    }

    /** With the sandbox: what shall run is adopted or started. */
    synchronized void open() {
        adopted = jail.alive();
        if (adopted || directory.shallRun()) {
            boot();
            log.info("Host {} at {} {}", name(), address(), adopted ? "runs still, adopted" : "started");
        }
    }

    /** When the sandbox could not be started: what ran before goes on. */
    synchronized void abandon() {
        closeServices();
        if (!adopted) {
            end();
        }
    }

    /** With the sandbox: it will be started again next time. */
    synchronized void close() {
        closeServices();
        end();
    }

    /** Ends its processes; whether it shall run is left as it is. */
    synchronized void end() {
        jail.stop(CLOSE_GRACE);
    }

    /** Notices that its first process has ended by itself, as after {@code kill -TERM 1} inside, and what shall go wrong. */
    synchronized void check() {
        if (jail.alive()) {
            listening.forEach(SandboxService::refresh);
            smallDisk.refresh();
        } else if (!listening.isEmpty()) {
            log.info("Host {} went down by itself", name());
            directory.shallRun(false);
            closeServices();
        }
    }

    private void boot() {
        try {
            if (!jail.alive()) {
                prepareFiles();
                jail.start();
                awaitInit();
            }
            smallDisk.forget();
            for (SandboxService.OfHost factory : services) {
                SandboxService service = factory.make(this);
                listening.add(service);
                service.start();
            }
        } catch (RuntimeException e) {
            closeServices();
            throw new IllegalStateException("Host " + name() + " could not be started: " + e.getMessage(), e);
        }
    }

    /** Before, it could not be asked to end. */
    private void awaitInit() {
        Path up = jail.root().resolve(UP);
        long end = System.nanoTime() + BOOT_TIME.toNanos();
        while (!Files.exists(up)) {
            if (!jail.alive() || System.nanoTime() > end) {
                throw new IllegalStateException("its first process did not come up; see " + jail.stderr());
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private void prepareFiles() {
        try {
            Files.deleteIfExists(jail.root().resolve(UP));
            Files.createDirectories(jail.root());
            RootedPaths.createDirectories(jail.root(), PERSISTENT);
            RootedPaths.createDirectories(jail.root(), SmallDisk.PATH);
            showHostKey();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not make the directories of host " + name(), e);
        }
    }

    /** Where an OpenSSH server has it: who can read the files of a host can pin its key. */
    private void showHostKey() throws IOException {
        Path key = directory.hostKey().resolveSibling(directory.hostKey().getFileName() + ".pub");
        if (Files.exists(key)) {
            Path shown = RootedPaths.createDirectories(jail.root(), "/etc/ssh").resolve("ssh_host_ed25519_key.pub");
            Files.deleteIfExists(shown);
            Files.write(shown, Files.readAllBytes(key), StandardOpenOption.CREATE_NEW);
        }
    }

    private void closeServices() {
        for (int i = listening.size() - 1; i >= 0; i--) {
            try {
                listening.get(i).close();
            } catch (RuntimeException e) {
                log.warn("A service of host {} did not close cleanly", name(), e);
            }
        }
        listening.clear();
    }
}
