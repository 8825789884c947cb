package io.muster.sandbox.docker;

import io.muster.sandbox.RootedPaths;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Files of a container, running or not, as its processes would name them: mounts included, the machine's own excluded. */
final class ContainerFiles {
    private final Container container;
    private final HostPaths paths;

    ContainerFiles(Container container, HostPaths paths) {
        this.container = container;
        this.paths = paths;
    }

    /** Where a path is: a directory that nothing leads out of, and the path below it. */
    record Place(Path root, String path) {
        Path file(boolean followLast) throws IOException {
            return RootedPaths.resolve(root, path, followLast);
        }
    }

    /** Of a path that need not exist. */
    Place place(String path) throws IOException {
        Path root = container.files().root();
        Path resolved = RootedPaths.resolve(root, path, true);
        String inside = "/" + root.relativize(resolved);
        List<Mount> nearest = container.definition().mounts().stream()
                .filter(mount -> (inside + "/").startsWith(mount.target() + "/"))
                .sorted(Comparator.comparingInt(mount -> -mount.target().length()))
                .toList();
        if (nearest.isEmpty()) {
            return new Place(root, inside);
        }
        Mount mount = nearest.get(0);
        return new Place(
                paths.resolve(mount.source()), inside.substring(mount.target().length()));
    }

    /** Of something that exists. */
    Path existing(String path) throws IOException {
        Path file = place(path).file(true);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw EngineException.notFound("Could not find the file " + path + " in container "
                    + container.definition().id());
        }
        return file;
    }

    /** A file or a directory with all below it, under its own name. */
    static void pack(Path file, String name, OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        add(tar, file, name);
        tar.finish();
        tar.flush();
    }

    private static void add(TarArchiveOutputStream tar, Path file, String name) throws IOException {
        TarArchiveEntry entry;
        if (Files.isSymbolicLink(file)) {
            entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            entry.setLinkName(Files.readSymbolicLink(file).toString());
        } else if (Files.isDirectory(file)) {
            entry = new TarArchiveEntry(name + "/");
        } else if (Files.isRegularFile(file)) {
            entry = new TarArchiveEntry(name);
            entry.setSize(Files.size(file));
        } else {
            // Sockets and pipes have no content to carry.
            return;
        }
        entry.setMode(FileModes.get(file));
        entry.setModTime(Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS));
        tar.putArchiveEntry(entry);
        if (entry.isFile()) {
            Files.copy(file, tar);
        }
        tar.closeArchiveEntry();
        if (entry.isDirectory()) {
            try (var below = Files.list(file)) {
                for (Path each : below.sorted().toList()) {
                    add(tar, each, name + "/" + each.getFileName());
                }
            }
        }
    }
}
