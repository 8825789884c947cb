package io.muster.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ends of audit chains, kept in a file outside the database, so that a chain that was cut, or rewritten with its end,
 * shows. Appended and synced, never rewritten: {@code <time> <root run> <seq> <hash>}, and {@code <time> restored} where
 * an operator has said that the database was restored from a backup, after which what stands before may be missing.
 */
public final class AuditAnchors {

    private static final String FILE = "audit-heads.log";
    private static final String RESTORED = "restored";
    private static final String TORN = " torn";

    private final Path file;

    private AuditAnchors(Path file) {
        this.file = file;
    }

    /** @param directory is made where it is missing */
    public static AuditAnchors in(Path directory) {
        try {
            return new AuditAnchors(Files.createDirectories(directory).resolve(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot use the directory of audit anchors " + directory, e);
        }
    }

    public Path file() {
        return file;
    }

    /** The last anchor of each chain, by root run. Lines that a crash cut short are left out. */
    public Map<String, Anchor> newest() {
        Map<String, Anchor> newest = new LinkedHashMap<>();
        boolean beforeRestore = false;
        List<String> lines = lines();
        for (int i = lines.size() - 1; i >= 0; i--) {
            String[] parts = lines.get(i).split(" ");
            if (lines.get(i).endsWith(TORN)) {
                continue;
            }
            if (parts.length == 2 && parts[1].equals(RESTORED)) {
                beforeRestore = true;
            } else {
                Anchor anchor = anchor(i, parts, beforeRestore);
                newest.putIfAbsent(anchor.head().rootRunId(), anchor);
            }
        }
        return newest;
    }

    private Anchor anchor(int index, String[] parts, boolean beforeRestore) {
        if (parts.length != 4 || !parts[2].matches("[0-9]{1,18}")) {
            throw new IllegalStateException("Line " + (index + 1) + " of " + file + " is no anchor: '"
                    + String.join(" ", parts) + "'. Somebody changed the file; put it back from a backup.");
        }
        Head head = new Head(parts[1], Long.parseLong(parts[2]), parts[3]);
        return new Anchor(Instant.parse(parts[0]), head, beforeRestore);
    }

    private List<String> lines() {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            String text = Files.readString(file);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the audit anchors in " + file, e);
        }
    }

    /** Returns when they are on the disk. */
    void append(Instant at, List<Head> heads) {
        List<String> lines = new ArrayList<>();
        heads.forEach(head -> lines.add(head.rootRunId() + " " + head.seq() + " " + head.hash()));
        write(at, lines);
    }

    /** From here on, what was anchored before may be missing: a person knows that the database was restored. */
    void appendRestored(Instant at) {
        write(at, List.of(RESTORED));
    }

    private synchronized void write(Instant at, List<String> lines) {
        StringBuilder text = new StringBuilder(endsWhole() ? "" : TORN + "\n");
        lines.forEach(line -> text.append(at.truncatedTo(ChronoUnit.SECONDS))
                .append(' ')
                .append(line)
                .append('\n'));
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the audit anchors to " + file, e);
        }
    }

    private boolean endsWhole() {
        if (!Files.exists(file)) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return channel.size() == 0 || channel.read(last, channel.size() - 1) == 1 && last.get(0) == '\n';
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the audit anchors in " + file, e);
        }
    }

    /** The end of a chain. */
    public record Head(String rootRunId, long seq, String hash) {}

    /** @param beforeRestore whether the database was restored after it was written, so that it may be missing there */
    public record Anchor(Instant at, Head head, boolean beforeRestore) {}
}
