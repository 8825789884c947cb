package io.muster.sandbox.proxmox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Containers of LXC's own tools, as a Proxmox VE node runs them: hostname, memory and the first interface are taken from the
 * configuration; a container has a network namespace of its own, and its root is on this machine's {@code /usr}, read-only, unless it has
 * its own.
 * All are privileged: an unprivileged one would need its files with other owners.
 */
public final class LxcBackend implements ContainerBackend, AutoCloseable {

    private static final String INTERFACE = "eth0";

    private final Path directory;
    private final LxcNetwork network = new LxcNetwork();
    private final AtomicInteger next = new AtomicInteger(10);
    private final Map<Integer, String> leases = new ConcurrentHashMap<>();

    public LxcBackend(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        Files.createDirectories(directory.resolve("mount"));
    }

    /** Where {@code lxc-attach -P} finds the containers. */
    public Path directory() {
        return directory;
    }

    /** Its next start gives the container another address, as DHCP may. */
    public void endLease(int vmid) {
        leases.remove(vmid);
    }

    /** Which it has, or is going to have with its next start. */
    public String address(int vmid) {
        return leases.computeIfAbsent(vmid, id -> network.address(next.getAndIncrement()));
    }

    /** This machine's, as the containers see it. */
    public String gateway() {
        return network.address(1);
    }

    /** Runs a program in a running container. @return what it printed */
    public String inside(int vmid, String... program) {
        String[] command = Stream.concat(Stream.of("--"), Stream.of(program)).toArray(String[]::new);
        return Lxc.run(command("lxc-attach", vmid, command));
    }

    @Override
    public ContainerState state(int vmid) {
        Optional<ProcessHandle> first = first(vmid);
        if (first.isEmpty()) {
            return ContainerState.stopped();
        }
        Instant since = first.get().info().startInstant().orElse(Instant.EPOCH);
        return ContainerState.running(first.get().pid(), since, memory(vmid), size(root(vmid)));
    }

    @Override
    public boolean isRunning(int vmid) {
        return first(vmid).isPresent();
    }

    private Optional<ProcessHandle> first(int vmid) {
        if (!Files.exists(config(vmid))) {
            return Optional.empty();
        }
        String pid = Lxc.run(command("lxc-info", vmid, "--pid", "--no-humanize"));
        return pid.matches("\\d+") ? ProcessHandle.of(Long.parseLong(pid)) : Optional.empty();
    }

    private long memory(int vmid) {
        MemoryGroup memory = MemoryGroup.ofThisMachine();
        String[] look = command("lxc-cgroup", vmid, memory.usage);
        return Lxc.status(look) == 0 ? Long.parseLong(Lxc.run(look)) : 0;
    }

    /** What the kernel holds the container to, in bytes. */
    public long memoryLimit(int vmid) {
        return Long.parseLong(Lxc.run(command("lxc-cgroup", vmid, MemoryGroup.ofThisMachine().limit)));
    }

    @Override
    public void start(int vmid, ContainerConfig config, TaskLog log) {
        write(vmid, config);
        Path messages = directory.resolve(vmid + ".log");
        try {
            Lxc.run(command("lxc-start", vmid, "--logfile", messages.toString(), "--logpriority", "INFO"));
        } catch (TaskFailure e) {
            log.line(e.getMessage());
            lines(messages).stream().filter(line -> line.contains(" ERROR ")).forEach(log::line);
            throw new TaskFailure("startup for container '" + vmid + "' failed");
        }
    }

    @Override
    public void stop(int vmid, TaskLog log) {
        Lxc.run(command("lxc-stop", vmid, "--kill"));
    }

    @Override
    public boolean shutdown(int vmid, Duration timeout, TaskLog log) {
        return Lxc.status(command("lxc-stop", vmid, "--nokill", "--timeout", Long.toString(timeout.toSeconds()))) == 0;
    }

    @Override
    public List<NetworkInterface> interfaces(int vmid, ContainerConfig config) {
        return Lxc.run(command("lxc-attach", vmid, "--", "ip", "-oneline", "-family", "inet", "address"))
                .lines()
                .map(line -> line.split("\\s+"))
                .map(words -> new NetworkInterface(words[1], hardwareAddress(config), List.of(words[3])))
                .toList();
    }

