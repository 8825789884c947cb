package io.muster.remote.ssh;

import io.muster.remote.DurableCommands;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** All that a durable command's follower was given. */
final class Heard implements DurableCommands.Output {

    final List<DurableCommands.Cut> cuts = new CopyOnWriteArrayList<>();
    final List<String> notes = new CopyOnWriteArrayList<>();
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

    @Override
    public void cut(boolean error, DurableCommands.Cut cut) {
        cuts.add(cut);
    }

    @Override
    public void note(String line) {
        notes.add(line);
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
