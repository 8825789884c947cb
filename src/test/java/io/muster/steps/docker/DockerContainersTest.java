package io.muster.steps.docker;

import static io.muster.steps.TestEngineHost.HOST;
import static io.muster.steps.TestEngineHost.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.Bench;
import io.muster.steps.TestEngineHost;
import io.muster.steps.TwiceEqualsOnce;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Docker steps other than plan and run, against an engine. */
class DockerContainersTest {

    private static final Map<String, String> WEB = Map.of("host", HOST, "name", "web");

    @TempDir
    static Path directory;

    private static Bench bench;
    private static TestEngineHost host;
    private static String idle;

    @BeforeAll
    static void begin() throws IOException {
        bench = new Bench(directory.resolve("data"));
        host = new TestEngineHost(directory, bench);
        idle = pull(host.publishIdle("1.0.0"));
    }

    private static String pull(String image) {
        bench.run(DockerPull.class, Map.of("host", HOST, "image", image));
        return image;
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

    private static String started(String image, String... more) {
        Map<String, String> input = new java.util.HashMap<>(
                Map.of("host", HOST, "name", "web", "image", image, "version", "1.0.0", "restart", "no"));
        for (int i = 0; i < more.length; i += 2) {
            input.put(more[i], more[i + 1]);
        }
        return bench.run(DockerRun.class, input).containerId();
    }

    private static String script(String tag, String script) throws IOException {
        return pull(host.publish(tag, script));
    }

    private static boolean running() {
        return Boolean.TRUE.equals(host.inspect("web").getState().getRunning());
    }

    // dockerPull

    @Test
    @TwiceEqualsOnce("dockerPull")
    void pullsWhatIsNotThereAndOnlyOnce() throws IOException {
        String image = host.publish("pull-me", "exit 0");
        TestContext context = bench.context();
        DockerPull.Output pulled = bench.run(DockerPull.class, context, Map.of("host", HOST, "image", image));
        assertThat(pulled.changed()).isTrue();
        assertThat(pulled.imageId()).startsWith("sha256:");
        assertThat(context.effects()).containsExactly("docker pull host-01/" + image);
        assertThat(context.lines()).last().asString().isEqualTo("Pulled " + image);

        TestContext second = bench.context();
        DockerPull.Output again = bench.run(DockerPull.class, second, Map.of("host", HOST, "image", image));
        assertThat(again).isEqualTo(new DockerPull.Output(false, pulled.imageId()));
        assertThat(second.effects()).isEmpty();
    }

    @Test
    void aDigestThatTheRegistryDoesNotHaveIsSaid() {
        String missing = REPOSITORY + "@sha256:" + "0".repeat(64);
        StepFailure failure = bench.failure(DockerPull.class, Map.of("host", HOST, "image", missing));
        assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
        assertThat(failure.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(failure).hasMessageContaining(missing).hasMessageContaining("host-01");
    }

    @Test
    void anImageThatHasATagBesideItsDigestIsTheSameImage() {
        String tagged = idle.replace("@", ":1.0.0@");
        assertThat(bench.run(DockerPull.class, Map.of("host", HOST, "image", tagged))
                        .imageId())
                .startsWith("sha256:");
    }

    @Test
    void aHostWithoutAnEngineIsNamed() {
        bench.hosts.put("plain", TestEngineHost.host("plain", Optional.empty()));
        StepFailure failure = bench.failure(DockerPull.class, Map.of("host", "plain", "image", idle));
        assertThat(failure.reason()).isEqualTo(Reason.NOT_IN_INVENTORY);
        assertThat(failure).hasMessageContaining("plain").hasMessageContaining("`docker`");
        StepFailure unknown = bench.failure(DockerPull.class, Map.of("host", "host-1", "image", idle));
        assertThat(unknown.reason()).isEqualTo(Reason.NOT_IN_INVENTORY);
        assertThat(unknown).hasMessageContaining("host-1").hasMessageContaining("host-01");
    }

    // dockerStop

    @Test
    @TwiceEqualsOnce("dockerStop")
    void stopsOnceAndSaysTheExitCode() throws IOException {
        // A first process that has set no trap yet does not even notice the signal.
        started(script("ready", "trap 'exit 3' TERM; echo ready; while :; do sleep 1000 & wait $!; done"));
        await().until(() -> bench.run(DockerLogs.class, WEB).bytes() > 0);
        assertThat(bench.run(DockerStop.class, WEB)).isEqualTo(new DockerStop.Output(true, 3));
        assertThat(running()).isFalse();
        TestContext context = bench.context();
        assertThat(bench.run(DockerStop.class, context, WEB)).isEqualTo(new DockerStop.Output(false, 3));
        assertThat(context.effects()).isEmpty();
    }

    @Test
    void killsWhatDoesNotEndInItsGrace() throws IOException {
        started(script("stubborn", "trap '' TERM; while :; do sleep 1; done"));
        Map<String, String> input = Map.of("host", HOST, "name", "web", "graceSeconds", "0");
        assertThat(bench.run(DockerStop.class, input)).isEqualTo(new DockerStop.Output(true, 137));
    }

    @Test
    void whatIsMissingCannotBeStoppedReadOrChecked() {
        for (StepFailure failure : List.of(
                bench.failure(DockerStop.class, WEB),
                bench.failure(DockerLogs.class, WEB),
                bench.failure(CheckContainer.class, WEB))) {
            assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
            assertThat(failure.reason()).isEqualTo(Reason.NOT_FOUND);
            assertThat(failure).hasMessageStartingWith("There is no container web on host-01.");
        }
    }

    // dockerRemove

    @Test
    @TwiceEqualsOnce("dockerStart")
    void startsWhatIsStoppedOnce() {
        started(idle);
        bench.run(DockerStop.class, Map.of("host", HOST, "name", "web"));
        assertThat(running()).isFalse();
        TestContext context = bench.context();
        assertThat(bench.run(DockerStart.class, context, Map.of("host", HOST, "name", "web"))
                        .changed())
                .isTrue();
        assertThat(running()).isTrue();
        assertThat(context.effects()).containsExactly("docker start host-01/web");
        assertThat(bench.run(DockerStart.class, Map.of("host", HOST, "name", "web"))
                        .changed())
                .isFalse();
        assertThat(bench.failure(DockerStart.class, Map.of("host", HOST, "name", "nobody"))
                        .reason())
                .isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    @TwiceEqualsOnce("dockerRemove")
    void removesAStoppedContainerOnce() {
        started(idle);
        bench.run(DockerStop.class, WEB);
        assertThat(bench.run(DockerRemove.class, WEB).changed()).isTrue();
        assertThat(host.find("web")).isEmpty();
        TestContext context = bench.context();
        assertThat(bench.run(DockerRemove.class, context, WEB).changed()).isFalse();
        assertThat(context.effects()).isEmpty();
    }

    /** One that somebody started by hand may bear a service's name. */
    @Test
    void aContainerOfNobodysOrOfAnotherServiceIsNeitherStoppedNorRemovedNorTakenForIt() {
        started(idle);
        Map<String, String> others = Map.of("host", HOST, "name", "web", "service", "shop");
        TestContext context = bench.context();
        for (StepFailure failure : List.of(
                bench.failure(DockerInspect.class, context, others),
                bench.failure(DockerStop.class, context, others),
                bench.failure(DockerRemove.class, context, others))) {
            assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
            assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
            assertThat(failure).hasMessageContaining("It was left alone");
        }
        assertThat(context.effects()).isEmpty();
        assertThat(running()).isTrue();

        Map<String, String> ours = Map.of("host", HOST, "name", "web", "service", "web");
        assertThat(bench.run(DockerInspect.class, ours).exists()).isTrue();
        assertThat(bench.run(DockerStop.class, ours).changed()).isTrue();
        assertThat(bench.run(DockerRemove.class, ours).changed()).isTrue();
        assertThat(bench.run(DockerInspect.class, ours).exists()).isFalse();
    }

    private static String productions(String name) {
        return host.docker(client -> client.createContainerCmd(idle)
                .withName(name)
                .withLabels(Map.of("io.muster.service", "web", "io.muster.environment", "production"))
                .exec()
                .getId());
    }

    /** Environments may share a host, and have services of one name. */
    @Test
    void aContainerOfAnotherEnvironmentIsNotTouched() {
        String id = productions("web");
        host.docker(client -> client.startContainerCmd(id).exec());
        Map<String, String> ours = Map.of("host", HOST, "name", "web", "service", "web");
        Map<String, String> asked = Map.of("host", HOST, "name", "web", "image", idle);
        TestContext context = bench.context();
        for (StepFailure failure : List.of(
                bench.failure(DockerInspect.class, context, ours),
                bench.failure(DockerStop.class, context, ours),
                bench.failure(DockerRemove.class, context, ours),
                bench.failure(DockerPlan.class, context, asked),
                bench.failure(DockerRun.class, context, asked))) {
            assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
            assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
            assertThat(failure)
                    .hasMessageContaining("that is not of service web of environment test: its labels say"
                            + " io.muster.service=web, io.muster.environment=production. It was left alone.")
                    .hasMessageNotContaining("did not create");
        }
        assertThat(context.effects()).isEmpty();
        assertThat(host.inspect("web").getId()).isEqualTo(id);
        assertThat(running()).isTrue();
    }

    @Test
    void theEarlierContainerOfAnotherEnvironmentIsNotReplaced() {
        String id = productions("web--previous");
        started(idle);
        TestContext context = bench.context();
        StepFailure failure = bench.failure(
                DockerRun.class, context, Map.of("host", HOST, "name", "web", "image", idle, "version", "2"));
        assertThat(failure).hasMessageContaining("a container web--previous (").hasMessageContaining("=production");
        assertThat(context.effects()).isEmpty();
        assertThat(host.inspect("web--previous").getId()).isEqualTo(id);
    }

    @Test
    void aRunningContainerIsRemovedOnlyByForce() {
        started(idle);
        StepFailure failure = bench.failure(DockerRemove.class, WEB);
        assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(failure)
                .hasMessageContaining("host-01/web is running")
                .hasMessageContaining("dockerStop")
                .hasMessageContaining("`force`");
        assertThat(running()).isTrue();
        assertThat(bench.run(DockerRemove.class, Map.of("host", HOST, "name", "web", "force", "true"))
                        .changed())
                .isTrue();
        assertThat(host.find("web")).isEmpty();
    }

    @Test
    void removingAContainerLeavesItsDataAlone() throws IOException {
        started(script("writer", "echo kept > /data/file"), "volumes", "/srv/persistent/web:/data");
        await().until(() -> !running());
        bench.run(DockerRemove.class, WEB);
        assertThat(host.root().resolve("srv/persistent/web/file")).hasContent("kept");
    }

    // dockerInspect

    @Test
    void absenceIsAnAnswer() {
        DockerInspect.Output output = bench.run(DockerInspect.class, WEB);
        assertThat(output.exists()).isFalse();
        assertThat(output.status()).isEqualTo("absent");
        assertThat(output.health()).isEqualTo("none");
    }

    @Test
    void saysWhatRunsAndThenThatItEnded() {
        String id = started(idle);
        DockerInspect.Output output = bench.run(DockerInspect.class, WEB);
        assertThat(output.exists()).isTrue();
        assertThat(output.status()).isEqualTo("running");
        assertThat(output.health()).isEqualTo("none");
        assertThat(output.image()).isEqualTo(idle);
        assertThat(output.version()).isEqualTo("1.0.0");
        assertThat(output.containerId()).isEqualTo(id);
        assertThat(output.restarts()).isZero();
        bench.run(DockerStop.class, WEB);
        assertThat(bench.run(DockerInspect.class, WEB).status()).isEqualTo("exited");
    }

    // dockerLogs

    @Test
    void copiesTheLastLinesOfBothStreams() throws IOException {
        started(script("talker", "echo one; echo two; echo bad >&2; echo three"));
        await().until(() -> !running());
        TestContext context = bench.context();
        DockerLogs.Output all = bench.run(DockerLogs.class, context, WEB);
        assertThat(String.join("", context.lines())).contains("one\n", "two\n", "three\n", "bad\n");
        assertThat(all.bytes()).isEqualTo("one\ntwo\nbad\nthree\n".length());

        TestContext last = bench.context();
        bench.run(DockerLogs.class, last, Map.of("host", HOST, "name", "web", "lines", "1"));
        assertThat(last.lines()).hasSize(2);
        assertThat(last.lines().get(1)).endsWith("bytes of the log of host-01/web");
    }

    @Test
    void aLogWithNothingInItIsNoFailure() {
        started(idle);
        assertThat(bench.run(DockerLogs.class, WEB).bytes()).isZero();
    }

    // checkContainer

    private static final String HEALTHY_FILE = "[ -f /data/ok ] && echo fine || { echo broken pipe; exit 1; }";

    private static String[] health() {
        return new String[] {
            "volumes", "/srv/persistent/web:/data",
            "healthTest", "CMD-SHELL\n" + HEALTHY_FILE,
            "healthInterval", "PT0.2S",
            "healthRetries", "2"
        };
    }

    private static void makeHealthy(boolean healthy) {
        try {
            Path file = host.root().resolve("srv/persistent/web/ok");
            java.nio.file.Files.createDirectories(file.getParent());
            java.nio.file.Files.deleteIfExists(file);
            if (healthy) {
                java.nio.file.Files.createFile(file);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String healthOf() {
        return host.inspect("web").getState().getHealth().getStatus();
    }

    private static Map<String, String> check(String... more) {
        Map<String, String> input = new java.util.HashMap<>(WEB);
        for (int i = 0; i < more.length; i += 2) {
            input.put(more[i], more[i + 1]);
        }
        return input;
    }

    @Test
    void aContainerWithoutAHealthCheckNeedsOnlyToRun() {
        started(idle);
        assertThat(bench.run(CheckContainer.class, WEB)).isEqualTo(new CheckContainer.Output("none", 0));
    }

    @Test
    void waitsUntilAContainerIsHealthyAndThenThatItStaysSo() {
        makeHealthy(true);
        started(idle, health());
        TestContext context = bench.context()
                .whilePausing(() -> await().until(() -> healthOf().equals("healthy")));
        CheckContainer.Output output = bench.run(CheckContainer.class, context, check("stableFor", "PT5S"));
        assertThat(output).isEqualTo(new CheckContainer.Output("healthy", 0));
        assertThat(context.instant()).isAfterOrEqualTo(java.time.Instant.parse("2026-01-01T00:00:05Z"));
        assertThat(context.lines()).last().asString().endsWith("runs, health healthy, stable for PT5S");
    }

    @Test
    void oneThatTurnsUnhealthyWhileItIsWatchedFailsWithWhatItsHealthCheckSaid() {
        makeHealthy(true);
        started(idle, health());
        await().until(() -> healthOf().equals("healthy"));
        TestContext context = bench.context().whilePausing(() -> {
            makeHealthy(false);
            await().until(() -> healthOf().equals("unhealthy"));
        });
        StepFailure failure = bench.failure(CheckContainer.class, context, check("stableFor", "PT1M"));
        assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
        assertThat(failure.reason()).isEqualTo(Reason.CHECK_FAILED);
        assertThat(failure)
                .hasMessageContaining("host-01/web is unhealthy (status running, health unhealthy, restarts 0)")
                .hasMessageContaining("\"broken pipe\"")
                .hasMessageContaining("It was left as it is");
        assertThat(running()).isTrue();
    }

    @Test
    void oneWhoseProbesHaveBegunToFailIsWatchedUntilTheyTell() {
        makeHealthy(true);
        started(
                idle,
                "volumes",
                "/srv/persistent/web:/data",
                "healthTest",
                "CMD-SHELL\n" + HEALTHY_FILE,
                "healthInterval",
                "PT0.2S",
                "healthRetries",
                "20");
        await().until(() -> healthOf().equals("healthy"));
        makeHealthy(false);
        await().until(() -> host.inspect("web").getState().getHealth().getFailingStreak() > 0);
        TestContext context = bench.context()
                .whilePausing(() -> await().until(() -> healthOf().equals("unhealthy")));
        StepFailure failure = bench.failure(CheckContainer.class, context, check());
        assertThat(failure).hasMessageContaining("host-01/web is unhealthy");
        assertThat(context.instant()).isAfter(java.time.Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void oneThatIsNotHealthyInTimeFails() {
        makeHealthy(false);
        started(idle, "healthTest", "CMD-SHELL\nfalse", "healthInterval", "PT1H");
        StepFailure failure = bench.failure(CheckContainer.class, check("within", "PT3S"));
        assertThat(failure.reason()).isEqualTo(Reason.CHECK_FAILED);
        assertThat(failure).hasMessageContaining("did not become healthy within PT3S");
    }

    @Test
    void oneThatEndsWhileItIsWatchedFailsWithItsExitCode() throws IOException {
        started(script("mortal", ENDS_WHEN_ASKED), "volumes", "/srv/persistent/web:/data");
        TestContext context = bench.context().whilePausing(() -> {
            place("end");
            await().until(() -> !running());
        });
        StepFailure failure = bench.failure(CheckContainer.class, context, check("stableFor", "PT1M"));
        assertThat(failure.reason()).isEqualTo(Reason.CHECK_FAILED);
        assertThat(failure).hasMessageContaining("has ended with exit code 7");
    }

    @Test
    void oneThatItsEngineRestartsWhileItIsWatchedFails() throws IOException {
        // An engine does not restart what its API has killed, so it must end by itself.
        started(script("fragile", ENDS_WHEN_ASKED), "restart", "always", "volumes", "/srv/persistent/web:/data");
        TestContext context = bench.context().whilePausing(() -> {
            if (host.inspect("web").getRestartCount() == 0) {
                place("end");
                await().until(() -> host.inspect("web").getRestartCount() == 1 && running());
            }
        });
        StepFailure failure = bench.failure(CheckContainer.class, context, check("stableFor", "PT1M"));
        assertThat(failure.reason()).isEqualTo(Reason.CHECK_FAILED);
        assertThat(failure)
                .hasMessageContaining("restarted while it was watched")
                .hasMessageContaining("restarts 1");
    }

    private static final String ENDS_WHEN_ASKED = "while [ ! -f /data/end ]; do sleep 0.1; done; rm /data/end; exit 7";

    private static void place(String name) {
        try {
            java.nio.file.Files.createFile(
                    host.root().resolve("srv/persistent/web").resolve(name));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void oneThatAPersonRestartsWhileItIsWatchedFails() {
        started(idle);
        String before = host.inspect("web").getState().getStartedAt();
        TestContext context = bench.context().whilePausing(() -> {
            if (host.inspect("web").getState().getStartedAt().equals(before)) {
                host.docker(client ->
                        client.restartContainerCmd("web").withTimeout(2).exec());
            }
        });
        StepFailure failure = bench.failure(CheckContainer.class, context, check("stableFor", "PT1M"));
        assertThat(failure).hasMessageContaining("restarted while it was watched");
    }

    @Test
    void oneThatIsReplacedWhileItIsWatchedFails() {
        started(idle);
        TestContext context = bench.context().whilePausing(() -> {
            if (host.find("web--previous").isEmpty()) {
                started(idle, "env", "A=1");
            }
        });
        StepFailure failure = bench.failure(CheckContainer.class, context, check("stableFor", "PT1M"));
        assertThat(failure).hasMessageContaining("restarted while it was watched");
    }

    @Test
    void waitingEndsWhenTheRunIsCancelled() {
        started(idle, "healthTest", "CMD-SHELL\nfalse", "healthInterval", "PT1H");
        TestContext context = bench.context();
        context.whilePausing(context::cancel);
        assertThat(bench.failure(CheckContainer.class, context, check()).reason())
                .isEqualTo(Reason.CANCELLED);
    }
}
