package io.muster.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory that holds all local state, of one server at a time: {@code muster.lock} in it is locked by the operating
 * system for as long as the server lives, and names its process. Readable by its owner only (0700).
 */
public final class DataDirectory implements AutoCloseable {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    /**
     * What this JVM holds. A lock of the operating system belongs to the process, and is gone when the process closes
     * <em>any</em> channel on the file: so a directory that is held here must not be opened a second time, not even to look.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private static final String LOCK = "muster.lock";

    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private DataDirectory(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Creates the directory where it is missing, and takes its lock.
     *
     * @throws StartupRefused when another server holds it (names the directory and that server's process), or when it
     *     cannot be written
     */
    public static DataDirectory open(Path directory) {
        Path path = prepared(directory);
        if (!HELD.add(path)) {
            throw held(path, Long.toString(ProcessHandle.current().pid()));
        }
        try {
            return lock(path);
        } catch (IOException e) {
            HELD.remove(path);
            throw unusable(path, e);
        } catch (RuntimeException e) {
            HELD.remove(path);
            throw e;
        }
    }

    private static Path prepared(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        try {
            if (!Files.isDirectory(absolute)) {
                Files.createDirectories(absolute, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            Path path = absolute.toRealPath();
            closeToOthers(path);
            return path;
        } catch (IOException e) {
            throw unusable(absolute, e);
        }
    }

    /** Only what is ours: a directory that somebody uses for other things (a home, /tmp) keeps its permissions. */
    private static void closeToOthers(Path path) throws IOException {
        if (Files.getPosixFilePermissions(path).equals(OWNER_ONLY)) {
            return;
        }
        try (Stream<Path> content = Files.list(path)) {
            if (Files.exists(path.resolve(LOCK)) || content.findAny().isEmpty()) {
                Files.setPosixFilePermissions(path, OWNER_ONLY);
            } else {
                LOG.warn(
                        "The data directory {} holds other files and is open to other users; chmod 700 would close it",
                        path);
            }
        }
    }

    private static DataDirectory lock(Path path) throws IOException {
        Path file = path.resolve(LOCK);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            String holder = read(channel);
            channel.close();
            throw held(path, holder);
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes()), 0);
        return new DataDirectory(path, channel, lock);
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(32);
        channel.read(content, 0);
        return new String(content.array(), 0, content.position()).strip();
    }

    private static StartupRefused held(Path path, String holder) {
        String process = holder.isEmpty() ? "another process" : "process " + holder;
        return new StartupRefused(
                "The data directory " + path + " is in use by another Muster server (" + process + ").",
                "Stop that server" + (holder.isEmpty() ? "" : " (kill " + holder + ")")
                        + ", or give this one a directory of its own: MUSTER_DATA_DIR=/path/to/data");
    }

    private static StartupRefused unusable(Path path, IOException e) {
        return new StartupRefused(
                "The data directory " + path + " cannot be used: "
                        + e.getClass().getSimpleName() + ": " + e.getMessage(),
                "Give the user that runs Muster a directory it may write: MUSTER_DATA_DIR=/path/to/data",
                e);
    }

    /** Absolute, without symbolic links. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            if (HELD.remove(path)) {
                lock.release();
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot release the lock on " + path, e);
        }
    }
}
