package io.muster.steps;

import io.muster.remote.DurableCommands;
import io.muster.step.StepContext;
import io.muster.step.StepLog;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Passes output on to the log and keeps the end of each stream. */
public final class OutputTail implements DurableCommands.Output {

    /** A string variable of the engine holds 4000 characters. */
    private static final int KEPT = 3900;

    /** More than is shown, so that a secret is masked before it is cut. As much as a target keeps behind a limit. */
    private static final int BYTES = 64 * 1024;

    private final StepContext context;
    private final StepLog log;
    private final Tail out = new Tail();
    private final Tail err = new Tail();

    public OutputTail(StepContext context) {
        this.context = context;
        this.log = context.log();
    }

    @Override
    public void out(byte[] bytes, int offset, int length) {
        log.out(bytes, offset, length);
        out.add(bytes, offset, length);
    }

    @Override
    public void err(byte[] bytes, int offset, int length) {
        log.err(bytes, offset, length);
        err.add(bytes, offset, length);
    }

    @Override
    public void cut(boolean error, DurableCommands.Cut cut) {
        log.cut(error, cut.bytes(), cut.sha256(), cut.tail());
        (error ? err : out).add(cut.tail(), 0, cut.tail().length);
    }

    @Override
    public void note(String line) {
        log.info(line);
    }

    public String stdout() {
        return shown(out);
    }

    public String stderr() {
        return shown(err);
    }

    private String shown(Tail tail) {
        String text = tail.whole() ? context.masked(tail.text()) : context.maskedRest(tail.text());
        String end = text.length() > KEPT ? text.substring(text.length() - KEPT) : text;
        return end.stripTrailing();
    }

    /** The last line that the command wrote, as a sentence; empty when it wrote nothing. */
    public String lastWords() {
        String text = stderr().isBlank() ? stdout() : stderr();
        String line = text.strip().lines().reduce((first, second) -> second).orElse("");
        String shown = line.length() > 300 ? line.substring(0, 300) + "…" : line;
        return shown.isEmpty() ? "It wrote nothing." : "Its last words: \"" + shown + "\".";
    }

    private static final class Tail {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean whole = true;

        synchronized void add(byte[] bytes, int offset, int length) {
            int from = Math.max(0, length - BYTES);
            kept.write(bytes, offset + from, length - from);
            whole &= from == 0;
            if (kept.size() > 2 * BYTES) {
                byte[] end = end();
                kept.reset();
                kept.writeBytes(end);
                whole = false;
            }
        }

        /** Whether it is all that was written. */
        synchronized boolean whole() {
            return whole && kept.size() <= BYTES;
        }

        synchronized String text() {
            return new String(end(), StandardCharsets.UTF_8).replace('\0', '\uFFFD');
        }

        private byte[] end() {
            byte[] all = kept.toByteArray();
            return Arrays.copyOfRange(all, Math.max(0, all.length - BYTES), all.length);
        }
    }
}
