package io.muster.inventory;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;

/** The forms in which a secret may turn up in an output: itself, its lines, and what encodings make of it. */
final class SecretForms {

    /** Pieces of a secret that are shorter than this occur by chance, and masking them would destroy evidence. */
    private static final int SHORTEST_PIECE = 8;

    private SecretForms() {}

    static Set<String> of(String value) {
        Set<String> forms = new LinkedHashSet<>();
        forms.add(value);
        encodings(value, forms);
        value.lines().map(String::strip).filter(SecretForms::tellsSomething).forEach(forms::add);
        return forms;
    }

    private static boolean tellsSomething(String line) {
        return line.length() >= SHORTEST_PIECE && !line.startsWith("-----");
    }

    private static void encodings(String value, Set<String> forms) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        forms.add(Base64.getEncoder().encodeToString(bytes));
        forms.add(Base64.getUrlEncoder().encodeToString(bytes));
        for (int offset = 0; offset < 3; offset++) {
            addIfLong(inside(Base64.getEncoder(), bytes, offset), forms);
            addIfLong(inside(Base64.getUrlEncoder(), bytes, offset), forms);
        }
        String url = URLEncoder.encode(value, StandardCharsets.UTF_8);
        forms.add(url);
        forms.add(url.replace("+", "%20"));
        forms.add(value.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t"));
    }

    private static void addIfLong(String piece, Set<String> forms) {
        if (piece.length() >= SHORTEST_PIECE) {
            forms.add(piece);
        }
    }

    /** The base64 letters that depend on the value alone when it stands in a longer text: {@code user:password}. */
    private static String inside(Base64.Encoder encoder, byte[] bytes, int offset) {
        byte[] shifted = new byte[offset + bytes.length];
        System.arraycopy(bytes, 0, shifted, offset, bytes.length);
        String encoded = encoder.withoutPadding().encodeToString(shifted);
        int from = (offset * 8 + 5) / 6;
        int to = shifted.length * 8 / 6;
        return from < to ? encoded.substring(from, to) : "";
    }
}
