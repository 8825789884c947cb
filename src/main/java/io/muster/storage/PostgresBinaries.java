package io.muster.storage;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs ({@code initdb}, {@code pg_ctl}, {@code postgres}), unpacked once from the archive on the classpath
 * into a directory named after that archive's content.
 *
 * @param home with {@code bin}, {@code lib} and {@code share}
 */
record PostgresBinaries(Path home) {

    private static final String LOCK = "lock";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresBinaries.class);

    private static final Map<String, String> ARCHITECTURES = Map.of("amd64", "x86_64", "aarch64", "arm_64");

    /** Unpacks into a directory beside the final one and renames that, so that what is there is whole. One process at a time. */
    static PostgresBinaries unpackedIn(Path directory) throws IOException {
        URL archive = archive();
        Path home = directory.resolve(fingerprint(archive));
        if (!Files.isDirectory(home)) {
            Files.createDirectories(directory);
            alone(directory, () -> {
                if (!Files.isDirectory(home)) {
                    unpackTo(home, archive);
                }
            });
        }
        return new PostgresBinaries(home.toRealPath());
    }

    private static void unpackTo(Path home, URL archive) throws IOException {
        LOG.info("Unpacking PostgreSQL into {} (once)", home);
        Path partial = Files.createTempDirectory(home.getParent(), "unpacking-");
        try {
            unpack(archive, partial);
            Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            FileSystemUtils.deleteRecursively(partial);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void alone(Path directory, Work work) throws IOException {
        // A lock of the file is the whole program's.
        synchronized (PostgresBinaries.class) {
            try (FileChannel channel = FileChannel.open(
                            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                work.run();
            }
        }
    }

    private static URL archive() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        String name = "postgres-linux-" + ARCHITECTURES.get(System.getProperty("os.arch")) + ".txz";
        return Optional.ofNullable(PostgresBinaries.class.getClassLoader().getResource(name))
                .filter(url -> system.startsWith("Linux"))
                .orElseThrow(() -> new StartupRefused(
                        "The embedded PostgreSQL is there for Linux on x86_64 and arm64; this is " + system + ".",
                        "Give an external database: SPRING_DATASOURCE_URL, SPRING_DATASOURCE_USERNAME and"
                                + " SPRING_DATASOURCE_PASSWORD."));
    }

    /** From the jar's directory, without reading the 15 MB. */
    private static String fingerprint(URL archive) throws IOException {
        URLConnection connection = archive.openConnection();
        if (connection instanceof JarURLConnection jar) {
            return Long.toHexString(jar.getJarEntry().getCrc()) + "-"
                    + Long.toHexString(jar.getJarEntry().getSize());
        }
        return Long.toHexString(connection.getLastModified()) + "-"
                + Long.toHexString(connection.getContentLengthLong());
    }

    private static void unpack(URL archive, Path target) throws IOException {
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (InputStream raw = archive.openStream();
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(raw)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (needed(entry) && path.startsWith(target)) {
                    unpack(tar, entry, path);
                }
            }
        }
    }

    private static boolean needed(TarArchiveEntry entry) {
        return !entry.isDirectory()
                && !entry.getName().endsWith(".a")
                && !entry.getName().contains("/pgxs/");
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path path) throws IOException {
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            throw new IOException("Unexpected hard link in the PostgreSQL archive: " + entry.getName());
        } else {
            Files.copy(tar, path);
            if ((entry.getMode() & 0100) != 0 || entry.getName().contains("bin/")) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    /** Removes what other versions and broken starts left; nothing runs from there any more. */
    void removeOthers() {
        Path directory = home.getParent();
        try {
            alone(directory, () -> {
                try (Stream<Path> all = Files.list(directory)) {
                    for (Path other : all.filter(Files::isDirectory)
                            .filter(path -> !path.equals(home))
                            .toList()) {
                        FileSystemUtils.deleteRecursively(other);
                    }
                }
            });
        } catch (IOException e) {
            LOG.warn("Old PostgreSQL programs in {} could not be removed: {}", directory, e.toString());
        }
    }
}
