package io.muster.sandbox.proxmox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The configuration that travels in a backup, at {@code etc/vzdump/pct.conf}. */
record BackupConfig(ContainerConfig config) {

    static final String PLACE = "etc/vzdump/pct.conf";
    private static final Pattern OWNER = Pattern.compile(":(\\d+)/vm-");

    /** Puts it among the files that are about to be packed. */
    static void writeTo(Path root, ContainerConfig config) {
        try {
            Path file = root.resolve(PLACE);
            Files.createDirectories(file.getParent());
            Files.writeString(file, ConfigFile.write(config));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot put the configuration into " + root, e);
        }
    }

    static void removeFrom(Path root) {
        try {
            Files.deleteIfExists(root.resolve(PLACE));
            Files.deleteIfExists(root.resolve(PLACE).getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot take the configuration out of " + root, e);
        }
    }

    static BackupConfig in(Path archive) {
        return new BackupConfig(ConfigFile.read(text(archive)));
    }

    /** As it was written into an archive. */
    static String text(Path archive) {
        try {
            Process tar = new ProcessBuilder(
                            "tar",
                            "--extract",
                            "--to-stdout",
                            "--occurrence=1",
                            "--file",
                            archive.toString(),
                            "./" + PLACE)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String text = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (tar.waitFor() != 0 || text.isEmpty()) {
                throw new TaskFailure("unable to detect configuration file in '" + archive + "'");
            }
            return text;
        } catch (IOException e) {
            throw new TaskFailure("unable to read '" + archive + "': " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TaskFailure("interrupted by signal");
        }
    }

    /** As it shall be under another number; {@code unique} gives interfaces new hardware addresses. */
    Map<String, String> valuesFor(int vmid, boolean unique) {
        Matcher owner = OWNER.matcher(config.get("rootfs").orElse(""));
        Map<String, String> values = new TreeMap<>(config.values());
        values.remove("lock");
        if (owner.find()) {
            values = Volumes.renamed(values, Integer.parseInt(owner.group(1)), vmid);
        }
        if (unique) {
            values.replaceAll(
                    (option, value) -> option.matches("net\\d+") ? value.replaceAll(",?hwaddr=[^,]*", "") : value);
        }
        return values;
    }
}
