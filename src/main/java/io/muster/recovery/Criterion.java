package io.muster.recovery;

import java.time.Instant;

/**
 * An acceptance criterion of a drill, judged.
 *
 * @param phase 1 to 9
 * @param evidence what it was judged by, one line
 */
public record Criterion(int phase, String name, String text, Result result, Judge judge, String evidence, Instant at) {

    public enum Result {
        PASSED,
        FAILED,
        /** It does not apply to this service; the evidence says why. */
        NOT_ASKED
    }

    public enum Judge {
        MACHINE,
        PERSON
    }
}
