package io.muster.sandbox.proxmox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The storage {@code local}: a directory with templates and backups as Proxmox VE lays them out. */
final class StorageFiles {

    static final String NAME = "local";

    private static final Pattern VOLUME = Pattern.compile("local:(vztmpl|backup)/([A-Za-z0-9][A-Za-z0-9._-]*)");
    private static final Pattern BACKUP = Pattern.compile(
            "vzdump-lxc-(\\d+)-\\d{4}_\\d{2}_\\d{2}-\\d{2}_\\d{2}_\\d{2}\\.(tar(?:\\.zst|\\.gz|\\.lzo)?)");
    private static final Map<String, String> FORMATS = Map.of("gz", "tgz", "zst", "tzst", "xz", "txz");
    private static final String NOTES = ".notes";

    private final Path directory;

    StorageFiles(Path directory) {
        this.directory = directory;
    }

    Path templates() {
        return made(directory.resolve("template/cache"));
    }

    Path dumps() {
        return made(directory.resolve("dump"));
    }

    /** The file of a volume id such as {@code local:vztmpl/debian-12.tar.zst}, if it is there. */
    Optional<Path> file(String volume) {
        Matcher form = VOLUME.matcher(volume);
        if (!form.matches()) {
            return Optional.empty();
        }
        Path parent = form.group(1).equals("vztmpl") ? templates() : dumps();
        return Optional.of(parent.resolve(form.group(2))).filter(Files::isRegularFile);
    }

    /** The number of the container that an archive is of. */
    static int owner(Path backup) {
        Matcher form = BACKUP.matcher(backup.getFileName().toString());
        if (!form.matches()) {
            throw ApiError.failed("'" + backup.getFileName() + "' is no backup");
        }
        return Integer.parseInt(form.group(1));
    }

    void note(Path backup, String notes) {
        try {
            Files.writeString(notesOf(backup), notes);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the notes of " + backup, e);
        }
    }

    void delete(Path file) {
        try {
            Files.deleteIfExists(notesOf(file));
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + file, e);
        }
    }

    /** @param content the kinds that are wanted; empty for all */
    List<Map<String, Object>> list(Optional<String> content, Optional<Integer> vmid) {
        List<Map<String, Object>> entries = new ArrayList<>();
        if (content.map("vztmpl"::equals).orElse(true) && vmid.isEmpty()) {
            files(templates()).forEach(file -> entries.add(template(file)));
        }
        if (content.map("backup"::equals).orElse(true)) {
            files(dumps()).stream()
                    .map(this::backup)
                    .flatMap(Optional::stream)
                    .filter(entry -> vmid.map(entry.get("vmid")::equals).orElse(true))
                    .forEach(entries::add);
        }
        return entries;
    }

    private Map<String, Object> template(Path file) {
        String name = file.getFileName().toString();
        Map<String, Object> entry = entry("vztmpl", file);
        entry.put("format", FORMATS.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "tar"));
        return entry;
    }

    private Optional<Map<String, Object>> backup(Path file) {
        Matcher form = BACKUP.matcher(file.getFileName().toString());
        if (!form.matches()) {
            return Optional.empty();
        }
        Map<String, Object> entry = entry("backup", file);
        entry.put("format", form.group(2));
        entry.put("subtype", "lxc");
        entry.put("vmid", Integer.valueOf(form.group(1)));
        notes(file).ifPresent(notes -> entry.put("notes", notes));
        return Optional.of(entry);
    }

    private static Map<String, Object> entry(String content, Path file) {
        try {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("content", content);
            entry.put("ctime", Files.getLastModifiedTime(file).toInstant().getEpochSecond());
            entry.put("size", Files.size(file));
            entry.put("volid", NAME + ":" + content + "/" + file.getFileName());
            return entry;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look at " + file, e);
        }
    }

    private static Optional<String> notes(Path backup) {
        try {
            return Files.exists(notesOf(backup)) ? Optional.of(Files.readString(notesOf(backup))) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the notes of " + backup, e);
        }
    }

    private static Path notesOf(Path backup) {
        return backup.resolveSibling(backup.getFileName() + NOTES);
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + directory, e);
        }
    }

    private static Path made(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make " + directory, e);
        }
    }
}
