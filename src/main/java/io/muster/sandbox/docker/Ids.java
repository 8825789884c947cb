package io.muster.sandbox.docker;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids of 64 hexadecimal digits. */
final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;
    private static final int SHORT = 12;

    private Ids() {}

    static String next() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static String shortened(String id) {
        return id.substring(0, SHORT);
    }
}
