package io.muster.remote.ssh;

import io.muster.remote.SshHosts;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** What a script printed, all of it. */
final class Printed implements SshHosts.Output {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Override
    public synchronized void out(byte[] bytes, int offset, int length) {
        out.write(bytes, offset, length);
    }

    @Override
    public synchronized void err(byte[] bytes, int offset, int length) {
        err.write(bytes, offset, length);
    }

    synchronized byte[] bytes() {
        return out.toByteArray();
    }

    synchronized String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    synchronized String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
