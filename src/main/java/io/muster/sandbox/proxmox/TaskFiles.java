package io.muster.sandbox.proxmox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tasks on disk, as Proxmox VE keeps them: a log file for each, named by its UPID, whose last line tells how it ended, and
 * an {@code index} of the ended ones with end time and status.
 */
final class TaskFiles {
    /** The status of a task whose worker died without saying how it ended. */
    static final String UNEXPECTED = "unexpected status";

    private static final String INDEX = "index";

    /** A task that has ended. */
    record Ended(Upid upid, long endTime, String status) {}

    private final Path directory;

    TaskFiles(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make the directory " + directory, e);
        }
    }

    void create(Upid upid) {
        append(upid.toString(), "", StandardOpenOption.CREATE_NEW);
    }

    void log(Upid upid, String line) {
        append(upid.toString(), line + "\n", StandardOpenOption.APPEND);
    }

    /** Writes the last line and enters the task into the index. */
    void end(Upid upid, String status, Instant at) {
        log(
                upid,
                status.equals("OK")
                        ? "TASK OK"
                        : status.startsWith("WARNINGS: ") ? "TASK " + status : "TASK ERROR: " + status);
        enter(upid, status, at);
    }

    List<String> lines(Upid upid) {
        try {
            return Files.readAllLines(file(upid));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the log of the task " + upid, e);
        }
    }

    List<Ended> ended() {
        Path index = directory.resolve(INDEX);
        if (!Files.exists(index)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(index)) {
            return lines.map(TaskFiles::parse).flatMap(Optional::stream).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + index, e);
        }
    }

    /** Enters tasks that a server which is gone has left open; returns how many. */
    int closeAbandoned(Instant now) {
        List<Upid> known = ended().stream().map(Ended::upid).toList();
        List<Upid> open = new ArrayList<>(all());
        open.removeAll(known);
        open.forEach(upid -> enter(upid, statusInLog(upid), now));
        return open.size();
    }

    private List<Upid> all() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> Upid.parse(file.getFileName().toString()))
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + directory, e);
        }
    }

    private String statusInLog(Upid upid) {
        List<String> lines = lines(upid);
        String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        if (last.startsWith("TASK ERROR: ")) {
            return last.substring("TASK ERROR: ".length());
        }
        return last.equals("TASK OK") || last.startsWith("TASK WARNINGS: ")
                ? last.substring("TASK ".length())
                : UNEXPECTED;
    }

    private synchronized void enter(Upid upid, String status, Instant at) {
        String line = String.format("%s %08X %s%n", upid, at.getEpochSecond(), status.replaceAll("\\R", " "));
        append(INDEX, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static Optional<Ended> parse(String line) {
        String[] parts = line.split(" ", 3);
        // A line cut short by a crash is left out here; the task's own log still tells how it ended.
        return parts.length < 3
                ? Optional.empty()
                : Upid.parse(parts[0]).map(upid -> new Ended(upid, Long.parseLong(parts[1], 16), parts[2]));
    }

    private void append(String name, String text, StandardOpenOption first, StandardOpenOption... more) {
        StandardOpenOption[] options = Stream.concat(Stream.of(first, StandardOpenOption.WRITE), Stream.of(more))
                .toArray(StandardOpenOption[]::new);
        try {
            Files.write(directory.resolve(name), text.getBytes(StandardCharsets.UTF_8), options);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + directory.resolve(name), e);
        }
    }

    private Path file(Upid upid) {
        return directory.resolve(upid.toString());
    }
}
