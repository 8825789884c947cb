package io.muster.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.muster.storage.LocalPostgres;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** What a start is compared with: Spring Boot, Camunda with its web apps, an embedded PostgreSQL, and nothing of ours on top. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(
        excludeName = {
            "org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration",
            "org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.security.servlet.ManagementWebSecurityAutoConfiguration"
        })
public class BareServer {

    public static void main(String[] args) {
        SpringApplication.run(BareServer.class, args);
    }

    @Bean(destroyMethod = "close")
    LocalPostgres postgres(Environment environment) {
        return LocalPostgres.start(Path.of(environment.getRequiredProperty("muster.data-dir")));
    }

    @Bean
    DataSource dataSource(LocalPostgres postgres) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(postgres.url());
        pool.setUsername(postgres.user());
        pool.setPassword(postgres.password());
        return pool;
    }
}
