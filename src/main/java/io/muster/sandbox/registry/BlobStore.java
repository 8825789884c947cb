package io.muster.sandbox.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Content in files named by their digests. A file that is there is whole. Thread-safe, also across processes. */
public final class BlobStore {
    private final Path directory;

    public BlobStore(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    public Optional<Path> find(Digest digest) {
        return Optional.of(path(digest)).filter(Files::isRegularFile);
    }

    public Digest add(byte[] content) throws IOException {
        Digest digest = Digest.of(content);
        if (find(digest).isEmpty()) {
            Path temporary = temporary();
            Files.write(temporary, content);
            keep(temporary, digest);
        }
        return digest;
    }

    /**
     * Keeps what a stream gives.
     *
     * @throws DigestMismatch when it is not what the digest says; nothing is kept then
     */
    public Path add(InputStream content, Digest expected) throws IOException {
        Path temporary = temporary();
        Files.copy(content, temporary, StandardCopyOption.REPLACE_EXISTING);
        return adopt(temporary, expected);
    }

    /** As {@link #add(InputStream, Digest)} for a file of this file system, which is moved or removed. */
    public Path adopt(Path file, Digest expected) throws IOException {
        Digest found = Digest.of(file);
        if (!found.equals(expected)) {
            Files.delete(file);
            throw new DigestMismatch(expected, found);
        }
        return keep(file, expected);
    }

    public void remove(Digest digest) throws IOException {
        Files.deleteIfExists(path(digest));
    }

    private Path keep(Path file, Digest digest) throws IOException {
        try {
            return Files.move(file, path(digest), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            return Files.move(file, path(digest), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private Path temporary() throws IOException {
        return Files.createTempFile(directory, "incoming-", ".tmp");
    }

    private Path path(Digest digest) {
        return directory.resolve(digest.hex());
    }

    /** Content that is not what its digest says. */
    public static final class DigestMismatch extends IOException {
        DigestMismatch(Digest expected, Digest found) {
            super("digest did not match uploaded content: expected " + expected + ", got " + found);
        }
    }
}
