package io.muster.steps.wipe;

import io.muster.inventory.Inventory;
import io.muster.inventory.RecoveryTargets;
import io.muster.recovery.Backup;
import io.muster.recovery.Backups;
import io.muster.step.StepFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The backup that would bring a service back. */
final class UsableBackup {

    static final String BACKUP_MISSING = "BackupMissing";
    static final String BACKUP_TOO_OLD = "BackupTooOld";

    /** Clocks of servers differ. */
    private static final Duration SKEW = Duration.ofHours(1);

    private static final Duration WITHOUT_RPO = Duration.ofDays(1);

    private UsableBackup() {}

    /**
     * @param wanted its id, or {@code latest}
     * @throws StepFailure BackupMissing where there is none that was read back whole, BackupTooOld where more would be lost
     *     now than the service's RPO allows
     */
    static Backup find(
            Backups backups, Inventory.Environment environment, Inventory.Service service, String wanted, Instant now) {
        Backup backup = wanted.equals("latest")
                ? verified(
                        service,
                        wanted,
                        backups.latestVerified(environment.name(), service.name(), now)
                                .or(() -> backups.latestVerified(environment.name(), service.name())))
                : verified(backups, environment, service, wanted);
        Duration allowed = service.recovery().flatMap(RecoveryTargets::rpo).orElse(WITHOUT_RPO);
        Duration age = Duration.between(backup.takenAt(), now);
        if (age.compareTo(SKEW.negated()) < 0) {
            throw new StepFailure.Rejected(
                    BACKUP_TOO_OLD,
                    service.name() + " is not wiped: backup " + backup.id() + " says that it was taken at "
                            + backup.takenAt() + ", and it is " + now
                            + ": how old it is cannot be told. Set the clock that is wrong, and take a new one with"
                            + " `service-backup`.");
        }
        if (age.compareTo(allowed) > 0) {
            throw new StepFailure.Rejected(
                    BACKUP_TOO_OLD,
                    service.name() + " is not wiped: backup " + backup.id() + " was taken at " + backup.takenAt() + ", "
                            + text(age) + " ago, and what is lost may be " + text(allowed)
                            + " at most (`recovery.rpo`). Take a new one with `service-backup`.");
        }
        return backup;
    }

    /**
     * However old it is.
     *
     * @throws StepFailure BackupMissing where it was not read back whole, or is there no more
     */
    static Backup verified(Backups backups, Inventory.Environment environment, Inventory.Service service, String id) {
        return verified(service, id, backups.find(environment.name(), service.name(), id));
    }

    private static Backup verified(Inventory.Service service, String wanted, Optional<Backup> found) {
        return found.filter(it -> it.verifiedAt().isPresent() && it.removedAt().isEmpty())
                .orElseThrow(() -> new StepFailure.Rejected(
                        BACKUP_MISSING,
                        service.name() + " is not wiped: " + missing(wanted, found)
                                + " Take one with `service-backup`, which reads it back, and start again."));
    }

    private static String missing(String wanted, Optional<Backup> found) {
        if (found.isEmpty()) {
            return wanted.equals("latest")
                    ? "it has no verified backup."
                    : "there is no backup '" + wanted + "' of it.";
        }
        return "backup " + found.get().id()
                + (found.get().removedAt().isPresent()
                        ? " was removed."
                        : found.get()
                                .damage()
                                .map(why -> " is damaged: " + why + ".")
                                .orElse(" was never read back whole."));
    }

    static String text(Duration time) {
        return time.toHours() >= 48
                ? time.toDays() + " days"
                : time.toMinutes() >= 120 ? time.toHours() + " hours" : time.toMinutes() + " minutes";
    }
}
