package io.muster.sandbox.proxmox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The configurations of a node's containers, a file each: {@code <directory>/<vmid>.conf}. */
final class Containers {
    private static final String SUFFIX = ".conf";

    private final String node;
    private final Path directory;
    private final Faults faults;
    private final ConcurrentMap<Integer, ReentrantLock> busy = new ConcurrentHashMap<>();

    Containers(String node, Path directory, Faults faults) {
        this.node = node;
        this.faults = faults;
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make the directory " + directory, e);
        }
    }

    /** All containers by id. */
    SortedMap<Integer, ContainerConfig> all() {
        SortedMap<Integer, ContainerConfig> all = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d+\\.conf"))
                    .map(name -> Integer.parseInt(name.substring(0, name.length() - SUFFIX.length())))
                    .forEach(vmid -> all.put(vmid, get(vmid)));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + directory, e);
        }
        return all;
    }

    boolean exists(int vmid) {
        return Files.exists(file(vmid));
    }

    /** @throws ApiError 500 in Proxmox VE's words when there is none */
    ContainerConfig get(int vmid) {
        ContainerConfig stored = stored(vmid);
        return faults.lockOf(vmid)
                .map(lock -> stored.with(Map.of("lock", lock)))
                .orElse(stored);
    }

    private ContainerConfig stored(int vmid) {
        return ConfigFile.read(text(vmid));
    }

    String digest(int vmid) {
        return ConfigFile.digest(text(vmid));
    }

    /** @throws ApiError 500 when the id is taken */
    synchronized void create(int vmid, ContainerConfig config) {
        requireAbsent(vmid);
        write(vmid, config);
    }

    /** @throws ApiError 500 when the id is taken */
    void requireAbsent(int vmid) {
        if (exists(vmid)) {
            throw ApiError.failed("CT " + vmid + " already exists on node '" + node + "'");
        }
    }

    /** Takes the id for a container that is being made; of two at once, one is refused. */
    synchronized void reserve(int vmid, ContainerConfig config) {
        if (exists(vmid)) {
            throw ApiError.failed(
                    "unable to create CT " + vmid + " - CT " + vmid + " already exists on node '" + node + "'");
        }
        write(vmid, config.with(Map.of("lock", "create")));
    }

    /** Ends the lock of its creation. */
    void release(int vmid) {
        update(vmid, config -> config.without(List.of("lock")));
    }

    synchronized void replace(int vmid, ContainerConfig config) {
        write(vmid, config);
    }

    synchronized ContainerConfig update(int vmid, UnaryOperator<ContainerConfig> change) {
        ContainerConfig changed = change.apply(stored(vmid));
        write(vmid, changed);
        return changed;
    }

    synchronized void remove(int vmid) {
        try {
            Files.deleteIfExists(file(vmid));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove the configuration of container " + vmid, e);
        }
    }

    /** Runs what changes a container, one after the other. */
    void exclusively(int vmid, Runnable work) {
        ReentrantLock lock = busy.computeIfAbsent(vmid, id -> new ReentrantLock());
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TaskFailure("interrupted while another task changes CT " + vmid);
        }
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    /** @throws ApiError 500 in Proxmox VE's words */
    static void requireUnlocked(ContainerConfig config) {
        config.lock().ifPresent(lock -> {
            throw ApiError.failed("CT is locked (" + lock + ")");
        });
    }

    private String text(int vmid) {
        try {
            return Files.readString(file(vmid));
        } catch (NoSuchFileException e) {
            throw ApiError.failed("Configuration file 'nodes/" + node + "/lxc/" + vmid + ".conf' does not exist");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the configuration of container " + vmid, e);
        }
    }

    private void write(int vmid, ContainerConfig config) {
        try {
            Path draft = Files.createTempFile(directory, "." + vmid, ".new");
            Files.writeString(draft, ConfigFile.write(config));
            Files.move(draft, file(vmid), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the configuration of container " + vmid, e);
        }
    }

    private Path file(int vmid) {
        return directory.resolve(vmid + SUFFIX);
    }
}
