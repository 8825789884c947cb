package io.muster.steps.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.BackupStore;
import io.muster.inventory.DataItem;
import io.muster.inventory.Inventory;
import io.muster.inventory.InventoryReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one service's wipe would take from another, however the two plans write it. */
class SharedDataTest {

    private static final Inventory.Environment HOMELAB = InventoryReader.withoutSecrets()
            .read(Path.of("docs", "examples", "proxmox.yaml"))
            .environment("homelab")
            .orElseThrow();

    /** As {@code type host address port database directory}, {@code -} for what is left out. */
    private static DataItem item(String text) {
        List<Optional<String>> parts = Arrays.stream(text.split(" "))
                .map(part -> Optional.of(part).filter(it -> !it.equals("-")))
                .toList();
        return new DataItem(
                "db",
                parts.get(0).orElseThrow(),
                parts.get(1),
                List.of(),
                parts.get(2),
                parts.get(3).map(Integer::parseInt),
                parts.get(4),
                Optional.empty(),
                Optional.empty(),
                parts.get(5),
                Optional.empty());
    }

    private static boolean shares(String ours, String theirs) {
        Inventory.Service notes = HOMELAB.services().get("notes");
        DataItem item = item(ours);
        ServicePlan plan =
                new ServicePlan(HOMELAB, notes, Plans.of(item), new BackupStore("monitoring-01", "/srv/persistent/b"));
        return ServedData.shares(plan, item, Plans.with(notes, Plans.of(item(theirs))));
    }

    @ParameterizedTest
    @CsvSource({
        "redis core-01 - - - /srv/redis, redis core-01 - - - /srv/redis/",
        "redis core-01 - 6379 - /srv/redis, redis core-01 127.0.0.1 - - /srv/redis",
        "etcd core-01 - - - /srv/etcd, etcd core-01 localhost 2379 - /srv/x/../etcd",
        "postgresql core-01 - - shop -, postgresql core-01 127.0.0.1 5432 shop -",
        "postgresql core-01 /run/postgresql - shop -, postgresql core-01 localhost - shop -",
        "postgresql core-01 db.home 5432 shop -, postgresql monitoring-01 DB.home - shop -",
        "postgresql core-01 - - shop -, postgresql monitoring-01 core-01 - shop -"
    })
    void theSameServerIsTheSameServer(String one, String other) {
        assertThat(shares(one, other)).isTrue();
        assertThat(shares(other, one)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "redis core-01 - 6379 - /srv/redis, redis monitoring-01 - 6379 - /srv/redis",
        "redis core-01 - - - /srv/redis, redis core-01 - - - /srv/redis-2",
        "postgresql core-01 - - shop -, postgresql core-01 - - notes -",
        "postgresql core-01 - - shop -, mariadb core-01 - - shop -",
        "postgresql core-01 - 5432 shop -, postgresql core-01 - 5433 shop -",
        "postgresql core-01 db.home - shop -, postgresql core-01 db2.home - shop -",
        "postgresql core-01 - - shop -, postgresql monitoring-01 - - shop -"
    })
    void whatIsSomewhereElseIsNotShared(String one, String other) {
        assertThat(shares(one, other)).isFalse();
        assertThat(shares(other, one)).isFalse();
    }

    @Test
    void aHostIsItsAddressToo() {
        String address = HOMELAB.hosts().get("proxima").ssh().address();
        assertThat(address).isNotEmpty();
        assertThat(shares("postgresql proxima - - shop -", "postgresql monitoring-01 " + address + " - shop -"))
                .isTrue();
    }

    @Test
    void aServerThatIsTakenWholeHasNoDatabaseOfItsOwn() {
        assertThat(new RedisData().problems(item("redis core-01 - - 1 /srv/redis")))
                .singleElement()
                .asString()
                .contains("`database`", "leave it out");
        assertThat(new EtcdData().problems(item("etcd core-01 - - 1 -"))).hasSize(2);
        assertThat(new RedisData().problems(item("redis core-01 - - - /srv/redis")))
                .isEmpty();
    }
}
