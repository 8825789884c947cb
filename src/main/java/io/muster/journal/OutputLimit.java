package io.muster.journal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/**
 * How much output of a target a step run keeps. What comes beyond is counted and hashed, its end is kept, and the log
 * says so where the cut is and at the end. Not thread-safe.
 */
final class OutputLimit {

    static final int TAIL = 64 * 1024;

    private final long limit;
    private long kept;
    private long beyond;
    private int tailBytes;
    private final Deque<Piece> tail = new ArrayDeque<>();
    private final MessageDigest digest = AuditEvent.sha256();

    /**
     * @param limit in bytes of masked UTF-8
     * @param kept what earlier writers of this step run's log have kept already
     */
    OutputLimit(long limit, long kept) {
        this.limit = limit;
        this.kept = kept;
    }

    /** What to write now for a piece of output: itself, the statement of the cut, or nothing. */
    List<Piece> admit(Piece piece) {
        int bytes = piece.bytes() + (piece.continued() ? 0 : 1);
        if (beyond == 0 && kept + bytes <= limit) {
            kept += bytes;
            return List.of(piece);
        }
        List<Piece> now = beyond == 0
                ? List.of(statement(
                        piece.at(),
                        "Output limit of " + limit
                                + " bytes reached: what follows is counted and hashed, and only its last " + TAIL / 1024
                                + " KiB are kept."))
                : List.of();
        drop(piece, bytes);
        return now;
    }

    private void drop(Piece piece, int bytes) {
        beyond += bytes;
        digest.update(piece.text().getBytes(StandardCharsets.UTF_8));
        if (!piece.continued()) {
            digest.update((byte) '\n');
        }
        tail.addLast(piece);
        tailBytes += bytes;
        while (tailBytes > TAIL && tail.size() > 1) {
            Piece first = tail.removeFirst();
            tailBytes -= first.bytes() + (first.continued() ? 0 : 1);
        }
    }

    /** What to write when the log is closed. */
    List<Piece> end(Instant at) {
        if (beyond == 0) {
            return List.of();
        }
        List<Piece> result = new ArrayList<>();
        result.add(statement(
                at,
                "Beyond the output limit came " + beyond + " bytes (masked, UTF-8, SHA-256 "
                        + HexFormat.of().formatHex(digest.digest()) + "), of which the last " + tailBytes
                        + " follow."));
        result.addAll(tail);
        return result;
    }

    private static Piece statement(Instant at, String text) {
        return new Piece(at, "info", text, false);
    }
}
