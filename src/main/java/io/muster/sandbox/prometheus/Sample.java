package io.muster.sandbox.prometheus;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A value of a series.
 *
 * @param labels with the metric's name as {@code __name__}
 */
record Sample(SortedMap<String, String> labels, double value) {
    static final String NAME = "__name__";

    Sample {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    static Sample of(String name, Map<String, String> labels, double value) {
        SortedMap<String, String> all = new TreeMap<>(labels);
        all.put(NAME, name);
        return new Sample(all, value);
    }

    /** The value as Prometheus writes it. */
    String text() {
        return format(value);
    }

    static String format(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (Double.isNaN(value)) {
            return "NaN";
        }
        return value == 0
                ? "0"
                : new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }
}
