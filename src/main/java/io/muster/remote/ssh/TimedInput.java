package io.muster.remote.ssh;

import io.muster.remote.CommandEnded;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Reads a channel with a time limit, which sshj's streams do not have: beyond it the channel is closed. */
final class TimedInput extends InputStream {

    private final InputStream in;
    private final ScheduledExecutorService alarms;
    private final ChannelSocket socket;
    private volatile int timeout;

    TimedInput(InputStream in, ScheduledExecutorService alarms, ChannelSocket socket) {
        this.in = in;
        this.alarms = alarms;
        this.socket = socket;
    }

    void timeout(int millis) {
        timeout = millis;
    }

    int timeout() {
        return timeout;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        AtomicBoolean late = new AtomicBoolean();
        int limit = timeout;
        ScheduledFuture<?> alarm = limit <= 0 || in.available() > 0
                ? null
                : alarms.schedule(
                        () -> {
                            late.set(true);
                            socket.close();
                        },
                        limit,
                        TimeUnit.MILLISECONDS);
        try {
            int read = in.read(bytes, offset, length);
            if (late.get()) {
                throw new SocketTimeoutException("no answer within " + limit + " ms");
            }
            return read < 0 ? ended() : read;
        } catch (IOException e) {
            throw late.get() ? new SocketTimeoutException("no answer within " + limit + " ms") : e;
        } finally {
            if (alarm != null) {
                alarm.cancel(false);
            }
        }
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    private int ended() throws IOException {
        String words = socket.lastWords();
        if (!words.isEmpty()) {
            throw new CommandEnded(words);
        }
        return -1;
    }
}
