package io.muster.sandbox.proxmox;

import io.muster.sandbox.FileTrees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A container's files in a tar archive, with names, modes, links and owners as they are. */
final class RootArchive {

    /** The way in which an archive is compressed, as {@code compress} of a backup names it. */
    enum Compression {
        NONE(".tar", List.of()),
        GZIP(".tar.gz", List.of("--gzip")),
        ZSTD(".tar.zst", List.of("--zstd"));

        private final String suffix;
        private final List<String> options;

        Compression(String suffix, List<String> options) {
            this.suffix = suffix;
            this.options = options;
        }

        String suffix() {
            return suffix;
        }
    }

    private RootArchive() {}

    /**
     * @param first of the files, so that it can be read without the others
     * @throws TaskFailure when a file cannot be read, or the archive not be written
     */
    static void pack(Path root, Path archive, Compression compression, String... first) {
        List<String> command = new ArrayList<>(List.of("tar", "--create", "--numeric-owner", "--one-file-system"));
        command.addAll(compression.options);
        command.addAll(List.of("--file", archive.toString(), "--directory", root.toString()));
        for (String file : first) {
            command.add("./" + file);
        }
        command.add(".");
        run(command);
    }

    /** Replaces all that is in the root. */
    static void unpack(Path archive, Path root) {
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make " + root, e);
        }
        FileTrees.empty(root);
        run(List.of(
                "tar",
                "--extract",
                "--numeric-owner",
                "--preserve-permissions",
                "--file",
                archive.toString(),
                "--directory",
                root.toString()));
    }

    private static void run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new TaskFailure("command '" + String.join(" ", command) + "' failed: "
                        + (said.isEmpty() ? "exit code " + process.exitValue() : said));
            }
        } catch (IOException e) {
            throw new TaskFailure("command 'tar' cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TaskFailure("interrupted by signal");
        }
    }
}
