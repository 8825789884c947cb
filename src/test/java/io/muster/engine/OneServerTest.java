package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDataSource;

class OneServerTest extends EngineTest {

    private static final String WAITING =
            "select count(*) from pg_locks where locktype = 'advisory' and not granted and database = (select oid from"
                    + " pg_database where datname = current_database())";

    @Autowired
    DataSource dataSource;

    private OneServer server() {
        return new OneServer(dataSource, "tests ran", "Run them again.");
    }

    @Test
    void theSecondWaitsForTheFirstAlsoWhenThatFails() {
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> server().alone(() -> {
            begun.countDown();
            awaited(held);
            order.add("first");
            throw new IllegalStateException("did not work");
        }));
        awaited(begun);
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> server().alone(() -> order.add("second")));
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        await().until(() -> Long.valueOf(1).equals(jdbc.queryForObject(WAITING, Long.class)));
        held.countDown();
        assertThatThrownBy(first::join).hasMessageContaining("did not work");
        second.join();
        assertThat(order).containsExactly("first", "second");
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsSaidOfWhatWasDone() {
        DataSource away = new AbstractDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                throw new SQLException("connection refused");
            }

            @Override
            public Connection getConnection(String user, String password) throws SQLException {
                return getConnection();
            }
        };
        assertThatThrownBy(() -> new OneServer(away, "due drills were asked for", "They are looked at again.")
                        .alone(() -> {
                            throw new AssertionError("not alone");
                        }))
                .hasMessage("The database did not answer while due drills were asked for: connection refused. They are"
                        + " looked at again.");
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
