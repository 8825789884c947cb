package io.muster.steps;

import io.muster.remote.SshHosts;
import io.muster.step.StepContext;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** What a script says: its output is kept (the beginning), what it complains about goes to the step's log. */
public final class Words implements SshHosts.Output {

    private static final int LIMIT = 256 * 1024;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final StepContext context;

    public Words(StepContext context) {
        this.context = context;
    }

    @Override
    public synchronized void out(byte[] bytes, int offset, int length) {
        out.write(bytes, offset, Math.min(length, LIMIT - out.size()));
    }

    @Override
    public synchronized void err(byte[] bytes, int offset, int length) {
        context.log().err(bytes, offset, length);
        err.write(bytes, offset, Math.min(length, LIMIT - err.size()));
    }

    public synchronized String output() {
        return out.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    /** The end of what it complained about, as one line in quotes. */
    public synchronized String complaint() {
        String text =
                context.masked(err.toString(StandardCharsets.UTF_8).strip()).replaceAll("\\s*\\R\\s*", " ");
        String shown = text.length() > 500 ? "…" + text.substring(text.length() - 500) : text;
        return shown.isEmpty() ? "it wrote nothing." : "\"" + shown + "\".";
    }
}
