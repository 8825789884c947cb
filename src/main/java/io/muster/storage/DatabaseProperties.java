package io.muster.storage;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code muster.database}.
 *
 * @param engineConnections at most, for the engine and what joins its transactions: a running step holds one
 * @param journalConnections at most, for the journal's own short transactions
 */
@ConfigurationProperties("muster.database")
record DatabaseProperties(@DefaultValue("20") int engineConnections, @DefaultValue("10") int journalConnections) {}
