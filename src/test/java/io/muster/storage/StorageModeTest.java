package io.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

class StorageModeTest {

    private final MockEnvironment environment = new MockEnvironment();

    @Test
    void withoutAnInventoryItIsTheSandboxOnTheEmbeddedDatabase() {
        assertThat(StorageMode.decide(environment)).isEqualTo(new StorageMode(true, true));
    }

    @Test
    void theSandboxMayUseAnExternalDatabase() {
        environment.setProperty("spring.datasource.url", "jdbc:postgresql://db/muster");
        assertThat(StorageMode.decide(environment)).isEqualTo(new StorageMode(true, false));
    }

    @Test
    void anInventoryOfOnesOwnNeedsADatabaseAndAnAdministratorAndAllThatIsMissingIsNamedAtOnce() {
        environment.setProperty("muster.inventory", "/etc/muster/inventory.yaml");
        assertThatThrownBy(() -> StorageMode.decide(environment))
                .isInstanceOf(StartupRefused.class)
                .hasMessageContaining("/etc/muster/inventory.yaml")
                .hasMessageContaining("SPRING_DATASOURCE_URL")
                .hasMessageContaining("MUSTER_ADMIN_USER")
                .hasMessageContaining("MUSTER_ADMIN_PASSWORD");
    }

    @Test
    void onlyWhatIsMissingIsNamed() {
        environment.setProperty("muster.inventory", "/etc/muster/inventory.yaml");
        environment.setProperty("spring.datasource.url", "jdbc:postgresql://db/muster");
        environment.setProperty("muster.admin.user", "root");
        assertThatThrownBy(() -> StorageMode.decide(environment))
                .hasMessageContaining("Missing:\n  - MUSTER_ADMIN_PASSWORD")
                .hasMessageNotContaining("- SPRING_DATASOURCE_URL");
    }

    @Test
    void withEverythingGivenItIsAServerOfItsOwn() {
        environment.setProperty("muster.inventory", "/etc/muster/inventory.yaml");
        environment.setProperty("spring.datasource.url", "jdbc:postgresql://db/muster");
        environment.setProperty("muster.admin.user", "root");
        environment.setProperty("muster.admin.password", "s3cret");
        assertThat(StorageMode.decide(environment)).isEqualTo(new StorageMode(false, false));
    }
}
