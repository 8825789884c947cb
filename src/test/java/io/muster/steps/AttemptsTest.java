package io.muster.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AttemptsTest {

    private final TestContext context = TestContext.in("sandbox");
    private final AtomicInteger tries = new AtomicInteger();

    private int failUntil(int number) {
        if (tries.incrementAndGet() < number) {
            throw new StepFailure.Rejected(Reason.CHECK_FAILED, "not yet " + (tries.get() < 3 ? "one" : "two"));
        }
        return tries.get();
    }

    @Test
    void givesTheResultOfTheFirstTryThatPasses() {
        assertThat(Attempts.within(Duration.ofSeconds(10), context, () -> failUntil(4)))
                .isEqualTo(4);
    }

    @Test
    void saysEachNewReasonOnce() {
        Attempts.within(Duration.ofSeconds(10), context, () -> failUntil(5));
        assertThat(context.lines()).containsExactly("Not yet: not yet one", "Not yet: not yet two");
    }

    @Test
    void throwsWhatTheLastTrySaidWhenTheTimeIsUp() {
        assertThatThrownBy(() -> Attempts.within(Duration.ofSeconds(3), context, () -> failUntil(100)))
                .isInstanceOf(StepFailure.Rejected.class)
                .hasMessage("not yet two");
        assertThat(tries.get()).isEqualTo(4);
    }

    @Test
    void triesOnceWithoutTime() {
        assertThatThrownBy(() -> Attempts.within(Duration.ZERO, context, () -> failUntil(2)))
                .isInstanceOf(StepFailure.Rejected.class);
        assertThat(tries.get()).isEqualTo(1);
    }

    @Test
    void doesNotRepeatWhatCannotPass() {
        assertThatThrownBy(() -> Attempts.within(Duration.ofHours(1), context, () -> {
                    tries.incrementAndGet();
                    throw new StepFailure.Fatal(Reason.HOST_KEY_MISMATCH, "wrong key");
                }))
                .isInstanceOf(StepFailure.Fatal.class);
        assertThat(tries.get()).isEqualTo(1);
    }

    @Test
    void endsWhenTheRunIsCancelled() {
        context.whilePausing(context::cancel);
        assertThatThrownBy(() -> Attempts.within(Duration.ofHours(1), context, () -> failUntil(100)))
                .isInstanceOfSatisfying(StepFailure.class, failure -> assertThat(failure.reason())
                        .isEqualTo(Reason.CANCELLED));
    }

    @Test
    void endsAtTheStepsTimeLimit() {
        context.limitedTo(Duration.ofSeconds(5));
        assertThatThrownBy(() -> Attempts.within(Duration.ofHours(1), context, () -> failUntil(100)))
                .isInstanceOfSatisfying(StepFailure.class, failure -> assertThat(failure.reason())
                        .isEqualTo(Reason.TIMED_OUT));
    }
}
