package io.muster.steps;

import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** A check that is allowed some time to come true. */
public final class Attempts {

    private static final Duration LOOK = Duration.ofSeconds(1);

    private Attempts() {}

    /** Repeats a check that fails until it passes or the time is up; what it said last is what is thrown. */
    public static <T> T within(Duration within, StepContext context, Supplier<T> check) {
        Instant until = context.clock().instant().plus(within);
        String said = "";
        while (true) {
            try {
                return check.get();
            } catch (StepFailure failure) {
                if (failure instanceof StepFailure.Fatal
                        || !context.clock().instant().isBefore(until)) {
                    throw failure;
                }
                if (!failure.getMessage().equals(said)) {
                    said = failure.getMessage();
                    context.log().info("Not yet: " + said);
                }
            }
            context.pause(LOOK);
        }
    }
}
