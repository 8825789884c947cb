package io.muster.sandbox.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The address of content: {@code sha256:} and 64 hexadecimal digits. */
public record Digest(String hex) {
    private static final String PREFIX = "sha256:";

    public Digest {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("'" + hex + "' is not a SHA-256 in hexadecimal digits");
        }
    }

    /** @throws IllegalArgumentException when it is not a digest of SHA-256 */
    public static Digest parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("'" + text + "' is not a digest: expected sha256:…");
        }
        return new Digest(text.substring(PREFIX.length()));
    }

    /** Whether a reference is meant as a digest, not as a tag (which cannot hold a colon). */
    public static boolean looksLike(String reference) {
        return reference.contains(":");
    }

    public static Digest of(byte[] content) {
        return new Digest(HexFormat.of().formatHex(sha256().digest(content)));
    }

    public static Digest of(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return new Digest(HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return PREFIX + hex;
    }
}
