package io.muster.inventory;

import java.util.Optional;

/**
 * How a service is proven to be ready for production: seen from outside, made by automation, backed up, filled with test data.
 *
 * @param protectedFromWipe the service may not be wiped
 */
public record Qualification(
        Optional<External> external,
        Optional<Automation> automation,
        Optional<BackupPlan> backup,
        Optional<TestData> testData,
        boolean protectedFromWipe) {

    public static final Qualification NONE =
            new Qualification(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
}
