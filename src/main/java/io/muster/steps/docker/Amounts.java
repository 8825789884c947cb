package io.muster.steps.docker;

import java.math.BigDecimal;

/** Amounts as people write them, exact, so that equal texts mean equal amounts. */
final class Amounts {

    private static final long KIB = 1024;
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB"};

    private Amounts() {}

    /** @return empty without a limit, which an engine writes as 0 */
    static String memory(Long bytes) {
        if (bytes == null || bytes == 0) {
            return "";
        }
        long amount = bytes;
        int unit = 0;
        while (amount % KIB == 0 && unit < UNITS.length - 1) {
            amount /= KIB;
            unit++;
        }
        return amount + " " + UNITS[unit];
    }

    /** @return empty without a limit, which an engine writes as 0 */
    static String cpus(Long nano) {
        return nano == null || nano == 0
                ? ""
                : BigDecimal.valueOf(nano, 9).stripTrailingZeros().toPlainString();
    }
}
