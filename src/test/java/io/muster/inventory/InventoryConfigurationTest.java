package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;

class InventoryConfigurationTest {

    @TempDir
    Path directory;

    /** Nothing here asks the database. */
    private final ApplicationContextRunner server = new ApplicationContextRunner()
            .withUserConfiguration(InventoryConfiguration.class)
            .withBean(Placements.class, KnownPlacements::new)
            .withBean(JdbcClient.class, () -> JdbcClient.create(new PGSimpleDataSource()));

    @Test
    void theConfiguredInventoryIsInForce() {
        server.withPropertyValues("muster.inventory=" + withoutSecrets().write())
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Inventories.class).current().environments())
                            .containsOnlyKeys("lab");
                    assertThat(context.getBean(InventoryHealth.class).health().getStatus())
                            .isEqualTo(Status.UP);
                });
    }

    @Test
    void withoutAConfiguredOneItIsWhereABeanSays() {
        InventoryLocation location = new InventoryLocation(withoutSecrets().write(), Optional.empty());
        server.withBean(InventoryLocation.class, () -> location).run(context -> assertThat(
                        context.getBean(Inventories.class).current().source())
                .isEqualTo(location.file().toString()));
    }

    @Test
    void withoutAnyTheServerDoesNotStart() {
        server.run(context -> assertThat(context)
                .getFailure()
                .hasRootCauseMessage("No inventory is configured; set MUSTER_INVENTORY to a file."));
    }

    @Test
    void anInvalidOneIsShownAsItsViolations() {
        Path file = new InventoryFixture(directory, "version: 2\nenvironments: {}\n").write();
        server.withPropertyValues("muster.inventory=" + file).run(context -> {
            assertThat(context).getFailure().rootCause().isInstanceOf(InventoryInvalid.class);
            var analysis = new InventoryInvalidAnalyzer().analyze(context.getStartupFailure());
            assertThat(analysis.getDescription())
                    .startsWith(
                            "The inventory " + file + " is not valid, 2 violations:\n  " + file + ":1:10: version: ");
            assertThat(analysis.getAction()).contains("inventory check");
        });
    }

    private InventoryFixture withoutSecrets() {
        return new InventoryFixture(directory, "version: 1\nenvironments: {lab: {}}\n");
    }
}
