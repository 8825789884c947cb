package io.muster.engine;

import io.muster.notify.Channels;
import io.muster.notify.Links;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ReminderProperties.class, Links.class})
class ReminderConfiguration {

    @Bean
    Reminders reminders(
            ProcessEngineConfigurationImpl engine,
            JdbcTemplate database,
            ObjectProvider<Channels> channels,
            ReminderProperties times,
            Links links,
            ObjectProvider<Clock> clock) {
        return new Reminders(
                engine,
                database,
                channels.stream().findFirst().map(Channels::all).orElse(List.of()),
                times,
                links,
                clock.getIfAvailable(Clock::systemUTC));
    }

    @Bean(destroyMethod = "close")
    ReminderTimer reminderTimer(Reminders reminders, ReminderProperties times) {
        return new ReminderTimer(reminders, times);
    }

    /** Every server looks, so that people are told whoever is down. */
    static final class ReminderTimer implements AutoCloseable {

        private final Reminders reminders;
        private final ReminderProperties times;
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "reminders");
            thread.setDaemon(true);
            return thread;
        });

        ReminderTimer(Reminders reminders, ReminderProperties times) {
            this.reminders = reminders;
            this.times = times;
        }

        @EventListener(ApplicationReadyEvent.class)
        void start() {
            long period = times.checkEvery().toMillis();
            timer.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
        }

        private void look() {
            try {
                reminders.look();
            } catch (DataAccessException | ProcessEngineException e) {
                LoggerFactory.getLogger(Reminders.class)
                        .warn("Waiting tasks could not be looked at, and are looked at again: {}", e.getMessage());
            }
        }

        @Override
        public void close() {
            timer.shutdownNow();
        }
    }
}
