package io.muster.journal;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Decodes UTF-8 that comes in chunks cut anywhere. Bytes that are not UTF-8, and NUL, become {@code \xNN}: output is
 * evidence, so nothing in it is dropped or replaced by a question mark. Not thread-safe.
 */
final class VisibleUtf8 {

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private byte[] rest = {};

    void decode(byte[] bytes, int offset, int length, StringBuilder out) {
        drain(joined(bytes, offset, length), false, out);
    }

    void end(StringBuilder out) {
        drain(ByteBuffer.wrap(rest), true, out);
    }

    private ByteBuffer joined(byte[] bytes, int offset, int length) {
        if (rest.length == 0) {
            return ByteBuffer.wrap(bytes, offset, length);
        }
        ByteBuffer joined = ByteBuffer.allocate(rest.length + length);
        return joined.put(rest).put(bytes, offset, length).flip();
    }

    private void drain(ByteBuffer in, boolean last, StringBuilder out) {
        CharBuffer chars = CharBuffer.allocate(Math.max(16, Math.min(in.remaining(), 8192)));
        CoderResult result;
        do {
            result = decoder.decode(in, chars, last);
            append(chars.flip(), out);
            chars.clear();
            if (result.isError()) {
                for (int i = 0; i < result.length(); i++) {
                    visible(in.get(), out);
                }
            }
        } while (!result.isUnderflow());
        rest = new byte[in.remaining()];
        in.get(rest);
        decoder.reset();
    }

    private static void append(CharBuffer chars, StringBuilder out) {
        int from = out.length();
        out.append(chars);
        for (int i = out.indexOf("\0", from); i >= 0; i = out.indexOf("\0", i)) {
            out.replace(i, i + 1, "\\x00");
        }
    }

    private static void visible(byte b, StringBuilder out) {
        out.append("\\x").append(HEX[(b >> 4) & 15]).append(HEX[b & 15]);
    }
}
