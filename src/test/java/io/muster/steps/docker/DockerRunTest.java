package io.muster.steps.docker;

import static io.muster.steps.TestEngineHost.HOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.Bench;
import io.muster.steps.TestEngineHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dockerRun} and {@code dockerPlan} against an engine, side by side: what the plan says is what the run does. */
class DockerRunTest {

    private static final String NEVER = "0001-01-01T00:00:00Z";

    @TempDir
    static Path directory;

    private static Bench bench;
    private static TestEngineHost host;
    private static String first;
    private static String second;

    @BeforeAll
    static void begin() throws IOException {
        bench = new Bench(directory.resolve("data"));
        host = new TestEngineHost(directory, bench);
        first = pulled(host.publishIdle("1.0.0"));
        second = pulled(host.publishIdle("2.0.0"));
    }

    private static String pulled(String image) {
        bench.run(DockerPull.class, Map.of("host", HOST, "image", image));
        return image;
    }

    @BeforeEach
    void secrets() {
        bench.secrets.put("web-token", "first-secret-value");
        bench.secrets.put("other-token", "other-secret-value");
    }

    @AfterEach
    void clean() {
        host.removeAll();
    }

    @AfterAll
    static void end() {
        host.close();
        bench.close();
    }

    private static Map<String, String> asked(String... changed) {
        Map<String, String> input = new HashMap<>(Map.of(
                "host", HOST,
                "name", "web",
                "image", first,
                "version", "1.0.0",
                "volumes", "/srv/persistent/web:/data",
                "ports", "8080:8080",
                "env", "MODE=full\nTITLE=A = B",
                "secretEnv", "TOKEN=secret:web-token",
                "labels", "team=platform",
                "memory", "64MiB"));
        input.putAll(Map.of(
                "cpus", "0.5",
                "healthTest", "CMD-SHELL\ntrue",
                "healthInterval", "PT1S",
                "healthRetries", "2"));
        for (int i = 0; i < changed.length; i += 2) {
            input.put(changed[i], changed[i + 1]);
        }
        return input;
    }

    private static DockerRun.Output run(Map<String, String> input) {
        return bench.run(DockerRun.class, input);
    }

    private static DockerPlan.Output plan(Map<String, String> input) {
        return bench.run(DockerPlan.class, input);
    }

    private static List<String> names() {
        return host.docker(client -> client.listContainersCmd().withShowAll(true).exec().stream()
                .map(container -> container.getNames()[0].substring(1))
                .sorted()
                .toList());
    }

    private static void stop(String container) {
        host.docker(client -> client.stopContainerCmd(container).withTimeout(5).exec());
    }

    @Test
    void createsAndStartsWhatIsNotThere() {
        DockerPlan.Output plan = plan(asked());
        DockerRun.Output done = run(asked());

        assertThat(plan.changes()).isTrue();
        assertThat(plan.runningImage()).isEmpty();
        assertThat(plan.summary())
                .startsWith("- There is no container web on host-01; it will be created with:")
                .contains("image: " + first, "ports: 8080:8080", "volumes: /srv/persistent/web:/data");
        assertThat(done.changed()).isTrue();
        assertThat(done.summary()).isEqualTo("Created and started container host-01/web.");
        InspectContainerResponse container = host.inspect("web");
        assertThat(container.getId()).isEqualTo(done.containerId());
        assertThat(container.getState().getRunning()).isTrue();
        assertThat(container.getConfig().getImage()).isEqualTo(first);
        assertThat(container.getConfig().getHostName()).isEqualTo("web");
        assertThat(container.getConfig().getEnv()).contains("MODE=full", "TITLE=A = B", "TOKEN=first-secret-value");
        assertThat(container.getConfig().getLabels())
                .containsEntry("team", "platform")
                .containsEntry("io.muster.service", "web")
                .containsEntry("io.muster.version", "1.0.0")
                .containsEntry("io.muster.run", "run-1")
                .containsEntry("io.muster.environment", "test");
        HostConfig settings = container.getHostConfig();
        assertThat(settings.getMemory()).isEqualTo(64L << 20);
        assertThat(settings.getNanoCPUs()).isEqualTo(500_000_000L);
        assertThat(settings.getRestartPolicy().getName()).isEqualTo("unless-stopped");
        assertThat(settings.getBinds()[0].toString()).startsWith("/srv/persistent/web:/data");
        assertThat(names()).containsExactly("web");
    }

