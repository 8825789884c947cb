package io.muster.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;

/** What a host keeps on disk beside its jail: whether it shall run. */
record HostDirectory(Path path) {

    private static final String RUNNING = "running";
    private static final String STOPPED = "stopped";

    static HostDirectory of(Path sandbox, String host) {
        return new HostDirectory(sandbox.resolve("hosts").resolve(host));
    }

    Path jail() {
        return path.resolve("jail");
    }

    Path hostKey() {
        return path.resolve("ssh_host_ed25519_key");
    }

    /** A new host shall run. */
    boolean shallRun() {
        try {
            return Files.notExists(state())
                    || !Files.readString(state()).strip().equals(STOPPED);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + state() + ", which says whether the host shall run.", e);
        }
    }

    void shallRun(boolean run) {
        try {
            Path next = path.resolve("state.new");
            Files.writeString(next, (run ? RUNNING : STOPPED) + "\n");
            Files.move(next, state(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Could not write " + state() + ", which says whether the host shall run.", e);
        }
    }

    /** Bytes of the files below, without following links; what vanishes meanwhile or may not be read counts nothing. */
    long diskBytes() {
        AtomicLong bytes = new AtomicLong();
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    bytes.addAndGet(attributes.isRegularFile() ? attributes.size() : 0);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException why) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException why) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Could not measure " + path, e);
        }
        return bytes.get();
    }

    private Path state() {
        return path.resolve("state");
    }
}
