package io.muster.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Inventory;
import io.muster.inventory.InventoryReader;
import io.muster.inventory.KnownPlacements;
import io.muster.journal.Journal;
import io.muster.journal.JournalDatabase;
import io.muster.journal.JournalReader;
import io.muster.journal.Patience;
import io.muster.journal.SecretMasking;
import io.muster.storage.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class ReadinessTest {

    private static final Patience PATIENCE = new Patience(Duration.ofSeconds(20));

    private final DataSource source = TestDatabase.create().dataSource();
    private final AtomicInteger asked = new AtomicInteger();

    /** Each statement takes a connection of its own. */
    private final DataSource counted = new DelegatingDataSource(source) {
        @Override
        public Connection getConnection() throws SQLException {
            asked.incrementAndGet();
            return super.getConnection();
        }
    };

    private final Inventory.Environment environment = InventoryReader.withoutSecrets()
            .read(Path.of("docs/examples/inventory.yaml"))
            .environments()
            .get("prod");

    private Readiness readiness() {
        JournalReader reader = new Journal(
                        new JdbcTemplate(counted),
                        new JournalDatabase(counted),
                        new SecretMasking(Set::of),
                        Clock.systemUTC(),
                        1_000_000)
                .reader();
        ServiceStatuses statuses = new ServiceStatuses(reader, new KnownPlacements());
        Backups backups = new JdbcBackups(counted, PATIENCE);
        var clock = new StaticListableBeanFactory().getBeanProvider(Clock.class);
        Drills drills = new JdbcDrills(counted);
        return new Readiness(
                drills,
                new JdbcMeasures(counted),
                backups,
                new BackupSchedule(backups, statuses, clock),
                new RestoreTestSchedule(backups, statuses, drills, clock),
                statuses,
                clock);
    }

    private static Inventory.Service named(String name, Inventory.Service like) {
        return new Inventory.Service(
                name,
                like.description(),
                like.image(),
                like.containerClass(),
                like.container(),
                like.volumes(),
                like.ports(),
                like.env(),
                like.secretEnv(),
                like.limits(),
                like.restart(),
                like.health(),
                like.healthCheck(),
                like.metrics(),
                like.dependencies(),
                like.labels(),
                like.recovery(),
                like.promotion(),
                like.qualification());
    }

    private Inventory.Environment with(int more) {
        Map<String, Inventory.Service> services = new LinkedHashMap<>(environment.services());
        Inventory.Service like = services.values().iterator().next();
        for (int i = 0; i < more; i++) {
            services.put("more-" + i, named("more-" + i, like));
        }
        return new Inventory.Environment(
                environment.name(),
                environment.description(),
                environment.approval(),
                environment.resolver(),
                environment.trust(),
                environment.registries(),
                environment.nodes(),
                environment.hosts(),
                environment.monitoring(),
                environment.archive(),
                environment.facilities(),
                services);
    }

    private int askedBy(Inventory.Environment environment) {
        asked.set(0);
        assertThat(readiness().of(environment)).hasSameSizeAs(environment.services());
        return asked.get();
    }

    @Test
    void aHundredServicesMoreCostNotOneStatementMore() {
        int few = askedBy(with(0));
        assertThat(few).isPositive();
        assertThat(askedBy(with(100))).isEqualTo(few);
    }

    @Test
    void whatIsKnownOfEachIsItsOwn() {
        Inventory.Environment two = with(2);
        new JdbcTemplate(source)
                .update(
                        "insert into backup (environment, service, id, host, path, bytes, taken_at, took_ms, run_id, verified_at,"
                                + " verified_run) select 'prod', 'more-1', i::text, 'h', '/p', 1, now() - i * interval '1 hour', 1, 'r',"
                                + " case when i > 1 then now() end, case when i > 1 then 'r' end from generate_series(1, 3) i");
        Map<String, Readiness.Service> known = readiness().of(two);
        assertThat(known.get("more-1").lastBackup())
                .as("the newest one that was read back")
                .isEqualTo(new JdbcBackups(source, PATIENCE)
                        .find("prod", "more-1", "2")
                        .map(Backup::takenAt));
        assertThat(known.get("more-0").lastBackup()).isEmpty();
    }
}
