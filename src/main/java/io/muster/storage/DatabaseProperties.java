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
 * @param answerWithin how long an answer of the database is waited for until the connection counts as lost
 */
@ConfigurationProperties("muster.database")
record DatabaseProperties(
        @DefaultValue("20") int engineConnections,
        @DefaultValue("10") int journalConnections,
        @DefaultValue("PT20S") Duration idleTransaction,
        @DefaultValue("PT2M") Duration answerWithin) {

    DatabaseProperties {
        check("idle-transaction", idleTransaction);
        check("answer-within", answerWithin);
    }

    private static void check(String name, Duration value) {
        if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "muster.database." + name + " is " + value + "; give between PT1S and PT1H.");
        }
    }
}
