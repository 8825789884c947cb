package io.muster.sandbox.docker;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a container wrote. Its processes append to two files by themselves, so that nothing is lost while there is no
 * server; an index ({@code log.index}) says in which order and about when the parts came. Thread-safe.
 */
final class ContainerLog {
    static final int STDOUT = 1;
    static final int STDERR = 2;
    /** Longer lines are cut into parts of this size, as the real engine does. */
    static final int PART = 16 * 1024;

    private static final int STEP = 1 << 20;

    private final Path index;
    private final Path[] files;
    private final Clock clock;
    private final long[] indexed = new long[STDERR + 1];
    private final List<Segment> segments = new ArrayList<>();

    /** A run of whole lines of one stream. */
    record Segment(int stream, long from, long to, Instant at) {}

    /** A line with its end, or a part of a long one. */
    record Entry(int stream, Instant at, byte[] text) {}

    ContainerLog(Path directory, Path stdout, Path stderr, Clock clock) throws IOException {
        this.index = directory.resolve("log.index");
        this.files = new Path[] {index, stdout, stderr};
        this.clock = clock;
        if (Files.exists(index)) {
            for (String line : Files.readAllLines(index)) {
                String[] fields = line.split(" ");
                if (fields.length == 4) {
                    add(new Segment(
                            Integer.parseInt(fields[0]),
                            Long.parseLong(fields[1]),
                            Long.parseLong(fields[2]),
                            Instant.ofEpochMilli(Long.parseLong(fields[3]))));
                }
            }
        }
    }

    /** Takes note of what has come. An unfinished last line waits for its end, unless nothing more will come. */
    synchronized void advance(boolean ended) throws IOException {
        for (int stream = STDOUT; stream <= STDERR; stream++) {
            while (step(stream, ended)) {
                // Large outputs are taken in steps.
            }
        }
    }

    private boolean step(int stream, boolean ended) throws IOException {
        long from = indexed[stream];
        long size = Files.exists(files[stream]) ? Files.size(files[stream]) : 0;
        if (size <= from) {
            return false;
        }
        byte[] content = read(stream, from, Math.min(size, from + STEP));
        int end = content.length;
        while (end > 0 && content[end - 1] != '\n') {
            end--;
        }
        boolean part = end == 0 && content.length >= PART;
        if (part || ended && from + content.length == size) {
            end = content.length;
        }
        if (end == 0) {
            return false;
        }
        Segment segment = new Segment(stream, from, from + end, clock.instant());
        Files.writeString(
                index,
                stream + " " + from + " " + segment.to() + " " + segment.at().toEpochMilli() + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        add(segment);
        return true;
    }

    private void add(Segment segment) {
        segments.add(segment);
        indexed[segment.stream()] = segment.to();
    }

    /** The number of segments so far; those from {@code first} on are read by {@link #entries}. */
    synchronized int size() {
        return segments.size();
    }

    private synchronized Segment segment(int number) {
        return segments.get(number);
    }

    List<Entry> entries(int number) throws IOException {
        Segment segment = segment(number);
        byte[] content = read(segment.stream(), segment.from(), segment.to());
        List<Entry> entries = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < content.length; i++) {
            if (content[i] == '\n' || i - start + 1 == PART || i == content.length - 1) {
                byte[] text = Arrays.copyOfRange(content, start, i + 1);
                entries.add(new Entry(segment.stream(), segment.at(), text));
                start = i + 1;
            }
        }
        return entries;
    }

    private byte[] read(int stream, long from, long to) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(files[stream].toFile(), "r")) {
            byte[] content = new byte[(int) (to - from)];
            file.seek(from);
            file.readFully(content);
            return content;
        }
    }

    /** With a time before it, as {@code timestamps=1} asks for. */
    static byte[] stamped(Entry entry) {
        byte[] time = (entry.at() + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] both = Arrays.copyOf(time, time.length + entry.text().length);
        System.arraycopy(entry.text(), 0, both, time.length, entry.text().length);
        return both;
    }
}
