package io.muster.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.JournalReader;
import io.muster.journal.StepRun;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

class LogStreamTest {

    /** The server waits for answers that are being written before it stops. */
    @Test
    void aServerThatStopsEndsWhatFollowsAStepThatGoesOn() throws Exception {
        CountDownLatch looked = new CountDownLatch(3);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        AnnotationConfigApplicationContext server = new AnnotationConfigApplicationContext();
        server.registerBean(JournalReader.class, () -> ofAStepThatGoesOn(looked));
        server.register(LogStream.class);
        server.refresh();
        LogStream logs = server.getBean(LogStream.class);
        CompletableFuture<Void> follower = CompletableFuture.runAsync(() -> {
            try {
                logs.write(UUID.randomUUID(), true, Optional.empty(), output);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(looked.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(follower).isNotDone();
        server.close();

        follower.get(60, TimeUnit.SECONDS);
        assertThat(output.toString()).isEqualTo("1970-01-01T00:00:00Z out one\n");
    }

    private static StepRun open() {
        return new StepRun(
                UUID.randomUUID(),
                "run",
                "run",
                "job",
                "step",
                "Step",
                "x",
                "target",
                StepRun.State.OPEN,
                1,
                "server",
                1,
                Instant.EPOCH,
                Optional.empty(),
                "{}",
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static JournalReader ofAStepThatGoesOn(CountDownLatch looked) {
        return (JournalReader) Proxy.newProxyInstance(
                JournalReader.class.getClassLoader(),
                new Class<?>[] {JournalReader.class},
                (proxy, method, given) -> switch (method.getName()) {
                    case "log" -> {
                        looked.countDown();
                        yield given[1].equals(0L)
                                ? List.of(new JournalReader.LogLine(1, Instant.EPOCH, "out", "one", false))
                                : List.of();
                    }
                    case "step" -> Optional.of(open());
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
