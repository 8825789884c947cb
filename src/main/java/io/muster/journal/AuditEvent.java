package io.muster.journal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;

/**
 * One event of a root run's audit chain.
 *
 * @param seq from 1, without gaps
 * @param actor the authenticated user, {@code timer}, {@code engine}, or the server that ran a step
 * @param body JSON, exactly as hashed
 * @param prevHash the hash of the event before; 64 zeros for the first
 */
public record AuditEvent(
        String rootRunId, long seq, Instant at, String kind, String actor, String body, String prevHash, String hash) {

    static final String NO_HASH = "0".repeat(64);

    /**
     * What its hash must be: SHA-256, hex, over seven fields (root run, seq, microseconds since 1970, kind, actor, body,
     * hash of the event before), each in UTF-8 as {@code <length in bytes>:<bytes>,}. The database computes the same in
     * {@code audit_hash}.
     */
    public String expectedHash() {
        MessageDigest digest = sha256();
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, at);
        for (String field :
                List.of(rootRunId, Long.toString(seq), Long.toString(micros), kind, actor, body, prevHash)) {
            byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(bytes);
            digest.update((byte) ',');
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }
}
