package io.muster.steps.testdata;

import io.muster.remote.DurableCommands;
import io.muster.step.StepContext;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** What a script lists, up to a limit; what it complains about goes to the step's log as well. */
final class Captured implements DurableCommands.Output {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final StepContext context;
    private final int limit;
    private boolean tooMuch;

    Captured(StepContext context, int limit) {
        this.context = context;
        this.limit = limit;
    }

    @Override
    public synchronized void out(byte[] bytes, int offset, int length) {
        int room = Math.min(length, limit - out.size());
        out.write(bytes, offset, room);
        tooMuch |= room < length;
    }

    @Override
    public synchronized void err(byte[] bytes, int offset, int length) {
        context.log().err(bytes, offset, length);
        err.write(bytes, offset, Math.min(length, 64 * 1024 - err.size()));
    }

    @Override
    public synchronized void cut(boolean error, DurableCommands.Cut cut) {
        tooMuch |= !error;
    }

    @Override
    public void note(String line) {
        context.log().info(line);
    }

    synchronized boolean tooMuch() {
        return tooMuch;
    }

    synchronized String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    synchronized String complaint() {
        String text = err.toString(StandardCharsets.UTF_8).strip().replaceAll("\\s*\\R\\s*", " ");
        return text.isEmpty()
                ? "it said nothing."
                : "\"" + (text.length() > 300 ? "…" + text.substring(text.length() - 300) : text) + "\".";
    }
}
