package io.muster.steps.ssh;

import io.muster.remote.DurableCommands;
import io.muster.step.StepLog;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Passes output on to the log and keeps the end of each stream. */
final class OutputTail implements DurableCommands.Output {

    /** A string variable of the engine holds 4000 characters. */
    private static final int KEPT = 3900;

    private final StepLog log;
    private final Tail out = new Tail();
    private final Tail err = new Tail();

    OutputTail(StepLog log) {
        this.log = log;
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

    String stdout() {
        return out.text();
    }

    String stderr() {
        return err.text();
    }

    /** The last line that the command wrote, as a sentence; empty when it wrote nothing. */
    String lastWords() {
        String text = stderr().isBlank() ? stdout() : stderr();
        String line = text.strip().lines().reduce((first, second) -> second).orElse("");
        String shown = line.length() > 300 ? line.substring(0, 300) + "…" : line;
        return shown.isEmpty() ? "It wrote nothing." : "Its last words: \"" + shown + "\".";
    }

    private static final class Tail {
        private byte[] kept = new byte[0];

        synchronized void add(byte[] bytes, int offset, int length) {
            int from = Math.max(0, length - KEPT);
            int room = Math.min(kept.length, KEPT - (length - from));
            byte[] next = Arrays.copyOfRange(kept, kept.length - room, kept.length + length - from);
            System.arraycopy(bytes, offset + from, next, room, length - from);
            kept = next;
        }

        synchronized String text() {
            return new String(kept, StandardCharsets.UTF_8)
                    .replace('\0', '\uFFFD')
                    .stripTrailing();
        }
    }
}
