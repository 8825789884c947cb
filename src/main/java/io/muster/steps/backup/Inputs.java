package io.muster.steps.backup;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Text of a diagram as what it means. */
final class Inputs {

    private Inputs() {}

    static Instant instant(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "`" + name + "` is '" + text + "', which is no time; write 2026-01-02T03:04:05Z.");
        }
    }
}
