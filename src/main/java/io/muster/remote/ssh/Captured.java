package io.muster.remote.ssh;

import io.muster.remote.SshHosts;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Keeps the beginning of a script's output in memory. */
final class Captured implements SshHosts.Output {

    private static final int ERRORS = 4096;

    private final int limit;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    Captured(int limit) {
        this.limit = limit;
    }

    @Override
    public synchronized void out(byte[] bytes, int offset, int length) {
        out.write(bytes, offset, Math.min(length, limit - out.size()));
    }

    @Override
    public synchronized void err(byte[] bytes, int offset, int length) {
        err.write(bytes, offset, Math.min(length, ERRORS - err.size()));
    }

    synchronized byte[] bytes() {
        return out.toByteArray();
    }

    synchronized String text() {
        return out.toString(StandardCharsets.UTF_8).strip();
    }

    synchronized String errors() {
        return err.toString(StandardCharsets.UTF_8).strip();
    }
}
