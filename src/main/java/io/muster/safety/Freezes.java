package io.muster.safety;

import io.muster.journal.JournalDatabase;
import io.muster.journal.Masking;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Freezes of environments: while one lasts, no step that changes something starts there. Each change of it is an event of the
 * environment's own audit chain, {@code environment/<name>}.
 */
public final class Freezes {

    private final JournalDatabase database;
    private final Masking masking;
    private final Clock clock;

    public Freezes(JournalDatabase database, Masking masking, Clock clock) {
        this.database = database;
        this.masking = masking;
        this.clock = clock;
    }

    /** Freezing what is frozen keeps since when, and takes the new reason. */
    public void freeze(String environment, String by, String reason) {
        database.query(
                "select environment_freeze_set(?, ?, ?, ?)",
                (row, n) -> n,
                environment,
                by,
                masking.mask(reason),
                now());
    }

    /** @return whether it was frozen */
    public boolean thaw(String environment, String by, Optional<String> reason) {
        return database.first(
                        "select environment_freeze_lift(?, ?, ?, ?)",
                        (row, n) -> row.getBoolean(1),
                        environment,
                        by,
                        reason.map(masking::mask).orElse(null),
                        now())
                .orElseThrow();
    }

    /** By environment; what is not in it is not frozen. */
    public Map<String, Freeze> all() {
        return database
                .query(
                        "select environment, by, at, reason from environment_freeze",
                        (row, n) -> new Freeze(
                                row.getString("environment"),
                                row.getString("by"),
                                row.getObject("at", OffsetDateTime.class).toInstant(),
                                row.getString("reason")))
                .stream()
                .collect(Collectors.toMap(Freeze::environment, Function.identity()));
    }

    private OffsetDateTime now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    public record Freeze(String environment, String by, Instant since, String reason) {}
}
