package io.muster.steps.service;

import static io.muster.steps.SandboxBench.HOST;
import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Inventory;
import io.muster.inventory.Placement;
import io.muster.inventory.Placements;
import io.muster.sandbox.registry.TestImages;
import io.muster.step.Reason;
import io.muster.step.RunFacts;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.SandboxBench;
import io.muster.steps.TwiceEqualsOnce;
import io.muster.steps.docker.DockerPull;
import io.muster.steps.docker.DockerRun;
import io.muster.steps.docker.DockerStop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found out about a service before it is promoted, and what is recorded afterwards. */
class PromotionStepsTest {

    private static final Map<String, String> NOTES = with("service", "notes");

    @TempDir
    static Path directory;

    private static SandboxBench on;
    private static String image;

    @BeforeAll
    static void begin() throws IOException {
        on = new SandboxBench(directory);
        image = "registry.sandbox.test:5000/idle@"
                + TestImages.publish(
                        directory.resolve("sandbox/images"),
                        "idle",
                        "1",
                        Map.of(
                                "Cmd",
                                List.of("/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 99 & wait $!; done")));
        on.bench.run(DockerPull.class, with("host", HOST, "image", image));
    }

    @AfterAll
    static void end() {
        on.close();
    }

    @Test
    void theEntryOfThePromotionIsWhatWillRun() {
        ServicePrepare.Output now = on.bench.run(ServicePrepare.class, NOTES);
        ServicePrepare.Output then = on.bench.run(PromotionPrepare.class, NOTES);
        assertThat(now.container()).isEqualTo("experimental-01");
        assertThat(then.container()).isEqualTo("core-01");
        assertThat(then.serviceClass()).isEqualTo("core");
        assertThat(then.containerClass()).isEqualTo("core");
        assertThat(then.ports()).containsExactly("8090:8080", "8453:8443");
        assertThat(then.memory()).isEqualTo(512L << 20);
        assertThat(then.volumes()).isEqualTo(now.volumes());
        assertThat(then.env()).isEqualTo(now.env());
        StepFailure none = on.bench.failure(PromotionPrepare.class, with("service", "notes-team"));
        assertThat(none.reason()).isEqualTo(Reason.NOT_IN_INVENTORY);
        assertThat(none).hasMessageContaining("has no `promotion`");
    }

    @Test
    @TwiceEqualsOnce(again = "servicePromote")
    void aPromotionIsRecordedOnceWithHowTheFileIsMadeToSayIt() {
        TestContext context = on.bench.context();
        ServicePromote.Output first = on.bench.run(ServicePromote.class, context, NOTES);
        assertThat(first.inventory()).contains("`container: core-01`", "`class: core`", "`promotion` removed");
        assertThat(context.effects()).containsExactly("record promotion notes");
        assertThat(on.bench.run(ServicePromote.class, context, NOTES)).isEqualTo(first);
        assertThat(on.bench.get(Placements.class).find("test", "notes"))
                .get()
                .extracting(Placement::state, Placement::container, Placement::containerClass, Placement::from)
                .containsExactly(Placement.State.PROMOTED, "core-01", "core", Optional.of("experimental-01"));
        assertThat(on.bench
                        .failure(ServicePromote.class, with("service", "notes-team"))
                        .reason())
                .isEqualTo(Reason.NOT_IN_INVENTORY);
    }

    @Test
    void whatIsNotThereWasNotValidatedAndWhatRunsIsAskedForItsRun() {
        on.bench.runs.clear();
        assertThat(on.bench
                        .failure(ValidationFacts.class, with("service", "notes-scratch"))
                        .reason())
                .isEqualTo(Reason.NOT_FOUND);

        Map<String, String> container = with("host", HOST, "name", "notes", "image", image, "version", "1.0.0");
        on.bench.run(DockerRun.class, container);
        ValidationFacts.Output unknown = facts();
        assertThat(unknown.healthy()).isTrue();
        assertThat(unknown.deployedByRun()).isFalse();
        assertThat(unknown.version()).isEqualTo("1.0.0");
        assertThat(unknown.image()).isEqualTo(image);
        assertThat(unknown.summary()).contains("No run of this Muster brought it");

        on.bench.runs.put("run-1", run("ABORTED", List.of()));
        assertThat(facts().deployedByRun()).isFalse();
        on.bench.runs.put("run-1", run("COMPLETED", List.of()));
        assertThat(facts().deployedByRun()).isTrue();
        assertThat(facts().deviated()).isFalse();
        on.bench.runs.put("run-1", run("COMPLETED", List.of(new RunFacts.DocumentFact("adr.md", "# Why"))));
        assertThat(facts().deviated()).isTrue();

        on.bench.run(DockerStop.class, with("host", HOST, "name", "notes"));
        assertThat(facts().healthy()).isFalse();
        assertThat(facts().longEnough()).isFalse();
    }

    @Test
    void howLongItRanIsComparedWithWhatTheInventoryAsks() {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(ValidationFacts.ranFor(start.toString(), start.plusSeconds(61)))
                .hasSeconds(61);
        assertThat(ValidationFacts.ranFor(start.toString(), start.minusSeconds(61)))
                .isZero();

        on.bench.run(DockerRun.class, with("host", HOST, "name", "notes", "image", image, "version", "1.0.0"));
        Inventory.Service notes = on.bench.services.get("notes");
        assertThat(notes.promotion().orElseThrow().after()).hasSeconds(60);
        assertThat(facts().longEnough()).isFalse();
        on.bench.services.put("notes", asking(notes, Duration.ZERO));
        assertThat(facts().longEnough()).isTrue();
        on.bench.services.put("notes", notes);
    }

    private static Inventory.Service asking(Inventory.Service like, Duration after) {
        Inventory.Promotion promotion = like.promotion().orElseThrow();
        return new Inventory.Service(
                like.name(),
                like.description(),
                like.image(),
                like.containerClass(),
                like.container(),
                like.volumes(),
                like.ports(),
                like.env(),
                like.secretEnv(),
                like.limits(),
                like.restart(),
                like.health(),
                like.healthCheck(),
                like.metrics(),
                like.dependencies(),
                like.labels(),
                like.recovery(),
                Optional.of(new Inventory.Promotion(
                        promotion.container(),
                        promotion.containerClass(),
                        after,
                        List.of(),
                        promotion.ports(),
                        promotion.health(),
                        promotion.metrics(),
                        promotion.limits())));
    }

    private static ValidationFacts.Output facts() {
        return on.bench.run(ValidationFacts.class, NOTES);
    }

    private static RunFacts.Facts run(String endState, List<RunFacts.DocumentFact> documents) {
        return new RunFacts.Facts(
                "service-deployment",
                1,
                Optional.empty(),
                Instant.EPOCH,
                Optional.of("test"),
                Optional.of("notes"),
                Optional.empty(),
                Optional.empty(),
                Optional.of(endState),
                Optional.of("service-deployed"),
                List.of(),
                List.of(),
                documents,
                List.of(),
                List.of());
    }
}
