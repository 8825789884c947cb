package io.muster.remote.ssh;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Cuts off what a host prints on a stream before the script begins (profiles print things, sudo complains), up to and
 * including the line that starts with the mark. Fed by one thread; read by any.
 */
final class Preamble {

    private static final int KEPT = 8 * 1024;

    private final String mark;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private volatile Optional<String> line = Optional.empty();

    Preamble(String mark) {
        this.mark = mark;
    }

    /** The rest of the line behind the mark, once it has come. */
    Optional<String> line() {
        return line;
    }

    /** What came before the mark, its end. */
    synchronized String noise() {
        return seen.toString(StandardCharsets.UTF_8).strip();
    }

    /** Passes on what belongs to the script. */
    void feed(byte[] bytes, int length, Sink sink) {
        if (line.isPresent()) {
            sink.accept(bytes, 0, length);
            return;
        }
        byte[] rest = search(bytes, length);
        if (rest.length > 0) {
            sink.accept(rest, 0, rest.length);
        }
    }

    private synchronized byte[] search(byte[] bytes, int length) {
        seen.write(bytes, 0, length);
        byte[] all = seen.toByteArray();
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int start = text.indexOf(mark);
        int end = start < 0 ? -1 : text.indexOf('\n', start);
        if (end < 0) {
            keep(all, Math.max(0, all.length - KEPT), all.length);
            return new byte[0];
        }
        keep(all, 0, start);
        line = Optional.of(text.substring(start + mark.length(), end));
        return java.util.Arrays.copyOfRange(all, end + 1, all.length);
    }

    private void keep(byte[] all, int from, int to) {
        seen.reset();
        seen.write(all, from, to - from);
    }

    interface Sink {
        void accept(byte[] bytes, int offset, int length);
    }
}
