package io.muster.inventory;

import java.util.Optional;

/**
 * What an environment has for recovery.
 *
 * @param protectedFromWipe nothing in the environment may be wiped
 */
public record Facilities(
        Optional<BackupStore> backups,
        Optional<Vantage> vantage,
        Optional<ControlHost> control,
        boolean protectedFromWipe) {

    public static final Facilities NONE = new Facilities(Optional.empty(), Optional.empty(), Optional.empty(), false);
}
