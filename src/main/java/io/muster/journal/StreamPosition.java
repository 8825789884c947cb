package io.muster.journal;

import java.util.Optional;

/** How much of one stream is in the log, in characters of masked text, a line's end counting one. Not thread-safe. */
final class StreamPosition {

    private long skip;
    private long position;

    /** The stream comes from its first byte, and the log holds so much of it. */
    void startsAgain(long journalled) {
        skip = journalled;
        position = journalled;
    }

    /** What of a piece is not in the log yet. */
    Optional<String> rest(String text, boolean continued) {
        int size = size(text, continued);
        if (skip >= size) {
            skip -= size;
            return Optional.empty();
        }
        String rest = text.substring((int) skip);
        skip = 0;
        return Optional.of(rest);
    }

    void kept(Piece piece) {
        position += size(piece.text(), piece.continued());
    }

    long reached() {
        return position;
    }

    private static int size(String text, boolean continued) {
        return text.length() + (continued ? 0 : 1);
    }
}
