package io.muster.sandbox.docker;

import io.muster.sandbox.RootedPaths;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Files out of tars into a root directory, which nothing in a tar can leave, be it by {@code ..} or by links. */
final class LayerFiles {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final int GZIP_MAGIC = 0x1f;

    private LayerFiles() {}

    /** Unpacks a layer (a tar, or a gzipped one) over what is there; whiteouts remove what lower layers had. */
    static void apply(InputStream layer, Path root) throws IOException {
        unpack(layer, root, "/", true);
    }

    /** Unpacks a tar, or a gzipped one, into a directory below the root. */
    static void unpack(InputStream content, Path root, String directory) throws IOException {
        unpack(content, root, directory, false);
    }

    private static void unpack(InputStream content, Path root, String directory, boolean whiteouts) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(plain(content), "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = RootedPaths.resolve(root, directory + "/" + entry.getName(), false);
                String name = target.getFileName().toString();
                if (whiteouts && name.equals(OPAQUE)) {
                    removeContent(target.getParent());
                } else if (whiteouts && name.startsWith(WHITEOUT)) {
                    remove(target.resolveSibling(name.substring(WHITEOUT.length())));
                } else if (!target.equals(root)) {
                    place(tar, entry, root, directory, target);
                }
            }
        }
    }

    private static InputStream plain(InputStream content) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(content);
        buffered.mark(1);
        boolean zipped = buffered.read() == GZIP_MAGIC;
        buffered.reset();
        return zipped ? new GZIPInputStream(buffered) : buffered;
    }

    private static void place(
            TarArchiveInputStream tar, TarArchiveEntry entry, Path root, String directory, Path target)
            throws IOException {
        if (entry.isDirectory()) {
            if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(target);
                Files.createDirectories(target);
            }
        } else {
            Files.createDirectories(target.getParent());
            remove(target);
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                return;
            }
            if (entry.isLink()) {
                Files.createLink(target, RootedPaths.resolve(root, directory + "/" + entry.getLinkName(), false));
                return;
            }
            if (!entry.isFile()) {
                // Devices and pipes need privileges that a sandbox lacks; /dev is provided anyway.
                return;
            }
            Files.copy(tar, target, StandardCopyOption.REPLACE_EXISTING);
        }
        FileModes.set(target, entry.getMode());
        Files.setLastModifiedTime(
                target, FileTime.from(entry.getLastModifiedTime().toInstant()));
    }

    static void removeContent(Path directory) throws IOException {
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            try (var files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    remove(file);
                }
            }
        }
    }

    /** With all below it; a link itself, not what it points to. */
    static void remove(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                FileModes.set(directory, FileModes.OWNER_ALL);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
