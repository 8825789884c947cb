package io.muster.engine;

import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import io.muster.step.AfterCrash;
import io.muster.step.CleanedUp;
import io.muster.step.Field;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;

/** Steps that do what their input says, and remember how often. */
final class TestSteps {

    private static final ConcurrentMap<String, Integer> RUNS = new ConcurrentHashMap<>();
    private static final ConcurrentMap<String, CountDownLatch> HELD = new ConcurrentHashMap<>();

    private TestSteps() {}

    static int runs(String text) {
        return RUNS.getOrDefault(text, 0);
    }

    /** From now on the target of a run does not answer who cleans up. */
    static void away(String run) {
        HELD.put("away " + run, new CountDownLatch(1));
    }

    static void back(String run) {
        HELD.remove("away " + run);
    }

    static void release(String text) {
        HELD.computeIfAbsent(text, key -> new CountDownLatch(1)).countDown();
    }

    enum Ending {
        DONE,
        REJECTED,
        TRANSIENT,
        FATAL,
        UNEXPECTED,
        SECRET_IN_ERROR
    }

    record Input(
            @NotBlank @Field(label = "Text") String text,
            @Field(label = "Ending", defaultValue = "done") Ending ending,
            @Field(label = "Reason", defaultValue = "CheckFailed") String reason,
            @Field(label = "How often it fails", defaultValue = "1000") int failures,
            @Field(label = "Items") List<String> items,
            @Field(label = "Labels") Map<String, String> labels) {}

    record Output(
            @Field(label = "Said") String said,
            @Field(label = "Count") int count,
            @Field(label = "Size") long size,
            @Field(label = "Fine") boolean fine,
            @Field(label = "Share") double share,
            @Field(label = "Items") List<String> items,
            @Field(label = "Nothing") String nothing,
            @Field(label = "Key") String key) {}

    private static Output behave(Secrets secrets, Input input, StepContext context) {
        int run = RUNS.merge(input.text(), 1, Integer::sum);
        context.log().info("says " + input.text());
        context.effect("say", input.text());
        if (input.ending() != Ending.DONE && run <= input.failures()) {
            throw failure(secrets, input);
        }
        return new Output(
                input.text(),
                run,
                5_000_000_000L,
                true,
                0.5,
                input.items(),
                null,
                "is " + secrets.resolve(new SecretRef("sample")));
    }

    private static RuntimeException failure(Secrets secrets, Input input) {
        String message = input.text() + " did not work. Look at it.";
        return switch (input.ending()) {
            case REJECTED -> new StepFailure.Rejected(input.reason(), message);
            case TRANSIENT -> new StepFailure.Transient(input.reason(), message);
            case FATAL -> new StepFailure.Fatal(input.reason(), message);
            case SECRET_IN_ERROR -> new StepFailure.Fatal(
                    input.reason(), "Password was " + secrets.resolve(new SecretRef("sample")));
            default -> new IllegalStateException("surprise " + secrets.resolve(new SecretRef("sample")));
        };
    }

    @StepInfo(
            name = "sayAgain",
            title = "Say it",
            description = "Says it.",
            category = "Test",
            changes = false,
            afterCrash = AfterCrash.REPEAT,
            errors = {"CheckFailed"})
    static final class Repeating implements Step<Input, Output> {
        private final Secrets secrets;

        Repeating(Secrets secrets) {
            this.secrets = secrets;
        }

        @Override
        public Output run(Input input, StepContext context) {
            return behave(secrets, input, context);
        }

        @Override
        public String target(Input input) {
            return "target of " + input.text();
        }
    }

    @StepInfo(
            name = "sayOnce",
            title = "Say it once",
            description = "Says it once.",
            category = "Test",
            changes = true,
            afterCrash = AfterCrash.ASK)
    static final class Asking implements Step<Input, Output> {
        private final Secrets secrets;

        Asking(Secrets secrets) {
            this.secrets = secrets;
        }

        @Override
        public Output run(Input input, StepContext context) {
            return behave(secrets, input, context);
        }

        @Override
        public String target(Input input) {
            return "target of " + input.text();
        }
    }

    @StepInfo(
            name = "goOn",
            title = "Go on",
            description = "Says it, and would go on after a crash.",
            category = "Test",
            changes = true,
            afterCrash = AfterCrash.RESUME)
    static final class Resuming implements Step<Input, Output> {
        private final Secrets secrets;

        Resuming(Secrets secrets) {
            this.secrets = secrets;
        }

        @Override
        public Output run(Input input, StepContext context) {
            return behave(secrets, input, context);
        }

        @Override
        public String target(Input input) {
            return "target of " + input.text();
        }
    }

    record WaitInput(@NotBlank @Field(label = "Text") String text) {}

    record WaitOutput(@Field(label = "Said") String said) {}

    @StepInfo(
            name = "waitLong",
            title = "Wait",
            description = "Waits until it is cancelled or its time is up.",
            category = "Test",
            changes = false,
            afterCrash = AfterCrash.RESUME)
    static final class Waiting implements Step<WaitInput, WaitOutput> {
        @Override
        public WaitOutput run(WaitInput input, StepContext context) {
            RUNS.merge(input.text(), 1, Integer::sum);
            while (true) {
                context.pause(Duration.ofMillis(20));
            }
        }

        @Override
        public Optional<String> abandon(StepContext context) {
            return Optional.of(
                    "It was ended: " + context.recorded().get(0).handle().orElse("?") + ".");
        }

        @Override
        public CleanedUp cleanUp(StepContext context) {
            RUNS.merge("cleaned " + context.run().id(), 1, Integer::sum);
            if (HELD.containsKey("away " + context.run().id())) {
                throw new StepFailure.Transient("HostUnreachable", "The host is away. Look at it.");
            }
            return new CleanedUp(
                    "It had: "
                            + context.recorded().stream()
                                    .map(StepContext.Effect::kind)
                                    .toList(),
                    true);
        }

        @Override
        public void sweep(StepContext context) {
            RUNS.merge("swept " + context.id(), 1, Integer::sum);
        }

        @Override
        public String target(WaitInput input) {
            return input.text();
        }
    }

    @StepInfo(
            name = "hold",
            title = "Hold",
            description = "Blocks until a test releases it.",
            category = "Test",
            changes = false,
            afterCrash = AfterCrash.RESUME)
    static final class Holding implements Step<WaitInput, WaitOutput> {
        @Override
        public WaitOutput run(WaitInput input, StepContext context) {
            RUNS.merge(input.text(), 1, Integer::sum);
            try {
                HELD.computeIfAbsent(input.text(), key -> new CountDownLatch(1)).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StepFailure.Fatal("Cancelled", "interrupted");
            }
            return new WaitOutput(input.text());
        }

        @Override
        public String target(WaitInput input) {
            return input.text();
        }
    }
}
