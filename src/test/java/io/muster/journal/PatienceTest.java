package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

class PatienceTest {

    private static DataAccessException said(String state) {
        SQLException said = new SQLException("it says no", state);
        DataAccessException known = new SQLStateSQLExceptionTranslator().translate("test", "select 1", said);
        return known != null ? known : new UncategorizedSQLException("test", "select 1", said);
    }

    @ParameterizedTest
    @CsvSource({
        "08006, true",
        "08001, true",
        "57P01, true",
        "53300, true",
        "53100, true",
        "25P03, true",
        "54000, false",
        "54001, false",
        "23514, false",
        "22021, false"
    })
    void whatTheDatabaseWouldRefuseForEverIsNotWaitedFor(String state, boolean away) {
        assertThat(Patience.isAway(said(state))).isEqualTo(away);
    }

    @Test
    void onlyADatabaseThatIsAwayIsAskedAgain() {
        AtomicInteger asked = new AtomicInteger();
        assertThatThrownBy(() -> new Patience(Duration.ofMinutes(1)).of(() -> {
                    asked.incrementAndGet();
                    throw said("54000");
                }))
                .hasMessageContaining("it says no");
        assertThat(asked).hasValue(1);
        assertThat(new Patience(Duration.ofMinutes(1)).<Integer>of(() -> {
                    if (asked.incrementAndGet() < 4) {
                        throw said("57P03");
                    }
                    return asked.get();
                }))
                .isEqualTo(4);
    }
}
