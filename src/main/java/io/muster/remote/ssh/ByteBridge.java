package io.muster.remote.ssh;

import io.muster.step.ByteSize;
import io.muster.step.StepFailure;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Bytes between two threads: one writes, one reads, and whoever is ahead waits. Counts and hashes what passes. */
final class ByteBridge {

    private static final int CAPACITY = 4 << 20;

    /** The reader has gone and wants no more. */
    static final class ReaderGone extends RuntimeException {
        ReaderGone() {
            super("nobody reads any more", null, false, false);
        }
    }

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final byte[] ring = new byte[CAPACITY];
    private final MessageDigest digest = FileScripts.sha256();
    private final long most;
    private long written;
    private long read;
    private boolean ended;
    private boolean gone;

    ByteBridge(long most) {
        this.most = most;
    }

    /**
     * Waits for room.
     *
     * @throws ReaderGone when there will be none
     * @throws StepFailure TooLarge
     */
    void write(byte[] bytes, int offset, int length) {
        if (written + length > most) {
            throw new StepFailure.Rejected(
                    "TooLarge",
                    "More than " + new ByteSize(most)
                            + " came, which is the limit; the stream was ended. Raise the limit,"
                            + " or look for what has grown.");
        }
        digest.update(bytes, offset, length);
        int at = offset;
        int left = length;
        while (left > 0) {
            int some = put(bytes, at, left);
            at += some;
            left -= some;
        }
    }

    private int put(byte[] bytes, int offset, int length) {
        lock.lock();
        try {
            while (!gone && written - read == CAPACITY) {
                changed.awaitUninterruptibly();
            }
            if (gone) {
                throw new ReaderGone();
            }
            int to = (int) (written % CAPACITY);
            int some = (int) Math.min(Math.min(length, CAPACITY - to), CAPACITY - (written - read));
            System.arraycopy(bytes, offset, ring, to, some);
            written += some;
            changed.signalAll();
            return some;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will be written. */
    void end() {
        set(() -> ended = true);
    }

    /** Nothing more will be read. */
    void gone() {
        set(() -> gone = true);
    }

    private void set(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** For the writer, once it has ended. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** For the writer. */
    long bytes() {
        return written;
    }

    InputStream input() {
        return new InputStream() {
            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                return take(bytes, offset, length);
            }

            @Override
            public void close() {
                gone();
            }
        };
    }

    private int take(byte[] bytes, int offset, int length) {
        lock.lock();
        try {
            while (written == read && !ended && !gone) {
                changed.awaitUninterruptibly();
            }
            if (written == read || gone) {
                return -1;
            }
            int from = (int) (read % CAPACITY);
            int some = (int) Math.min(Math.min(length, CAPACITY - from), written - read);
            System.arraycopy(ring, from, bytes, offset, some);
            read += some;
            changed.signalAll();
            return some;
        } finally {
            lock.unlock();
        }
    }

    /** How it shows in a debugger: not the content. */
    @Override
    public String toString() {
        return Arrays.toString(new long[] {written, read});
    }
}
