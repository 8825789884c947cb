package io.muster.journal;

/** One stream of a target's output: bytes in, masked lines out. Not thread-safe. */
final class OutputLines {

    private final VisibleUtf8 decoder = new VisibleUtf8();
    private final SecretMasking.Stream masking;
    private final LineSplitter lines = new LineSplitter();
    private final LineSplitter.Sink sink;
    private final int patience;
    private int ticks;

    /** @param patience after how many ticks a line is passed on though its end has not come */
    OutputLines(SecretMasking masking, int patience, LineSplitter.Sink sink) {
        this.masking = masking.stream();
        this.patience = patience;
        this.sink = sink;
    }

    void feed(byte[] bytes, int offset, int length) {
        StringBuilder text = new StringBuilder(length);
        decoder.decode(bytes, offset, length, text);
        feed(text);
    }

    private void feed(StringBuilder text) {
        // Masked before it is cut into lines and pieces: no cut can then go through a secret.
        StringBuilder masked = new StringBuilder(text.length());
        masking.feed(text, masked);
        lines.feed(masked, sink);
    }

    void tick() {
        ticks = lines.holdsPart() ? ticks + 1 : 0;
        if (ticks >= patience) {
            ticks = 0;
            lines.flush(sink);
        }
    }

    boolean holdsPart() {
        return lines.holdsPart();
    }

    /** The stream breaks off; the end of it follows. */
    void breakOff() {
        StringBuilder text = new StringBuilder();
        decoder.end(text);
        StringBuilder masked = new StringBuilder();
        masking.feed(text, masked);
        masking.breaksOff(masked);
        lines.feed(masked, sink);
        lines.end(sink);
    }

    void resume(byte[] tail) {
        StringBuilder text = new StringBuilder(tail.length);
        decoder.decode(tail, 0, tail.length, text);
        StringBuilder masked = new StringBuilder(text.length());
        masking.resumes(text, masked);
        lines.feed(masked, sink);
    }

    void end() {
        StringBuilder text = new StringBuilder();
        decoder.end(text);
        feed(text);
        StringBuilder masked = new StringBuilder();
        masking.end(masked);
        lines.feed(masked, sink);
        lines.end(sink);
    }
}
