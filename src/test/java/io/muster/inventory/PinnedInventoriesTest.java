package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.storage.TestDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class PinnedInventoriesTest {

    private static TestDatabase database;

    @TempDir
    Path directory;

    private final Clock clock = Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC);
    private final JdbcClient jdbc = JdbcClient.create(database.dataSource());
    private final Inventory example =
            new InventoryReader(InventoryFixture.secrets()).read(InventoryFixture.EXAMPLES.resolve("inventory.yaml"));

    @BeforeAll
    static void createDatabase() {
        database = TestDatabase.create();
    }

    @AfterAll
    static void dropDatabase() {
        database.close();
    }

    @Test
    void aRunFindsWhatItPinnedOnAnyServer() {
        pins().pin("found", example);
        assertThat(pins().of("found")).isEqualTo(example);
    }

    @Test
    void aRunKeepsItsPinWhenTheInventoryChanges() {
        Inventory other = new InventoryFixture(directory).read();
        pins().pin("kept", example);
        pins().pin("kept", other);
        pins().pin("later", other);
        assertThat(pins().of("kept")).isEqualTo(example);
        assertThat(pins().of("later")).isEqualTo(other);
    }

    @Test
    void oneContentIsKeptAndReadOnce() {
        PinnedInventories pins = pins();
        pins.pin("one", example);
        pins.pin("two", example);
        assertThat(pins.of("one")).isSameAs(pins.of("two"));
        assertThat(jdbc.sql("select count(*) from inventory_snapshot where hash = ?")
                        .param(example.hash())
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void aRunThatPinnedNothingIsNamed() {
        assertThatThrownBy(() -> pins().of("nobody"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Run nobody pinned no inventory.");
    }

    @Test
    void aPinIsGoneWithItsTransaction() {
        DataSourceTransactionManager transactions = new DataSourceTransactionManager(database.dataSource());
        JdbcClient inside = JdbcClient.create(transactions.getDataSource());
        PinnedInventories pins = new PinnedInventories(inside, clock);
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            pins.pin("rolled-back", example);
            assertThat(pins.of("rolled-back")).isEqualTo(example);
            status.setRollbackOnly();
        });
        assertThatThrownBy(() -> pins.of("rolled-back")).hasMessage("Run rolled-back pinned no inventory.");
    }

    @Test
    void whatIsKeptHoldsCertificatesButNoSecretValues() {
        pins().pin("content", example);
        String content = jdbc.sql("select content::text from inventory_snapshot where hash = ?")
                .param(example.hash())
                .query(String.class)
                .single();
        assertThat(content)
                .contains("-----BEGIN CERTIFICATE-----", "secret:registry-password")
                .doesNotContain("value of");
    }

    @Test
    void aChangedContentIsNotBelieved() {
        Inventory other = new InventoryFixture(directory)
                .with("{TITLE: Notes}", "{TITLE: Forged}")
                .read();
        pins().pin("forged", other);
        // As somebody who owns the tables could do it; the trigger refuses it to everyone else.
        jdbc.sql("alter table inventory_snapshot disable trigger append_only").update();
        jdbc.sql(
                        "update inventory_snapshot set content = jsonb_set(content, '{environments,prod,description}', '\"x\"')"
                                + " where hash = ?")
                .param(other.hash())
                .update();
        jdbc.sql("alter table inventory_snapshot enable trigger append_only").update();
        assertThatThrownBy(() -> pins().of("forged"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("The kept inventory " + other.hash() + " (from " + other.source()
                        + ") was changed: its content has the hash ");
    }

    private PinnedInventories pins() {
        return new PinnedInventories(jdbc, clock);
    }
}
