package io.muster.engine;

import io.muster.inventory.Inventories;
import io.muster.journal.JournalDatabase;
import io.muster.journal.Masking;
import io.muster.safety.Freezes;
import io.muster.safety.LockBoard;
import io.muster.safety.RunLocks;
import io.muster.safety.StepRefusals;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Run locks and freezes. */
@Configuration(proxyBeanMethods = false)
class SafetyConfiguration {

    @Bean
    RunLocks runLocks(JournalDatabase journalDatabase, Masking masking, ObjectProvider<Clock> clock) {
        return new RunLocks(journalDatabase, masking, clock.getIfAvailable(Clock::systemUTC));
    }

    @Bean
    LockBoard lockBoard(JournalDatabase journalDatabase) {
        return new LockBoard(journalDatabase);
    }

    @Bean
    Freezes freezes(JournalDatabase journalDatabase, Masking masking, ObjectProvider<Clock> clock) {
        return new Freezes(journalDatabase, masking, clock.getIfAvailable(Clock::systemUTC));
    }

    @Bean
    StepGate stepGate(RunLocks locks, JournalDatabase journalDatabase, Inventories inventories) {
        return new StepGate(locks, new StepRefusals(journalDatabase), inventories);
    }

    @Bean
    LockKeeper lockKeeper(RunLocks locks, Environment environment) {
        return new LockKeeper(
                locks, environment.getRequiredProperty("muster.locks.check-every", java.time.Duration.class));
    }
}
