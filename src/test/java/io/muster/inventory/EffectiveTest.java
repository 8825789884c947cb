package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Inventory.Service;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EffectiveTest {

    private final KnownPlacements placed = new KnownPlacements();
    private final Effective effective = new Effective(placed);
    private final Inventory file = InventoryReader.withoutSecrets().read(Path.of("docs/examples/inventory.yaml"));

    private void place(Placement.State state, String from, String to) {
        placed.put(new Placement(
                "prod",
                "wiki",
                state,
                to,
                "core",
                state == Placement.State.PROMOTED ? Optional.of(from) : Optional.empty(),
                Optional.empty(),
                "run-1",
                Instant.EPOCH));
    }

    private Service wiki(Inventory inventory) {
        return Lookup.service(Lookup.environment(inventory, "prod"), "wiki");
    }

    @Test
    void withoutAPromotionTheFileCounts() {
        assertThat(effective.of(file)).isSameAs(file);
        place(Placement.State.RETIRED, "", "trial-01");
        assertThat(effective.of(file)).isSameAs(file);
    }

    @Test
    void aPromotedServiceIsWhereItWentWithWhatDiffersThere() {
        place(Placement.State.PROMOTED, "trial-01", "apps-01");
        Inventory inventory = effective.of(file);
        Service wiki = wiki(inventory);
        assertThat(wiki.container()).isEqualTo("apps-01");
        assertThat(wiki.containerClass()).isEqualTo(Inventory.ContainerClass.CORE);
        assertThat(wiki.health().orElseThrow().url()).isEqualTo("http://192.0.2.13:8090/health");
        assertThat(wiki.limits().cpus()).contains(2.0);
        assertThat(wiki.promotion()).isEmpty();
        assertThat(wiki.volumes()).isEqualTo(wiki(file).volumes());
        assertThat(inventory.hash()).isNotEqualTo(file.hash());
        assertThat(effective.of(file)).isSameAs(inventory);

        placed.clear();
        assertThat(effective.of(file)).isSameAs(file);
    }

    @Test
    void whoChangesTheFileDecidesAnew() {
        place(Placement.State.PROMOTED, "elsewhere", "apps-01");
        assertThat(wiki(effective.of(file)).container()).isEqualTo("trial-01");
        place(Placement.State.PROMOTED, "trial-01", "another");
        assertThat(wiki(effective.of(file)).container()).isEqualTo("trial-01");
    }
}
