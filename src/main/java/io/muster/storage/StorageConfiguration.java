package io.muster.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.flyway.FlywayDataSource;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;
import org.springframework.boot.autoconfigure.jdbc.DataSourceProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The database, the two pools on it, and its migrations. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({DatabaseProperties.class, DataSourceProperties.class})
class StorageConfiguration {

    /** The journal's data source: not a candidate where a {@code DataSource} is asked for without naming it. */
    static final String JOURNAL_DATA_SOURCE = "journalDataSource";

    private static final int BESIDE_STEPS = 4;

    /** The database notices within half a minute that a server's machine is gone, and lets go of what that held. */
    private static final String KEEP_ALIVE =
            "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3";

    @Bean
    static StorageGate storageGate(Environment environment) {
        return new StorageGate(environment);
    }

    @Bean(destroyMethod = "close")
    Database database(StorageMode mode, DataDirectory directory, DataSourceProperties external) {
        return mode.embedded()
                ? Database.embedded(LocalPostgres.start(directory.path()))
                : Database.external(external.getUrl(), external.getUsername(), external.getPassword());
    }

    @Bean
    @Primary
    HikariDataSource dataSource(Database database, DatabaseProperties properties, Environment environment) {
        // A running step holds a connection; what starts, shows and decides runs needs some beside.
        int steps = environment.getProperty("muster.steps.at-once", Integer.class, 0);
        HikariConfig config = config(
                database, properties, "muster-engine", Math.max(properties.engineConnections(), steps + BESIDE_STEPS));
        // A server that stopped in the middle of a commit holds rows that others wait for. Steps are kept awake.
        config.setConnectionInitSql(KEEP_ALIVE + "; set idle_in_transaction_session_timeout = "
                + properties.idleTransaction().toMillis());
        return new HikariDataSource(config);
    }

    @Bean(name = JOURNAL_DATA_SOURCE, defaultCandidate = false)
    HikariDataSource journalDataSource(Database database, DatabaseProperties properties) {
        HikariConfig config = config(database, properties, "muster-journal", properties.journalConnections());
        config.setConnectionInitSql(KEEP_ALIVE);
        return new HikariDataSource(config);
    }

    /** Not of a pool: while a migration runs, the connection that holds Flyway's lock says nothing in a transaction. */
    @Bean(defaultCandidate = false)
    @FlywayDataSource
    DataSource migrationDataSource(Database database) {
        return new DriverManagerDataSource(database.url(), database.user(), database.password());
    }

    private static HikariConfig config(Database database, DatabaseProperties properties, String name, int connections) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(Math.min(2, connections));
        config.addDataSourceProperty("ApplicationName", name);
        // A database that vanished without a word is noticed, and not waited for for ever.
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("connectTimeout", "10");
        // The kernel's own signs of life say nothing of a server that is frozen, or of a packet that is sent again and
        // again.
        config.addDataSourceProperty(
                "socketTimeout", Long.toString(properties.answerWithin().toSeconds()));
        return config;
    }

    /** Embedded: the server migrates. External: migrations are explicit, it only checks. */
    @Bean
    FlywayMigrationStrategy migrationStrategy(Database database, HikariDataSource dataSource) {
        return flyway -> {
            Migrations migrations = new Migrations(flyway);
            CurrentRole role = new CurrentRole(dataSource, database.shown());
            role.requirePrivileges();
            if (database.isEmbedded()) {
                migrations.upgrade(database.shown());
            }
            migrations.requireCurrent(database.shown());
            if (!database.isEmbedded()) {
                role.warnOfTooMuch();
            }
        };
    }
}