    @Test
    void leavesAloneWhatIsAsAsked() {
        DockerRun.Output created = run(asked());
        String startedAt = host.inspect("web").getState().getStartedAt();

        assertThat(plan(asked()).changes()).isFalse();
        assertThat(plan(asked()).summary()).isEqualTo("Nothing would change.");
        TestContext context = bench.context();
        DockerRun.Output again = bench.run(DockerRun.class, context, asked());

        assertThat(again.changed()).isFalse();
        assertThat(again.containerId()).isEqualTo(created.containerId());
        assertThat(host.inspect("web").getState().getStartedAt()).isEqualTo(startedAt);
        assertThat(context.effects()).isEmpty();
        assertThat(names()).containsExactly("web");
    }

    @Test
    void theOrderOfWhatIsAskedDoesNotMatter() {
        run(asked("volumes", "/srv/b:/b:ro\n/srv/a:/a", "ports", "9002:2\n9001:1", "labels", "b=1\na=2"));
        Map<String, String> reordered =
                asked("volumes", "/srv/a:/a:rw\n/srv/b:/b:ro", "ports", "9001:1\n9002:2", "labels", "a=2\nb=1");
        assertThat(plan(reordered).summary()).isEqualTo("Nothing would change.");
        assertThat(run(reordered).changed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "always", "unless-stopped", "on-failure", "on-failure:3"})
    void everyRestartPolicyIsAsAskedTheSecondTime(String policy) {
        run(asked("restart", policy));
        assertThat(plan(asked("restart", policy)).summary()).isEqualTo("Nothing would change.");
        assertThat(run(asked("restart", policy)).changed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8080:8080", "ADDRESS:8080:8080", "0.0.0.0:8080:8080", "8080:8080\n8081:8080", ""})
    void everyFormOfPortIsAsAskedTheSecondTime(String form) {
        String ports = form.replace("ADDRESS", host.address());
        run(asked("ports", ports));
        assertThat(plan(asked("ports", ports)).summary()).isEqualTo("Nothing would change.");
        assertThat(run(asked("ports", ports)).changed()).isFalse();
    }

    @Test
    void theLeastThatCanBeAskedForIsAsAskedTheSecondTime() {
        Map<String, String> least = Map.of("host", HOST, "name", "web", "image", first);
        run(least);
        assertThat(plan(least).summary()).isEqualTo("Nothing would change.");
        assertThat(run(least).changed()).isFalse();
    }

    @Test
    void startsWhatIsStopped() {
        DockerRun.Output created = run(asked());
        stop("web");

        DockerPlan.Output plan = plan(asked());
        assertThat(plan.changes()).isTrue();
        assertThat(plan.summary()).isEqualTo("- The container is exited and will be started.");
        DockerRun.Output again = run(asked());
        assertThat(again.changed()).isTrue();
        assertThat(again.containerId()).isEqualTo(created.containerId());
        assertThat(again.summary()).isEqualTo("Container host-01/web was stopped; started it.");
        assertThat(host.inspect("web").getState().getRunning()).isTrue();
        assertThat(names()).containsExactly("web");
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> aspects() {
        return Stream.of(
                aspect("image", null, "image: "),
                aspect("version", "1.0.1", "version: 1.0.0 → 1.0.1"),
                aspect("version", "", "version: 1.0.0 → (none)"),
                aspect("volumes", "/srv/persistent/web:/data:ro", ":/data → /srv/persistent/web:/data:ro"),
                aspect("volumes", "", "volumes: /srv/persistent/web:/data → (none)"),
                aspect("ports", "8081:8080", "ports: 8080:8080 → 8081:8080"),
                aspect("ports", "", "ports: 8080:8080 → (none)"),
                aspect("env", "MODE=half\nTITLE=A = B", "environment MODE: (set) → (changed)"),
                aspect("env", "MODE=full", "environment TITLE: (set) → (none)"),
                aspect("env", "MODE=full\nTITLE=A = B\nMORE=1", "environment MORE: (none) → (set)"),
                aspect("secretEnv", "TOKEN=secret:other-token", "environment TOKEN: (set) → (changed)"),
                aspect("secretEnv", "", "environment TOKEN: (set) → (none)"),
                aspect("labels", "team=other", "label team: platform → other"),
                aspect("labels", "", "label team: platform → (none)"),
                aspect("labels", "team=platform\nmore=1", "label more: (none) → 1"),
                aspect("memory", "128MiB", "memory limit: 64 MiB → 128 MiB"),
                aspect("memory", "", "memory limit: 64 MiB → (none)"),
                aspect("cpus", "1", "CPU limit: 0.5 → 1"),
                aspect("restart", "always", "restart policy: unless-stopped → always"),
                aspect("healthTest", "CMD-SHELL\nfalse", "health check: CMD-SHELL true"),
                aspect("healthTest", "", "→ (none)"),
                aspect("healthInterval", "PT2S", "PT1S"),
                aspect("healthRetries", "3", "retries 2"));
    }

    private static org.junit.jupiter.params.provider.Arguments aspect(String key, String value, String said) {
        return org.junit.jupiter.params.provider.Arguments.of(key, value, said);
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("aspects")
    void replacesWhatDiffersInOneAspectAndKeepsTheEarlierOne(String key, String value, String said) {
        DockerRun.Output old = run(asked());
        Map<String, String> wanted = asked(key, value == null ? second : value);

        DockerPlan.Output plan = plan(wanted);
        assertThat(plan.changes()).isTrue();
        assertThat(plan.summary().lines().toList()).singleElement().asString().contains(said);
        assertThat(plan.summary()).doesNotContain("secret-value");
        assertThat(plan.runningVersion()).isEqualTo("1.0.0");
        DockerRun.Output done = run(wanted);

        assertThat(done.changed()).isTrue();
        assertThat(done.summary())
                .isEqualTo("Replaced container host-01/web; the earlier one is kept, stopped, as web--previous.");
        assertThat(host.inspect("web").getId()).isEqualTo(done.containerId()).isNotEqualTo(old.containerId());
        assertThat(host.inspect("web").getState().getRunning()).isTrue();
        assertThat(host.inspect("web--previous").getId()).isEqualTo(old.containerId());
        assertThat(host.inspect("web--previous").getState().getRunning()).isFalse();
        assertThat(names()).containsExactly("web", "web--previous");
        assertThat(plan(wanted).changes()).isFalse();
        assertThat(run(wanted).changed()).isFalse();
    }

    @Test
    void aRotatedSecretIsNoticedAndNeverShown() {
        run(asked());
        bench.secrets.put("web-token", "rotated-secret-value");

        TestContext context = bench.context();
        DockerPlan.Output plan = bench.run(DockerPlan.class, context, asked());
        assertThat(plan.summary()).isEqualTo("- environment TOKEN: (set) → (changed)");
        bench.run(DockerRun.class, context, asked());

        assertThat(host.inspect("web").getConfig().getEnv()).contains("TOKEN=rotated-secret-value");
        assertThat(String.join("\n", context.lines()) + context.effects()).doesNotContain("secret-value");
    }

    @Test
    void onlyTheNewestEarlierContainerIsKept() {
        run(asked());
        DockerRun.Output middle = run(asked("version", "1.0.1"));
        run(asked("version", "1.0.2"));
        assertThat(names()).containsExactly("web", "web--previous");
        assertThat(host.inspect("web--previous").getId()).isEqualTo(middle.containerId());
    }

    @Test
    void aForeignContainerOfThatNameIsRefusedByPlanAndRun() {
        String foreign = host.docker(client ->
                client.createContainerCmd(first).withName("web").exec().getId());

        for (StepFailure failure :
                List.of(bench.failure(DockerPlan.class, asked()), bench.failure(DockerRun.class, asked()))) {
            assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
            assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
            assertThat(failure)
                    .hasMessageContaining("On host-01 there is a container web (" + foreign.substring(0, 12))
                    .hasMessageContaining("that Muster did not create")
                    .hasMessageContaining("left alone");
        }
        assertThat(names()).containsExactly("web");
        assertThat(host.inspect("web").getId()).isEqualTo(foreign);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web--next", "web--previous"})
    void aForeignContainerUnderAHelpersNameIsNamedAndNothingIsTouched(String name) {
        DockerRun.Output old = run(asked());
        host.docker(client -> client.createContainerCmd(first).withName(name).exec());

        StepFailure failure = bench.failure(DockerRun.class, asked("version", "2"));

        assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(failure).hasMessageContaining("a container " + name + " (");
        assertThat(host.inspect("web").getId()).isEqualTo(old.containerId());
        assertThat(host.inspect("web").getState().getRunning()).isTrue();
        assertThat(names()).containsExactly("web", name);
        assertThat(bench.failure(DockerPlan.class, asked("version", "2")).reason())
                .isEqualTo(Reason.CONFLICT);
    }

    @Test
    void aPortThatIsTakenIsSaidAndNothingElseIsTouched() {
        run(asked("name", "other", "ports", "9090:8080"));
        DockerRun.Output old = run(asked());
        Map<String, String> wanted = asked("ports", "9090:8080");

        StepFailure failure = bench.failure(DockerRun.class, wanted);

        assertThat(failure).isInstanceOf(StepFailure.Fatal.class);
        assertThat(failure.reason()).isEqualTo("PortTaken");
        assertThat(failure)
                .hasMessageContaining("9090")
                .hasMessageContaining("Something else listens on that port")
                .hasMessageContaining("The new container web is there and does not run.")
                .hasMessageContaining("The earlier one is kept, stopped, as web--previous.");
        assertThat(names()).containsExactly("other", "web", "web--previous");
        assertThat(host.inspect("web").getState().getRunning()).isFalse();
        assertThat(host.inspect("web--previous").getId()).isEqualTo(old.containerId());
        assertThat(host.inspect("other").getState().getRunning()).isTrue();

        StepFailure again = bench.failure(DockerRun.class, wanted);
        assertThat(again.reason()).isEqualTo("PortTaken");
        assertThat(again)
                .hasMessageContaining("The new container web is there and does not run.")
                .hasMessageContaining("web--previous");

        stop("other");
        assertThat(run(wanted).changed()).isTrue();
        assertThat(host.inspect("web").getState().getRunning()).isTrue();
        assertThat(names()).containsExactly("other", "web", "web--previous");
    }

    @Test
    void aContainerThatNeverRanDoesNotTakeThePlaceOfTheEarlierOne() {
        run(asked("name", "other", "ports", "9090:8080"));
        DockerRun.Output good = run(asked());
        bench.failure(DockerRun.class, asked("version", "2", "ports", "9090:8080"));

        run(asked("version", "2", "ports", "9091:8080"));

        assertThat(host.inspect("web--previous").getId()).isEqualTo(good.containerId());
        assertThat(names()).containsExactly("other", "web", "web--previous");
    }

    @Test
    void anImageThatWasNotPulledIsSaidAndTheOldContainerGoesOn() throws IOException {
        DockerRun.Output old = run(asked());
        String missing = host.publishIdle("3.0.0");

        StepFailure failure = bench.failure(DockerRun.class, asked("image", missing));

        assertThat(failure.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(failure).hasMessageContaining(missing).hasMessageContaining("dockerPull");
        assertThat(host.inspect("web").getId()).isEqualTo(old.containerId());
        assertThat(host.inspect("web").getState().getRunning()).isTrue();
        assertThat(names()).containsExactly("web");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        Map<String, String> wrong = asked(
                "volumes", "data:/data\n/srv/../etc:/x",
                "ports", "80\n70000:1",
                "secretEnv", "TOKEN=hunter2-plain\nMODE=secret:web-token\nBAD=secret:no such name",
                "labels", "io.muster.run=x\na,b=c",
                "env", "MODE=full\nA,B=c",
                "memory", "0");
        for (StepFailure failure :
                List.of(bench.failure(DockerPlan.class, wrong), bench.failure(DockerRun.class, wrong))) {
            assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
            assertThat(failure.reason()).isEqualTo(Reason.INVALID_INPUT);
            assertThat(failure)
                    .hasMessageContaining("'data:/data'")
                    .hasMessageContaining("'/srv/../etc:/x'")
                    .hasMessageContaining("port '80'")
                    .hasMessageContaining("port '70000:1'")
                    .hasMessageContaining("secret environment TOKEN must be a reference secret:NAME")
                    .hasMessageContaining("secret environment BAD")
                    .hasMessageContaining("MODE is given twice, as environment and as secret environment")
                    .hasMessageContaining("label 'io.muster.run'")
                    .hasMessageContaining("label 'a,b'")
                    .hasMessageContaining("environment 'A,B'")
                    .hasMessageContaining("memory");
            assertThat(failure.getMessage()).doesNotContain("hunter2-plain").doesNotContain("first-secret-value");
        }
        assertThat(names()).isEmpty();
    }

    // What a crash at each point of a replacement leaves behind; the same step is then run again.

    private String createdNext(Map<String, String> wanted) {
        run(with(wanted, "name", "scratch", "ports", ""));
        host.docker(
                client -> client.removeContainerCmd("scratch").withForce(true).exec());
        return host.docker(client -> client.createContainerCmd(second)
                .withName("web--next")
                .withLabels(Map.of("io.muster.service", "web"))
                .withHostConfig(HostConfig.newHostConfig().withPortBindings(PortBinding.parse("8080:8080")))
                .exec()
                .getId());
    }

    private static Map<String, String> with(Map<String, String> input, String... changed) {
        Map<String, String> copy = new HashMap<>(input);
        for (int i = 0; i < changed.length; i += 2) {
            copy.put(changed[i], changed[i + 1]);
        }
        return copy;
    }

    private void goesOnToTheEnd(Map<String, String> wanted, String old) {
        assertThat(plan(wanted).changes()).isTrue();
        DockerRun.Output done = run(wanted);
        assertThat(done.changed()).isTrue();
        assertThat(host.inspect("web").getId()).isEqualTo(done.containerId());
        assertThat(host.inspect("web").getState().getRunning()).isTrue();
        assertThat(host.inspect("web").getConfig().getImage()).isEqualTo(second);
        assertThat(host.inspect("web--previous").getId()).isEqualTo(old);
        assertThat(host.inspect("web--previous").getState().getRunning()).isFalse();
        assertThat(names()).containsExactly("web", "web--previous");
        assertThat(run(wanted).changed()).isFalse();
    }

    private static Map<String, String> newer() {
        return asked("image", second, "version", "2.0.0");
    }

    @Test
    void goesOnAfterACrashBetweenCreatingAndStopping() {
        String old = run(asked()).containerId();
        createdNext(newer());
        goesOnToTheEnd(newer(), old);
    }

    @Test
    void goesOnAfterACrashBetweenStoppingAndRenaming() {
        String old = run(asked()).containerId();
        createdNext(newer());
        stop("web");
        goesOnToTheEnd(newer(), old);
    }

    @Test
    void goesOnAfterACrashBetweenTheTwoRenamings() {
        String old = run(asked()).containerId();
        createdNext(newer());
        stop("web");
        host.docker(client ->
                client.renameContainerCmd(old).withName("web--previous").exec());
        goesOnToTheEnd(newer(), old);
    }

    @Test
    void goesOnAfterACrashBetweenRenamingAndStarting() {
        String old = run(asked()).containerId();
        String made = run(newer()).containerId();
        // As if it had never been started: the engine refuses to unstart one, a stopped one is as near as it gets.
        stop(made);
        goesOnToTheEnd(newer(), old);
        assertThat(host.inspect("web").getId()).isEqualTo(made);
    }

    @Test
    void goesOnAfterACrashBeforeTheFirstStart() {
        Map<String, String> wanted = asked("ports", "9090:8080");
        run(asked("name", "other", "ports", "9090:8080"));
        bench.failure(DockerRun.class, wanted);
        assertThat(host.inspect("web").getState().getStartedAt()).startsWith(NEVER.substring(0, 10));
        assertThat(plan(wanted).summary()).isEqualTo("- The container is created and will be started.");
        stop("other");
        String id = host.inspect("web").getId();
        assertThat(run(wanted).containerId()).isEqualTo(id);
        await().until(() -> host.inspect("web").getState().getRunning());
        assertThat(names()).containsExactly("other", "web");
    }
}
