package io.muster.journal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A line of a log, or a part of one. */
record Piece(Instant at, String stream, String text, boolean continued) {

    int bytes() {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
