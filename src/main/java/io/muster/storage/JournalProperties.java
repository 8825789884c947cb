package io.muster.storage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code muster.journal}.
 *
 * @param outputLimit how much of a target's output a step run keeps; what comes beyond is counted and hashed
 * @param patience how long a step that did its work waits for a database that is away, before it is run again
 */
@ConfigurationProperties("muster.journal")
record JournalProperties(@DefaultValue("10MB") DataSize outputLimit, @DefaultValue("PT10M") Duration patience) {}
