package io.muster.steps;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Moments, as diagrams hand them on. */
public final class Moments {

    private Moments() {}

    /** @throws StepFailure InvalidInput, naming the input */
    public static Instant of(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "`" + name + "` is '" + text + "', which is no time; write 2026-01-02T03:04:05Z.");
        }
    }
}
