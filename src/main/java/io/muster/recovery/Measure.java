package io.muster.recovery;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * A number that a drill measured.
 *
 * @param name one of {@link Measures}' names
 * @param target what it should be at most (of percentages: at least); empty where nothing is asked
 * @param grade as the table {@code recovery-thresholds} has it; empty where nothing is asked
 */
public record Measure(
        String name, Unit unit, BigDecimal value, Optional<BigDecimal> target, Optional<Grade> grade, Instant at) {

    public enum Unit {
        SECONDS,
        BYTES,
        CHANGES,
        PERCENT
    }

    public enum Grade {
        TARGET,
        ACCEPTABLE,
        WARNING
    }
}