    @Override
    public void reconfigure(int vmid, ContainerConfig config) {
        if (isRunning(vmid)) {
            Lxc.run(command(
                    "lxc-cgroup", vmid, MemoryGroup.ofThisMachine().limit, Long.toString(config.memoryBytes())));
        }
    }

    @Override
    public void create(int vmid, ContainerConfig config, TaskLog log) {
        try {
            Files.createDirectories(root(vmid));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        write(vmid, config);
    }

    @Override
    public Path root(int vmid) {
        return directory.resolve(vmid + "/rootfs");
    }

    @Override
    public void destroy(int vmid, TaskLog log) {
        if (Files.exists(config(vmid))) {
            Lxc.run(command("lxc-destroy", vmid));
        }
        leases.remove(vmid);
    }

    private void write(int vmid, ContainerConfig config) {
        String text =
                """
                lxc.uts.name = %1$s
                lxc.rootfs.path = dir:%2$s
                lxc.rootfs.mount = %3$s
                %12$s
                lxc.mount.auto = %10$s
                lxc.init.cmd = /etc/init
                lxc.signal.halt = SIGTERM
                lxc.tty.max = 0
                %4$s = %5$d
                lxc.net.0.type = veth
                lxc.net.0.name = %6$s
                lxc.net.0.flags = up
                lxc.net.0.hwaddr = %7$s
                lxc.net.0.veth.pair = %8$s
                lxc.net.0.link = %9$s
                lxc.net.0.ipv4.address = %11$s/24
                """
                        .formatted(
                                config.hostname(vmid),
                                root(vmid),
                                directory.resolve("mount"),
                                MemoryGroup.ofThisMachine().setting,
                                config.memoryBytes(),
                                INTERFACE,
                                hardwareAddress(config),
                                network.cable(vmid),
                                network.bridge(),
                                nests(config) ? "proc:rw sys:rw cgroup-full:rw:force" : "proc:mixed sys:ro",
                                address(vmid),
                                hasPrograms(vmid) ? "" : "lxc.mount.entry = /usr usr none ro,bind 0 0");
        try {
            Files.writeString(config(vmid), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A whole system of its own, and not only what the template has. */
    private boolean hasPrograms(int vmid) {
        return Files.exists(root(vmid).resolve("usr/bin"));
    }

    /** Containers in it are possible. */
    private static boolean nests(ContainerConfig config) {
        return config.get("features").filter(text -> text.contains("nesting=1")).isPresent();
    }

    private static String hardwareAddress(ContainerConfig config) {
        return config.get("net0")
                .flatMap(PropertyList::parse)
                .flatMap(net -> net.get("hwaddr"))
                .orElseThrow();
    }

    private Path config(int vmid) {
        return directory.resolve(vmid + "/config");
    }

    private String[] command(String program, int vmid, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(program, "--lxcpath", directory.toString(), "--name", Integer.toString(vmid)));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path tree) {
        try (Stream<Path> files = Files.walk(tree)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    /** Ends and removes all. */
    @Override
    public void close() {
        try (Stream<Path> all = Files.list(directory)) {
            all.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("\\d+"))
                    .map(Integer::parseInt)
                    .forEach(vmid -> {
                        if (isRunning(vmid)) {
                            stop(vmid, line -> {});
                        }
                        destroy(vmid, line -> {});
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        network.close();
    }

    /** The names of the memory controller's files, which differ between the kernel's two control group hierarchies. */
    private enum MemoryGroup {
        FIRST("lxc.cgroup.memory.limit_in_bytes", "memory.limit_in_bytes", "memory.usage_in_bytes"),
        SECOND("lxc.cgroup2.memory.max", "memory.max", "memory.current");

        private final String setting;
        private final String limit;
        private final String usage;

        MemoryGroup(String setting, String limit, String usage) {
            this.setting = setting;
            this.limit = limit;
            this.usage = usage;
        }

        static MemoryGroup ofThisMachine() {
            return Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")) ? SECOND : FIRST;
        }
    }
}
