package io.muster.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Trees of files that somebody else wrote: no link is followed, and what may not be entered is opened first. */
public final class FileTrees {

    private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwx------");

    private FileTrees() {}

    /** Does nothing when it is not there. */
    public static void delete(Path tree) {
        if (Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            empty(tree);
            remove(tree);
        }
    }

    /** Deletes what is in a directory, and leaves that itself. */
    public static void empty(Path directory) {
        try {
            Files.walkFileTree(directory, new Deletion(directory));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not delete what is in " + directory, e);
        }
    }

    private static void remove(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not delete " + file, e);
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        private final Path top;

        private Deletion(Path top) {
            this.top = top;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            if (!Files.isWritable(directory)) {
                Files.setPosixFilePermissions(directory, OPEN);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
            if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) || Files.isReadable(file)) {
                throw why;
            }
            Files.setPosixFilePermissions(file, OPEN);
            FileTrees.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException why) throws IOException {
            if (why != null) {
                throw why;
            }
            if (!directory.equals(top)) {
                Files.delete(directory);
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
