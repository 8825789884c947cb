package io.muster.remote.ssh;

import io.muster.remote.DurableCommands;
import io.muster.remote.SshHosts;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads what the attached half of a durable command says: lines that begin with the mark, between them the command's
 * output as it is. What arrived is counted, so that a next attachment goes on behind it.
 */
final class Attachment implements SshHosts.Output {

    private static final int LONGEST_LINE = 64 * 1024;

    private final String mark;
    private final DurableCommands.Output output;
    private final Progress progress;
    private final MarkScan outScan;
    private final MarkScan errScan;
    private final ByteArrayOutputStream part = new ByteArrayOutputStream();
    private Stage stage = Stage.TALK;
    private String[] cut;
    private boolean errEnded;
    private int said;
    private Optional<Prepared> prepared = Optional.empty();
    private Optional<RemoteProcess> process = Optional.empty();
    private Optional<String> refused = Optional.empty();
    private Optional<End> end = Optional.empty();

    /** @param progress goes on from attachment to attachment */
    Attachment(String mark, DurableCommands.Output output, Progress progress) {
        this.mark = mark;
        this.output = output;
        this.progress = progress;
        this.outScan = new MarkScan(mark);
        this.errScan = new MarkScan(mark);
    }

    private enum Stage {
        TALK,
        OUTPUT,
        LINE,
        TAIL
    }

    /** How much of the command's output was passed on. */
    static final class Progress {
        long out;
        long err;
        boolean outCut;
        boolean errCut;
    }

    record Prepared(String boot, boolean claimed, String directory) {}

    /** @param kind {@code ended}, {@code gone} (no process, no status), {@code vanished} (no directory), {@code over} */
    record End(String kind, int status, boolean rebooted, boolean lost) {}

    synchronized Optional<Prepared> prepared() {
        return prepared;
    }

    synchronized Optional<RemoteProcess> process() {
        return process;
    }

    synchronized Optional<String> refused() {
        return refused;
    }

    /** The end, when both streams have arrived whole. */
    synchronized Optional<End> end() {
        return errEnded ? end : Optional.empty();
    }

    /** Waits until something was said since then, at most so long; returns the moment to wait from next. */
    synchronized int await(int since, long millis) throws InterruptedException {
        if (said == since) {
            wait(millis);
        }
        return said;
    }

    private void tell() {
        said++;
        notifyAll();
    }

    @Override
    public synchronized void err(byte[] bytes, int offset, int length) {
        if (errEnded) {
            return;
        }
        errEnded = errScan.feed(bytes, offset, length, (b, o, n) -> {
                    output.err(b, o, n);
                    progress.err += n;
                })
                >= 0;
        if (errEnded) {
            tell();
        }
    }

    @Override
    public synchronized void out(byte[] bytes, int offset, int length) {
        int at = offset;
        while (at < offset + length) {
            at = stage == Stage.OUTPUT
                    ? output(bytes, at, offset + length - at)
                    : stage == Stage.TAIL ? tail(bytes, at, offset + length - at) : line(bytes, at, offset + length);
        }
    }

    private int output(byte[] bytes, int offset, int length) {
        int behind = outScan.feed(bytes, offset, length, (b, o, n) -> {
            output.out(b, o, n);
            progress.out += n;
        });
        if (behind < 0) {
            return offset + length;
        }
        stage = Stage.LINE;
        part.writeBytes(mark.getBytes(StandardCharsets.US_ASCII));
        return behind;
    }

    private int line(byte[] bytes, int offset, int until) {
        for (int i = offset; i < until; i++) {
            if (bytes[i] == '\n') {
                part.write(bytes, offset, i - offset);
                String line = part.toString(StandardCharsets.UTF_8);
                part.reset();
                read(line);
                return i + 1;
            }
        }
        if (part.size() < LONGEST_LINE) {
            part.write(bytes, offset, until - offset);
        }
        return until;
    }

    private int tail(byte[] bytes, int offset, int length) {
        int count = Math.min(length, Integer.parseInt(cut[5]) - part.size());
        part.write(bytes, offset, count);
        if (part.size() == Integer.parseInt(cut[5])) {
            endCut();
        }
        return offset + count;
    }

    private void endCut() {
        boolean err = cut[2].equals("err");
        if (!(err ? progress.errCut : progress.outCut)) {
            output.cut(err, new DurableCommands.Cut(Long.parseLong(cut[3]), cut[4], part.toByteArray()));
        }
        progress.errCut |= err;
        progress.outCut |= !err;
        part.reset();
        stage = Stage.LINE;
    }

    private void read(String line) {
        int start = line.indexOf(mark);
        if (start < 0) {
            return;
        }
        String[] words = line.substring(start).split(" ");
        switch (words[1]) {
            case "prepared" -> prepared = Optional.of(new Prepared(
                    words[2], words[3].equals("claimed"), line.substring(start).split(" ", 5)[4]));
            case "refused" -> refused = Optional.of(line.substring(start + mark.length() + " refused ".length()));
            case "output" -> {
                RemoteProcess said = RemoteProcess.parse(words[2] + " " + words[3] + " " + words[4]);
                process = Optional.of(said).filter(it -> it.id() > 0);
                stage = Stage.OUTPUT;
            }
            case "cut" -> {
                cut = words;
                stage = Stage.TAIL;
                if (words[5].equals("0")) {
                    endCut();
                }
            }
            default -> end = Optional.of(end(words));
        }
        tell();
    }

    private static End end(String[] words) {
        return new End(
                words[1],
                words.length > 2 ? Integer.parseInt(words[2]) : 0,
                words.length > 3 && words[3].equals("rebooted"),
                words.length > 4 && words[4].equals("lost"));
    }
}
