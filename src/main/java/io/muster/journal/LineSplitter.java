package io.muster.journal;

/**
 * Splits text that comes in chunks into lines, and lines of more than 16 Ki characters into pieces. Ends of lines are
 * {@code \n} and {@code \r\n}. Not thread-safe.
 */
final class LineSplitter {

    static final int LONGEST_PIECE = 16 * 1024;

    private final StringBuilder line = new StringBuilder();
    private boolean begun;

    /** Takes a line, or a piece of one that the next piece continues. */
    interface Sink {
        void piece(String text, boolean continued);
    }

    void feed(CharSequence text, Sink sink) {
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                line.append(text, start, i);
                start = i + 1;
                split(sink);
                endOfLine(sink);
            }
        }
        line.append(text, start, text.length());
        split(sink);
    }

    /** Gives away the beginning of a line that is not complete. */
    void flush(Sink sink) {
        int end = whole(line.length());
        if (end > 0) {
            begin(end, sink);
        }
    }

    /** Whether there is a beginning of a line that nobody has got yet. */
    boolean holdsPart() {
        return whole(line.length()) > 0;
    }

    void end(Sink sink) {
        if (begun || !line.isEmpty()) {
            finish(line.length(), sink);
        }
    }

    private void split(Sink sink) {
        int from = 0;
        while (line.length() - from > LONGEST_PIECE + 1) {
            int end = whole(from + LONGEST_PIECE);
            sink.piece(line.substring(from, end), true);
            begun = true;
            from = end;
        }
        line.delete(0, from);
    }

    private void endOfLine(Sink sink) {
        int end = line.length();
        finish(end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end, sink);
    }

    private void begin(int end, Sink sink) {
        sink.piece(line.substring(0, end), true);
        line.delete(0, end);
        begun = true;
    }

    private void finish(int end, Sink sink) {
        sink.piece(line.substring(0, end), false);
        line.setLength(0);
        begun = false;
    }

    /** Not between the halves of a surrogate pair, nor before what may be the second half of {@code \r\n}. */
    private int whole(int end) {
        if (end == 0) {
            return 0;
        }
        char last = line.charAt(end - 1);
        return last == '\r' || Character.isHighSurrogate(last) ? end - 1 : end;
    }
}
