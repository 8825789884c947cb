package io.muster.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthTest {
    private final HandClock clock = new HandClock();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private String script = "exit 0";

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void failuresInTheStartPeriodDoNotCount() {
        script = "echo not yet; exit 1";
        Health health = health(Duration.ofSeconds(10), Duration.ofSeconds(5));

        check(health, Duration.ofSeconds(1));
        check(health, Duration.ofSeconds(1));
        check(health, Duration.ofSeconds(1));
        assertThat(health.status()).isEqualTo("starting");

        check(health, Duration.ofSeconds(20));
        assertThat(health.status()).isEqualTo("starting");
        check(health, Duration.ofSeconds(2));
        assertThat(health.status()).isEqualTo("unhealthy");
        assertThat(health.json().at("/Log/0/Output").asText()).isEqualTo("not yet\n");
    }

    @Test
    void oneSuccessMakesItHealthyAndFailuresInARowUnhealthy() {
        Health health = health(Duration.ZERO, Duration.ofSeconds(5));
        check(health, Duration.ofSeconds(2));
        assertThat(health.status()).isEqualTo("healthy");

        script = "exit 1";
        check(health, Duration.ofSeconds(2));
        assertThat(health.status()).isEqualTo("healthy");
        assertThat(health.json().get("FailingStreak").asInt()).isEqualTo(1);
        check(health, Duration.ofSeconds(2));
        assertThat(health.status()).isEqualTo("unhealthy");

        script = "exit 0";
        check(health, Duration.ofSeconds(2));
        assertThat(health.status()).isEqualTo("healthy");
    }

    @Test
    void aCheckThatDoesNotEndIsKilledAndCountsAsFailed() {
        script = "sleep 1000";
        Health health = health(Duration.ZERO, Duration.ofMillis(200));

        check(health, Duration.ofSeconds(2));

        assertThat(health.json().at("/Log/0/ExitCode").asInt()).isEqualTo(-1);
        assertThat(health.json().at("/Log/0/Output").asText()).contains("exceeded timeout (200ms)");
    }

    @Test
    void itIsNotCheckedBeforeItIsTime() {
        Health health = health(Duration.ZERO, Duration.ofSeconds(5));
        clock.turn(Duration.ofMillis(1900));
        health.tick();
        assertThat(health.json().get("Log")).isEmpty();
    }

    private Health health(Duration startPeriod, Duration timeout) {
        HealthCheck check = new HealthCheck(
                List.of("unused"), Duration.ofSeconds(2), timeout, startPeriod, Duration.ofSeconds(1), 2);
        Health.CheckProcess process = new Health.CheckProcess() {
            @Override
            public Process start() throws IOException {
                return new ProcessBuilder("/bin/sh", "-c", "exec 2>&1; " + script).start();
            }

            @Override
            public void kill(Process process) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        };
        return new Health(check, process, clock, threads);
    }

    private void check(Health health, Duration later) {
        int before = runs(health);
        clock.turn(later);
        health.tick();
        org.awaitility.Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> runs(health) != before);
    }

    /** The log keeps five; its last entry's start tells one run from the next. */
    private int runs(Health health) {
        var log = health.json().get("Log");
        return log.isEmpty() ? 0 : log.get(log.size() - 1).get("Start").asText().hashCode();
    }

    /** Stands still until it is turned. */
    private static final class HandClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void turn(Duration duration) {
            now = now.plus(duration);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
