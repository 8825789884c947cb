package io.muster.steps.drill;

import io.muster.recovery.Measure;
import io.muster.recovery.Measures;
import io.muster.step.ByteSize;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Measures as people read them. */
final class MeasureText {

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry(Measures.DEPLOYMENT_TIME, "Deployment time"),
            Map.entry(Measures.IDEMPOTENCY, "Idempotency"),
            Map.entry(Measures.EXTERNAL_SUCCESS, "External success"),
            Map.entry(Measures.BACKUP_TIME, "Backup time"),
            Map.entry(Measures.BACKUP_SIZE, "Backup size"),
            Map.entry(Measures.RESTORE_TIME, "Restore time"),
            Map.entry(Measures.RESTORE_SIZE, "Restore size"),
            Map.entry(Measures.RTO, "RTO, from the wipe to verified"),
            Map.entry(Measures.RTO_MACHINE, "RTO, the machine's part"),
            Map.entry(Measures.RTO_PEOPLE, "RTO, waiting for people"),
            Map.entry(Measures.RPO, "RPO, from the backup to the wipe"));

    private MeasureText() {}

    static String name(Measure measure) {
        return NAMES.getOrDefault(measure.name(), measure.name());
    }

    static String value(Measure measure) {
        return text(measure.unit(), measure.value());
    }

    static String target(Measure measure) {
        return measure.target()
                .map(target -> (measure.unit() == Measure.Unit.PERCENT ? "at least " : "at most ")
                        + text(measure.unit(), target))
                .orElse("–");
    }

    static String sentence(Measure measure) {
        return name(measure) + " " + value(measure)
                + measure.grade().map(grade -> " (" + grade + ")").orElse("");
    }

    /** {@code RTO 14 s, at most 15 min 0 s}. */
    static String beside(String name, List<Measure> measured, Optional<BigDecimal> most) {
        String value = measured.stream()
                .filter(measure -> measure.name().equals(name))
                .map(MeasureText::value)
                .findFirst()
                .orElse("not measured");
        return name.toUpperCase(Locale.ROOT) + " " + value
                + most.map(target -> ", at most " + text(Measure.Unit.SECONDS, target))
                        .orElse(", and none is asked");
    }

    private static String text(Measure.Unit unit, BigDecimal value) {
        return switch (unit) {
                // What took a moment did not take none.
            case SECONDS -> value.compareTo(BigDecimal.TEN) < 0
                    ? value.setScale(1, RoundingMode.HALF_UP)
                                    .stripTrailingZeros()
                                    .toPlainString() + " s"
                    : Waiting.text(value.longValue());
            case BYTES -> new ByteSize(value.longValue()).toString();
            case CHANGES -> value.toPlainString() + (value.longValue() == 1 ? " change" : " changes");
            case PERCENT -> value.stripTrailingZeros().toPlainString() + " %";
        };
    }
}
