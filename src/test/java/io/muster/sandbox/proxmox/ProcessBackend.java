package io.muster.sandbox.proxmox;

import io.muster.sandbox.FileTrees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A back end whose containers are plain processes of this machine: it needs no rights and is real enough to fail. */
final class ProcessBackend implements ContainerBackend, AutoCloseable {
    private final Map<Integer, Process> processes = new ConcurrentHashMap<>();
    private final Map<Integer, ContainerConfig> configured = new ConcurrentHashMap<>();
    private final Path directory;
    private volatile String command = "trap 'exit 0' TERM; while :; do sleep 0.05; done";

    /** @param directory where the files of containers are kept */
    ProcessBackend(Path directory) {
        this.directory = directory;
    }

    /** The shell command that containers run from now on. */
    void command(String newCommand) {
        this.command = newCommand;
    }

    ContainerConfig configured(int vmid) {
        return configured.get(vmid);
    }

    @Override
    public ContainerState state(int vmid) {
        Process process = processes.get(vmid);
        if (process == null || !process.isAlive()) {
            return ContainerState.stopped();
        }
        Instant since = process.info().startInstant().orElse(Instant.EPOCH);
        return ContainerState.running(process.pid(), since, 1024, 2048);
    }

    @Override
    public void start(int vmid, ContainerConfig config, TaskLog log) {
        try {
            processes.put(vmid, new ProcessBuilder("/bin/sh", "-c", command).start());
            log.line("started with " + config.get("memory").orElse("no") + " MiB");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop(int vmid, TaskLog log) {
        ended(processes.get(vmid).destroyForcibly(), Duration.ofSeconds(20));
    }

    @Override
    public boolean shutdown(int vmid, Duration timeout, TaskLog log) {
        Process process = processes.get(vmid);
        process.destroy();
        return ended(process, timeout);
    }

    @Override
    public List<NetworkInterface> interfaces(int vmid, ContainerConfig config) {
        return List.of(
                new NetworkInterface("lo", "00:00:00:00:00:00", List.of("127.0.0.1/8", "::1/128")),
                new NetworkInterface("eth0", "bc:24:11:00:00:01", List.of("127.77.1.3/8")));
    }

    @Override
    public void reconfigure(int vmid, ContainerConfig config) {
        configured.put(vmid, config);
    }

    @Override
    public void destroy(int vmid, TaskLog log) {
        processes.remove(vmid);
        FileTrees.delete(root(vmid));
    }

    @Override
    public void create(int vmid, ContainerConfig config, TaskLog log) {
        try {
            Files.createDirectories(root(vmid));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Path root(int vmid) {
        return directory.resolve(Integer.toString(vmid));
    }

    @Override
    public void close() {
        processes.values().forEach(Process::destroyForcibly);
    }

    private static boolean ended(Process process, Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
