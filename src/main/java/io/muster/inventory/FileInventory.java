package io.muster.inventory;

import io.muster.inventory.InventoryReader.Attempt;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest valid inventory of one file. It is looked at when it is used, at most once a second; an invalid change is
 * logged once and not taken. Thread-safe.
 */
final class FileInventory {

    private static final Logger log = LoggerFactory.getLogger(FileInventory.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** A refused file may become valid without a change of its own, when a secret is put where it belongs. */
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final Path file;
    private final InventoryReader reader;
    private final Clock clock;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile State state;
    private Stamp stamp;
    private Instant looked;
    private Instant read;

    /** @param refused what is wrong with the newest change, empty when it is in force */
    record State(Inventory inventory, Instant since, List<Violation> refused) {}

    /** @throws InventoryInvalid when the file is not valid now */
    FileInventory(Path file, InventoryReader reader, Clock clock) {
        this.file = file;
        this.reader = reader;
        this.clock = clock;
        Instant now = clock.instant();
        Attempt attempt = attempt(now);
        Inventory inventory =
                attempt.inventory().orElseThrow(() -> new InventoryInvalid(file.toString(), attempt.violations()));
        this.state = new State(inventory, now, List.of());
    }

    State state() {
        if (reading.tryLock()) {
            try {
                look(clock.instant());
            } finally {
                reading.unlock();
            }
        }
        return state;
    }

    private void look(Instant now) {
        if (now.isBefore(looked.plus(LOOK))) {
            return;
        }
        looked = now;
        boolean changed = !stamp.equals(Stamp.of(file, stamp.files().keySet()));
        boolean again = !state.refused().isEmpty() && !now.isBefore(read.plus(RETRY));
        if (changed || again) {
            take(attempt(now), now);
        }
    }

    /** The stamp is taken before the file is read: what is written meanwhile is seen by the next look. */
    private Attempt attempt(Instant now) {
        Stamp before = Stamp.of(file, stamp == null ? List.of() : stamp.files().keySet());
        Attempt attempt = reader.attempt(file);
        Stamp after = Stamp.of(file, attempt.files());
        stamp = before.agreesWith(after) ? after : before;
        looked = now;
        read = now;
        return attempt;
    }

    private void take(Attempt attempt, Instant now) {
        if (attempt.inventory().isEmpty()) {
            refuse(attempt.violations());
            return;
        }
        Inventory inventory = attempt.inventory().get();
        boolean same = inventory.hash().equals(state.inventory().hash());
        if (!same || !state.refused().isEmpty()) {
            log.info("The inventory {} was read again and is in force, hash {}.", file, inventory.hash());
        }
        state = new State(inventory, same ? state.since() : now, List.of());
    }

    private void refuse(List<Violation> violations) {
        if (!violations.equals(state.refused())) {
            log.error(
                    "The inventory {} was changed but is not valid; the one read at {} stays in force. Violations:\n  {}",
                    file,
                    state.since(),
                    violations.stream().map(Violation::toString).collect(Collectors.joining("\n  ")));
        }
        state = new State(state.inventory(), state.since(), violations);
    }
}
