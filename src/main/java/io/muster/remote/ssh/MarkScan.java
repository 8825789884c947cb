package io.muster.remote.ssh;

import java.nio.charset.StandardCharsets;

/** Passes bytes on up to a mark, holding back only what may be its beginning. Not thread-safe. */
final class MarkScan {

    private final byte[] mark;
    private final byte[] held;
    private int matched;

    MarkScan(String mark) {
        this.mark = mark.getBytes(StandardCharsets.US_ASCII);
        this.held = this.mark.clone();
    }

    /**
     * @return the index behind the mark in {@code bytes}, or -1 when it has not come yet
     */
    int feed(byte[] bytes, int offset, int length, Preamble.Sink sink) {
        int from = offset;
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == mark[matched]) {
                matched++;
                if (matched == mark.length) {
                    pass(bytes, from, i + 1 - mark.length, sink);
                    return i + 1;
                }
            } else if (matched > 0) {
                int before = i - matched;
                if (before < from) {
                    // The part that was held back from earlier calls is no mark. A mark's first byte occurs in it once.
                    sink.accept(held, 0, from - before);
                    matched = 0;
                } else {
                    matched = 0;
                }
                i--;
            }
        }
        pass(bytes, from, offset + length - matched, sink);
        return -1;
    }

    private static void pass(byte[] bytes, int from, int to, Preamble.Sink sink) {
        if (to > from) {
            sink.accept(bytes, from, to - from);
        }
    }
}
