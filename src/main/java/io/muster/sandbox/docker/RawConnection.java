package io.muster.sandbox.docker;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.channels.Channels;

/**
 * Both directions of an upgraded connection as streams. The TLS layer below does not bear a read and a write at the same
 * time, so they take turns, and a read that finds nothing asks again a moment later.
 */
final class RawConnection implements Closeable {
    private static final long POLL_MILLIS = 10;

    private final StreamConnection connection;
    private final Object turn = new Object();
    private volatile boolean closed;

    RawConnection(StreamConnection connection) {
        this.connection = connection;
    }

    InputStream in() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return receive(ByteBuffer.wrap(buffer, offset, length));
            }
        };
    }

    OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] buffer, int offset, int length) throws IOException {
                synchronized (turn) {
                    Channels.writeBlocking(connection.getSinkChannel(), ByteBuffer.wrap(buffer, offset, length));
                }
            }

            @Override
            public void flush() throws IOException {
                synchronized (turn) {
                    Channels.flushBlocking(connection.getSinkChannel());
                }
            }
        };
    }

    private int receive(ByteBuffer buffer) throws IOException {
        while (true) {
            synchronized (turn) {
                if (closed) {
                    return -1;
                }
                int read = connection.getSourceChannel().read(buffer);
                if (read != 0) {
                    return read;
                }
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return -1;
            }
        }
    }

    @Override
    public void close() {
        synchronized (turn) {
            closed = true;
            IoUtils.safeClose(connection);
        }
    }
}
