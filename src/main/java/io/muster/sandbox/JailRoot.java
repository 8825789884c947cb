package io.muster.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The files of a jail's root before it starts. What its processes wrote there is not trusted: a link where a directory
 * of ours belongs is replaced, so that nothing is written through it to a place outside.
 */
final class JailRoot {

    /** Where the machine's own root is put aside for a moment while the jail starts. */
    static final String OLD_ROOT = ".old-root";

    private static final List<String> DIRECTORIES =
            List.of("usr", "etc", "proc", "dev", "tmp", "var", "opt", "root", "run", "srv", "home", "mnt", OLD_ROOT);

    private final Path root;

    JailRoot(Path root) {
        this.root = root;
    }

    void prepare(Jail.Spec spec) throws IOException {
        Files.createDirectories(root);
        for (String directory : DIRECTORIES) {
            directory(directory);
        }
        mode("tmp", "rwxrwxrwx");
        mode("root", "rwx------");
        directory("var/tmp");
        mode("var/tmp", "rwxrwxrwx");
        directory("var/log");
        directory("var/lib");
        write("etc/hostname", spec.hostname() + "\n");
        write("etc/hosts", hosts(spec));
        writeIfAbsent(
                "etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n");
        writeIfAbsent("etc/group", "root:x:0:\nnogroup:x:65534:\n");
        writeIfAbsent("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        for (Jail.Bind bind : spec.binds()) {
            mountPoint(bind.source(), bind.target());
        }
    }

    /** Something of the source's kind to mount on, and where it is. */
    Path mountPoint(Path source, String target) throws IOException {
        Path point = RootedPaths.resolve(root, target, true);
        if (Files.isDirectory(source)) {
            return RootedPaths.createDirectories(root, target);
        }
        Files.createDirectories(point.getParent());
        if (Files.notExists(point, LinkOption.NOFOLLOW_LINKS)) {
            Files.createFile(point);
        }
        return point;
    }

    /** Something to mount a file or directory of the machine's own {@code /etc} on. */
    void etcMountPoint(Path source) throws IOException {
        Path point = root.resolve("etc").resolve(source.getFileName());
        if (Files.isSymbolicLink(point)) {
            Files.delete(point);
        }
        mountPoint(source, "/etc/" + source.getFileName());
    }

    /** Recreates a link of the machine's root, such as {@code /bin -> usr/bin}. */
    void link(String name, Path target) throws IOException {
        Path link = root.resolve(name);
        if (Files.isSymbolicLink(link)) {
            Files.delete(link);
        }
        if (Files.notExists(link, LinkOption.NOFOLLOW_LINKS)) {
            Files.createSymbolicLink(link, target);
        }
    }

    void directory(String name) throws IOException {
        Path directory = root.resolve(name);
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(directory);
            Files.createDirectory(directory);
        }
    }

    private void mode(String name, String mode) throws IOException {
        Files.setPosixFilePermissions(root.resolve(name), PosixFilePermissions.fromString(mode));
    }

    private void writeIfAbsent(String name, String text) throws IOException {
        if (Files.notExists(root.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
            write(name, text);
        }
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.deleteIfExists(file);
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    private static String hosts(Jail.Spec spec) {
        String others = spec.hosts().entrySet().stream()
                .filter(entry -> !entry.getKey().equals(spec.hostname()))
                .map(entry -> entry.getValue() + " " + entry.getKey() + "\n")
                .collect(Collectors.joining());
        return "127.0.0.1 localhost\n" + spec.address() + " " + spec.hostname() + "\n" + others;
    }
}
