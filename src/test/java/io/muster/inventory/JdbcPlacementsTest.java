package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Placement.State;
import io.muster.storage.TestDatabase;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JdbcPlacementsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final Placements placements =
            new JdbcPlacements(TestDatabase.create().dataSource());

    private static Placement placement(String service, State state) {
        boolean promoted = state == State.PROMOTED;
        return new Placement(
                "prod",
                service,
                state,
                "core-01",
                "core",
                promoted ? Optional.of("experimental-01") : Optional.empty(),
                promoted ? Optional.empty() : Optional.of("m:/archive"),
                "run-1",
                NOW);
    }

    @Test
    void whatWasLastKnownOfAServiceIsFound() {
        assertThat(placements.all()).isEmpty();
        placements.put(placement("notes", State.PROMOTED));
        placements.put(placement("wiki", State.RETIRED));
        assertThat(placements.find("prod", "notes")).contains(placement("notes", State.PROMOTED));
        assertThat(placements.find("other", "notes")).isEmpty();

        placements.put(placement("notes", State.RETIRED));
        assertThat(placements.all())
                .containsExactly(placement("notes", State.RETIRED), placement("wiki", State.RETIRED));
    }
}
