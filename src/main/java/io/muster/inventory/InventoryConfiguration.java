package io.muster.inventory;

import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The inventory that is configured, or else the one of the bean {@link InventoryLocation}; it must be valid at the start. */
@Configuration(proxyBeanMethods = false)
class InventoryConfiguration {

    private final InventoryLocation location;
    private final Clock clock;
    private final Secrets plain;

    InventoryConfiguration(
            Environment environment, ObjectProvider<InventoryLocation> other, ObjectProvider<Clock> clock) {
        this.location = InventoryLocation.configured(environment).orElseGet(() -> required(other));
        this.plain = location.openSecrets();
        this.clock = clock.getIfAvailable(Clock::systemUTC);
    }

    private static InventoryLocation required(ObjectProvider<InventoryLocation> other) {
        return other.getIfAvailable(() -> {
            throw new IllegalStateException("No inventory is configured; set MUSTER_INVENTORY to a file.");
        });
    }

    @Bean
    Secrets secrets(@Qualifier("journalDataSource") ObjectProvider<DataSource> journal) {
        return new RememberedSecrets(plain, journal::getObject);
    }

    /** Resolves at each reading, on every server, what it refers to: nobody need remember that. */
    @Bean
    FileInventory inventoryFile(ObjectProvider<DataTypeName> types) {
        return new FileInventory(
                location.file(), new InventoryReader(plain, () -> DataTypeNames.and(types.stream())), clock);
    }

    @Bean
    Inventories inventories(FileInventory file, JdbcClient jdbc, Placements placements) {
        return new FileInventories(file, new PinnedInventories(jdbc, clock), placements);
    }

    @Bean
    InventoryHealth inventoryHealthIndicator(FileInventory file) {
        return new InventoryHealth(file);
    }
}
