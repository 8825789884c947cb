package io.muster.inventory;

import java.time.Duration;
import java.util.Optional;

/**
 * Targets of recovery.
 *
 * @param drillEvery when a recovery must have been proven again at the latest
 * @param restoreTestEvery how often a restore is tested; empty: whenever somebody starts one
 * @param restoreTest empty: {@link RestoreTestPlan#ALONE}
 */
public record RecoveryTargets(
        Optional<Duration> rto,
        Optional<Duration> rpo,
        Optional<Duration> drillEvery,
        Optional<Duration> restoreTestEvery,
        Optional<RestoreTestPlan> restoreTest) {}
