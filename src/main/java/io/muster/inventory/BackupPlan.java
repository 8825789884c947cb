package io.muster.inventory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the data of a service is backed up.
 *
 * @param enabled whether backups are taken
 * @param every the cadence; empty: whenever somebody starts one
 * @param keep how many backups stay at least; empty with {@code keepFor}: all stay
 * @param keepFor how long backups stay at least
 * @param timeLimit for one backup as a whole
 * @param sizeLimit bytes, for one backup as a whole
 */
public record BackupPlan(
        boolean enabled,
        Optional<Duration> every,
        Optional<Integer> keep,
        Optional<Duration> keepFor,
        Duration timeLimit,
        long sizeLimit,
        Optional<Encryption> encryption,
        List<DataItem> data) {

    public BackupPlan {
        data = List.copyOf(data);
    }

    /**
     * With {@code age}.
     *
     * @param identity the private key
     * @param recipient the public one, {@code age1…}
     */
    public record Encryption(SecretRef identity, String recipient) {}
}
