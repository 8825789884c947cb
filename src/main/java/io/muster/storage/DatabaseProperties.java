package io.muster.storage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code muster.database}.
 *
 * @param engineConnections at most, for the engine and what joins its transactions: a running step holds one
 * @param journalConnections at most, for the journal's own short transactions
 * @param idleTransaction how long an engine transaction may say nothing until the database ends it
 */
@ConfigurationProperties("muster.database")
record DatabaseProperties(
        @DefaultValue("20") int engineConnections,
        @DefaultValue("10") int journalConnections,
        @DefaultValue("PT20S") Duration idleTransaction) {

    DatabaseProperties {
        if (idleTransaction.compareTo(Duration.ofSeconds(1)) < 0
                || idleTransaction.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "muster.database.idle-transaction is " + idleTransaction + "; give between PT1S and PT1H.");
        }
    }
}
