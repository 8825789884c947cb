package io.muster.sandbox.docker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Two streams in one, as the API has it: each piece after its stream's number and its length. Thread-safe. */
final class Frames {
    private static final int HEADER = 8;
    static final byte[] NOTHING = {1, 0, 0, 0, 0, 0, 0, 0};

    private final OutputStream out;
    private final boolean raw;

    /** @param raw for a terminal: without frames */
    Frames(OutputStream out, boolean raw) {
        this.out = out;
        this.raw = raw;
    }

    synchronized void write(int stream, byte[] content, int length) throws IOException {
        if (!raw) {
            out.write(ByteBuffer.allocate(HEADER)
                    .put((byte) stream)
                    .put(new byte[3])
                    .putInt(length)
                    .array());
        }
        out.write(content, 0, length);
    }

    synchronized void flush() throws IOException {
        out.flush();
    }
}
