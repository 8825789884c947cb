package io.muster.step;

/** The log of one step run. Thread-safe; masks secrets before anything is kept. */
public interface StepLog {

    /** What the step itself says. */
    void info(String line);

    /**
     * Output of the target as it arrives, any bytes: split into lines here, decoded as UTF-8 with what is not UTF-8 made
     * visible.
     */
    void out(byte[] bytes, int offset, int length);

    /** As {@link #out}, for the error stream. */
    void err(byte[] bytes, int offset, int length);

    /**
     * Says, before the first output, that both streams come from their first byte: what an earlier server journalled of
     * them is not written a second time.
     */
    default void fromStart() {}

    /**
     * A stream of which only the beginning came. Secrets are masked at both sides of the cut.
     *
     * @param bytes how many are not in the log
     * @param sha256 of these
     * @param tail the last of them
     */
    default void cut(boolean err, long bytes, String sha256, byte[] tail) {
        info(bytes + " bytes of output are left out, SHA-256 " + sha256);
        if (err) {
            err(tail, 0, tail.length);
        } else {
            out(tail, 0, tail.length);
        }
    }
}
