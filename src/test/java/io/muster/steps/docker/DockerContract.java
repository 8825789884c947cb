package io.muster.steps.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.Bench;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What holds for the containers of every engine, however it is reached. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DockerContract {

    static final String HOST = "host-01";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Says something on both streams, and ends with 3 when it is asked to. */
    static final String SCRIPT =
            "echo to out; echo to err >&2; trap 'exit 3' TERM; while :; do sleep 1000 & wait $!; done";

    Bench bench;
    private String first;
    private String second;

    /** Starts engine and registry, and gives a bench that knows the engine as {@link #HOST}. */
    abstract Bench started() throws Exception;

    abstract void ended() throws Exception;

    /** An image in the registry that runs {@link #SCRIPT}, which the engine does not have. @return repository@sha256:… */
    abstract String published(String tag) throws Exception;

    @BeforeAll
    void begin() throws Exception {
        bench = started();
        first = published("1");
        second = published("2");
    }

    @AfterAll
    void end() throws Exception {
        if (bench != null) {
            ended();
        }
    }

    private <O extends Record> O run(Class<? extends Step<?, O>> step, String... more) {
        return bench.run(step, input(more));
    }

    private <O extends Record> StepFailure failing(Class<? extends Step<?, O>> step, String... more) {
        return bench.failure(step, input(more));
    }

    private static Map<String, String> input(String... more) {
        Map<String, String> input = new HashMap<>(Map.of("host", HOST));
        for (int i = 0; i < more.length; i += 2) {
            input.put(more[i], more[i + 1]);
        }
        return input;
    }

    private DockerRun.Output asked(String name, String image, String... more) {
        run(DockerPull.class, "image", image);
        Map<String, String> input = input(
                "name",
                name,
                "image",
                image,
                "env",
                "MODE=full",
                "labels",
                "team=platform",
                "memory",
                "64MiB",
                "cpus",
                "0.5");
        input.putAll(input(more));
        return bench.run(DockerRun.class, input);
    }

    @Test
    void anImageIsPulledByItsDigestOnce() throws Exception {
        String image = published("3");
        assertThat(run(DockerPull.class, "image", image).changed()).isTrue();
        assertThat(run(DockerPull.class, "image", image).changed()).isFalse();
        StepFailure failure =
                failing(DockerPull.class, "image", image.replaceFirst("@.*", "@sha256:" + "0".repeat(64)));
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    void aContainerIsMadeLeftAloneAndReplacedStoppedAndRemoved() {
        String id = asked("life", first).containerId();
        assertThat(asked("life", first).changed()).isFalse();
        DockerInspect.Output seen = run(DockerInspect.class, "name", "life");
        assertThat(seen.containerId()).isEqualTo(id);
        assertThat(seen.status()).isEqualTo("running");
        assertThat(seen.image()).isEqualTo(first);

        assertThat(asked("life", first, "env", "MODE=half").changed()).isTrue();
        assertThat(asked("life", second, "env", "MODE=half").changed()).isTrue();
        seen = run(DockerInspect.class, "name", "life");
        assertThat(seen.containerId()).isNotEqualTo(id);
        assertThat(seen.image()).isEqualTo(second);

        DockerStop.Output stopped = run(DockerStop.class, "name", "life", "graceSeconds", "20");
        assertThat(stopped.changed()).isTrue();
        assertThat(stopped.exitCode()).isEqualTo(3);
        assertThat(run(DockerStop.class, "name", "life").changed()).isFalse();
        assertThat(asked("life", second, "env", "MODE=half").changed()).isTrue();
        assertThat(failing(DockerRemove.class, "name", "life").reason()).isEqualTo(Reason.CONFLICT);
        assertThat(run(DockerRemove.class, "name", "life", "force", "true").changed())
                .isTrue();
        assertThat(run(DockerRemove.class, "name", "life").changed()).isFalse();
        assertThat(run(DockerInspect.class, "name", "life").exists()).isFalse();
    }

    @Test
    void bothStreamsOfItsLogAreRead() {
        asked("talks", first);
        Awaitility.await().atMost(PATIENCE).until(() -> {
            TestContext context = bench.context();
            long bytes = bench.run(DockerLogs.class, context, input("name", "talks", "lines", "10"))
                    .bytes();
            String said = String.join("", context.lines());
            return bytes > 0 && said.contains("to out") && said.contains("to err");
        });
        run(DockerRemove.class, "name", "talks", "force", "true");
    }

    @Test
    void itsHealthIsTheEnginesOwn() {
        String[] well = {"healthTest", "CMD-SHELL\ntrue", "healthInterval", "PT1S", "healthRetries", "1"};
        String[] ill = {"healthTest", "CMD-SHELL\necho broken; false", "healthInterval", "PT1S", "healthRetries", "1"};
        asked("well", first, well);
        asked("ill", first, ill);
        awaitHealth("well", "healthy");
        awaitHealth("ill", "unhealthy");

        assertThat(run(CheckContainer.class, "name", "well", "within", "PT5S").health())
                .isEqualTo("healthy");
        StepFailure failure = failing(CheckContainer.class, "name", "ill", "within", "PT5S");
        assertThat(failure.reason()).isEqualTo(Reason.CHECK_FAILED);
        assertThat(failure).hasMessageContaining("unhealthy").hasMessageContaining("broken");
        run(DockerRemove.class, "name", "well", "force", "true");
        run(DockerRemove.class, "name", "ill", "force", "true");
    }

    @Test
    void oneThatIsRemovedByHandWhileItIsWatchedIsSaidToBeGone() throws Exception {
        asked("gone", first);
        CompletableFuture<StepFailure> watched = CompletableFuture.supplyAsync(
                () -> failing(CheckContainer.class, "name", "gone", "stableFor", "PT10M"));
        run(DockerRemove.class, "name", "gone", "force", "true");

        StepFailure failure = watched.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(failure.reason()).as(failure.getMessage()).isIn(Reason.NOT_FOUND, Reason.CHECK_FAILED);
        assertThat(failure).isInstanceOf(StepFailure.Rejected.class).hasMessageContaining(HOST);
        assertThat(failing(CheckContainer.class, "name", "gone").reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(asked("gone", first).changed()).isTrue();
        run(DockerRemove.class, "name", "gone", "force", "true");
    }

    private void awaitHealth(String name, String health) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> run(DockerInspect.class, "name", name).health(), health::equals);
    }
}
