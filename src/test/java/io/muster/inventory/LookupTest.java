package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.inventory.Inventory.Environment;
import org.junit.jupiter.api.Test;

class LookupTest {

    private final Inventory inventory =
            new InventoryReader(InventoryFixture.secrets()).read(InventoryFixture.EXAMPLES.resolve("inventory.yaml"));
    private final Environment lab = Lookup.environment(inventory, "lab");
    private final Environment prod = Lookup.environment(inventory, "prod");

    @Test
    void findsWhatExists() {
        assertThat(Lookup.service(prod, "notes").name()).isEqualTo("notes");
        assertThat(Lookup.host(prod, "apps-01").name()).isEqualTo("apps-01");
        assertThat(Lookup.node(prod, "proxima").name()).isEqualTo("proxima");
    }

    @Test
    void anUnknownEnvironmentListsThemAndTheNearest() {
        fails(
                () -> Lookup.environment(inventory, "prodd"),
                "There is no environment 'prodd' in docs/examples/inventory.yaml."
                        + " Environments: prod, lab. Did you mean 'prod'?");
    }

    @Test
    void anUnknownServiceNamesItsEnvironment() {
        fails(
                () -> Lookup.service(prod, "blog"),
                "There is no service 'blog' in environment 'prod'. Services: database, notes, wiki.");
    }

    @Test
    void anUnknownHostAndNodeAreNamed() {
        fails(
                () -> Lookup.host(prod, "app-01"),
                "There is no host 'app-01' in environment 'prod'. Hosts: bastion, monitoring-01, apps-01, trial-01."
                        + " Did you mean 'apps-01'?");
        fails(() -> Lookup.node(lab, "proxima"), "There is no node 'proxima' in environment 'lab'. It has no nodes.");
    }

    @Test
    void noNameAtAllAsksForOne() {
        fails(
                () -> Lookup.environment(inventory, null),
                "No environment was given; name an environment in docs/examples/inventory.yaml. Environments: prod, lab.");
        fails(
                () -> Lookup.service(prod, " "),
                "No service was given; name a service in environment 'prod'. Services: database, notes, wiki.");
    }

    @Test
    void lineBreaksInANameAreMadeVisible() {
        fails(
                () -> Lookup.service(prod, "a\nb"),
                "There is no service 'a\\u000ab' in environment 'prod'. Services: database, notes, wiki.");
    }

    private static void fails(Runnable lookup, String message) {
        assertThatThrownBy(lookup::run).isInstanceOf(InvalidReference.class).hasMessage(message);
    }
}
