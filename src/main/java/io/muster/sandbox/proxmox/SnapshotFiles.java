package io.muster.sandbox.proxmox;

import io.muster.sandbox.FileTrees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Snapshots on disk: an archive of the files, and the configuration with {@code snaptime} and the snapshot's description. */
final class SnapshotFiles {

    private static final String TIME = "snaptime";

    private final Path directory;

    /** @param config as it was, with what is said of the snapshot */
    record Snapshot(String name, ContainerConfig config) {
        long time() {
            return Long.parseLong(config.get(TIME).orElse("0"));
        }

        /** As it was, without what is said of the snapshot. */
        ContainerConfig original() {
            return config.without(List.of(TIME, "snapdescription", "lock"));
        }
    }

    SnapshotFiles(Path directory) {
        this.directory = directory;
    }

    /** Oldest first. */
    List<Snapshot> of(int vmid) {
        if (!Files.isDirectory(place(vmid))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(place(vmid))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".conf"))
                    .map(name -> read(vmid, name.substring(0, name.length() - ".conf".length())))
                    .sorted(Comparator.comparingLong(Snapshot::time).thenComparing(Snapshot::name))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list the snapshots of container " + vmid, e);
        }
    }

    Optional<Snapshot> find(int vmid, String name) {
        return of(vmid).stream()
                .filter(snapshot -> snapshot.name().equals(name))
                .findFirst();
    }

    void take(int vmid, String name, ContainerConfig config, long seconds, String description, Path root) {
        try {
            Files.createDirectories(place(vmid));
            RootArchive.pack(root, archive(vmid, name), RootArchive.Compression.NONE);
            Map<String, String> said = Map.of(TIME, Long.toString(seconds), "snapdescription", description);
            Files.writeString(configuration(vmid, name), ConfigFile.write(config.with(said)));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot take the snapshot " + name + " of container " + vmid, e);
        }
    }

    Path archive(int vmid, String name) {
        return place(vmid).resolve(name + ".tar");
    }

    void remove(int vmid, String name) {
        try {
            Files.deleteIfExists(configuration(vmid, name));
            Files.deleteIfExists(archive(vmid, name));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove the snapshot " + name + " of container " + vmid, e);
        }
    }

    void removeAll(int vmid) {
        FileTrees.delete(place(vmid));
    }

    private Snapshot read(int vmid, String name) {
        try {
            return new Snapshot(name, ConfigFile.read(Files.readString(configuration(vmid, name))));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the snapshot " + name + " of container " + vmid, e);
        }
    }

    private Path configuration(int vmid, String name) {
        return place(vmid).resolve(name + ".conf");
    }

    private Path place(int vmid) {
        return directory.resolve(Integer.toString(vmid));
    }
}
