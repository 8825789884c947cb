package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** The end of a log, while the database is away, and what is on its disk. */
class StepLogOutageTest {

    private final JournalFixture journal = new JournalFixture();
    private final Outage outage = new Outage(journal);
    private Journal patient;
    private StepRun entry;
    private StepJournal.LogWriter log;

    @BeforeEach
    void openLog() {
        patient = new Journal(
                journal.primary,
                new JournalDatabase(outage),
                new SecretMasking(Set::of),
                Clock.systemUTC(),
                10 * 1024 * 1024,
                new Patience(Duration.ofMinutes(1)));
        entry = journal.open(journal.startRun(), "job");
        log = patient.steps().log(entry.id());
    }

    @AfterEach
    void close() {
        patient.close();
        journal.close();
    }

    @Test
    void theLastLinesWaitForTheDatabase() {
        outage.refuses.set(3);
        log.info("one");
        log.close();
        assertThat(outage.refuses).hasNonPositiveValue();
        isInTheLog("one");
    }

    @Test
    void aBatchWhoseAnswerWasLostIsThereOnce() {
        outage.losesAnswers.set(1);
        log.info("one");
        log.info("two");
        log.close();
        assertThat(outage.losesAnswers).hasNonPositiveValue();
        isInTheLog("one", "two");
    }

    @Test
    void whatIsNotTheEndIsOnTheDiskWhenItIsInTheLog() {
        StringBuilder text = new StringBuilder();
        new Random(3).ints(2_000, 0, Integer.MAX_VALUE).forEach(n -> text.append(
                        Long.toString(n * 1_000_003L, 36).repeat(5))
                .append('\n'));
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        assertThat(bytes).hasSizeGreaterThan(64 * 1024);
        log.out(bytes, 0, bytes.length);
        assertThat(journal.primary.queryForObject(
                        "select pg_current_wal_insert_lsn() - pg_current_wal_flush_lsn()", Long.class))
                .isLessThan(16 * 1024);
        assertThat(journal.reader.log(entry.id(), 0, 10)).isNotEmpty();
        log.close();
    }

    private void isInTheLog(String... lines) {
        assertThat(journal.reader.log(entry.id(), 0, 10))
                .extracting(JournalReader.LogLine::text)
                .containsExactly(lines);
    }

    /** Has no connection, or loses the answer to a write that was done, for so many times. */
    private static final class Outage extends DelegatingDataSource {
        private final AtomicInteger refuses = new AtomicInteger();
        private final AtomicInteger losesAnswers = new AtomicInteger();

        Outage(JournalFixture journal) {
            super(journal.journalPool);
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (refuses.getAndDecrement() > 0) {
                throw new SQLTransientConnectionException("the database is away");
            }
            return proxy(Connection.class, super.getConnection());
        }

        private <T> T proxy(Class<T> type, T real) {
            return type.cast(
                    Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                        Object result;
                        try {
                            result = method.invoke(real, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                        if (method.getName().equals("executeUpdate") && losesAnswers.getAndDecrement() > 0) {
                            throw new SQLException("the connection broke", "08006");
                        }
                        return result instanceof PreparedStatement statement
                                ? proxy(PreparedStatement.class, statement)
                                : result;
                    }));
        }
    }
}
