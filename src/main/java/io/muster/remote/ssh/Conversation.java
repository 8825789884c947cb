package io.muster.remote.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What a script is told on its standard input while it runs. Ends with {@link #close}. */
final class Conversation extends InputStream {

    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> said = new LinkedBlockingQueue<>();
    private byte[] current = END;
    private int position;
    private boolean over;

    void say(String text) {
        said.add(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] buffer, int offset, int length) throws IOException {
        if (position == current.length && !next()) {
            return -1;
        }
        int count = Math.min(length, current.length - position);
        System.arraycopy(current, position, buffer, offset, count);
        position += count;
        return count;
    }

    private boolean next() throws IOException {
        try {
            while (!over && position == current.length) {
                current = said.take();
                position = 0;
                over = current == END;
            }
            return !over;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("This server is stopping", e);
        }
    }

    @Override
    public void close() {
        said.add(END);
    }
}
