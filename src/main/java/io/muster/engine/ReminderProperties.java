package io.muster.engine;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * When people are told that a task waits.
 *
 * @param after how long it has waited, for each reminder
 * @param escalateAfter how long it has waited when it is escalated
 * @param checkEvery how often a server looks
 */
@ConfigurationProperties("muster.reminders")
record ReminderProperties(List<Duration> after, Duration escalateAfter, Duration checkEvery) {

    ReminderProperties {
        after = after == null ? List.of(Duration.ofHours(1), Duration.ofHours(8)) : List.copyOf(after);
        escalateAfter = escalateAfter == null ? Duration.ofHours(24) : escalateAfter;
        checkEvery = checkEvery == null ? Duration.ofMinutes(1) : checkEvery;
    }
}
