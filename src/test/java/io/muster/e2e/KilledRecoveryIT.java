package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.journal.AuditChain;
import io.muster.journal.JournalDatabase;
import io.muster.remote.DockerEngines;
import io.muster.steps.SandboxBench;
import io.muster.storage.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is killed while it backs up, restores and wipes: the next one goes on where it was. The hosts stand beside it, so
 * they live on. A sample: {@code -Dkilled.rounds} (4 take every point at least once) says how often each of the three is killed,
 * {@code -Dkilled.seed} at which points.
 */
@Tag("long")
class KilledRecoveryIT {

    private static final int ROUNDS = Integer.getInteger("killed.rounds", 1);
    private static final int SEED = Integer.getInteger("killed.seed", (int) (System.currentTimeMillis() / 86_400_000L));
    private static final String HOST = SandboxBench.HOST;
    private static final String DATA = "/srv/persistent/notes";
    private static final String STORE = "/srv/persistent/backups/sandbox/notes";
    private static final String NEVER = "none";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final List<String> BACKUP = shuffled(
            "effect=take backup:after:1",
            "succeed=take-backup:before:1",
            "effect=seal backup:after:1",
            "succeed=seal-backup:before:1");
    private static final List<String> RESTORE = shuffled(
            "effect=stage restore:after:1",
            "succeed=stage-restore:before:1",
            "effect=swap data:after:1",
            "succeed=swap-data:before:1",
            "effect=remove replaced data:after:1");
    private static final String WIPED = "effect=wipe container:after:1";
    private static final List<String> WIPE =
            shuffled(WIPED, "effect=wipe data:after:1", "succeed=remove-service:before:1");

    @TempDir
    static Path directory;

    private static SandboxBench on;
    private static TestDatabase database;
    private MusterProcess muster;

    @BeforeAll
    static void begin() throws IOException {
        on = new SandboxBench(directory);
        database = TestDatabase.create();
    }

    @AfterAll
    static void end() {
        on.close();
        database.close();
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (muster != null) {
            muster.kill();
        }
    }

    private static List<String> shuffled(String... points) {
        List<String> all = new ArrayList<>(List.of(points));
        Collections.shuffle(all, new Random(SEED));
        return all;
    }

    /** A server that is killed at the point; what one before it left goes on. */
    private void life(String point) throws IOException {
        muster = MusterProcess.killedAt(
                point,
                directory.resolve("logs"),
                Map.of(
                        "SPRING_DATASOURCE_URL", database.url(),
                        "SPRING_DATASOURCE_USERNAME", database.user(),
                        "SPRING_DATASOURCE_PASSWORD", database.password(),
                        "MUSTER_DATA_DIR", directory.resolve("server").toString(),
                        "MUSTER_INVENTORY", on.sandbox.inventory().toString(),
                        "MUSTER_SECRETS_DIR", on.sandbox.secrets().toString(),
                        "MUSTER_ADMIN_USER", "first.admin",
                        "MUSTER_ADMIN_PASSWORD", "Correct-Horse-7-Staple",
                        // Its accounts, and no schedules.
                        "MUSTER_SANDBOX_ACTIVE", "true"),
                "--camunda.bpm.job-execution.lock-time-in-millis=2000",
                "--camunda.bpm.job-execution.wait-time-in-millis=100",
                "--camunda.bpm.job-execution.max-wait=300");
    }

    private void awaitDeath() {
        await().atMost(PATIENCE).until(() -> !muster.alive());
    }

    private Runs runs() {
        return new Runs(muster.api());
    }

    private String started(String runbook, Map<String, ?> variables) {
        return new Lifecycle(muster.api()).started(runbook, "notes", variables);
    }

    @Test
    void whatWasKilledGoesOnWhereItWasAndDoesEverythingOnce() throws Exception {
        life(BACKUP.get(0));
        for (int round = 1; round <= ROUNDS; round++) {
            boolean last = round == ROUNDS;
            runs().deployed("notes", "1.1.0");
            aLotOfData(round);
            String id = backedUp(RESTORE.get(round % RESTORE.size()));
            restored(id, last ? WIPED : WIPE.get(round % WIPE.size()));

            String wipe = started("service-wipe", Map.of("backup", id, "scope", "data"));
            runs().decide(wipe, "approve-wipe", true, "Go.");
            awaitDeath();
            if (last) {
                somethingNewIsLeftAlone(wipe);
            } else {
                life(BACKUP.get(round % BACKUP.size()));
                ended(wipe, "service-wiped");
            }
            assertThat(on.inside(HOST, DATA)).doesNotExist();
            assertThat(beside()).isEmpty();
            assertThat(containers()).doesNotContain("notes");
        }
    }

    private String backedUp(String next) throws IOException {
        String backup = started("service-backup", Map.of());
        awaitDeath();
        life(next);
        ended(backup, "service-backed-up");
        return theOnlyBackup(backup);
    }

    /** Over data that was changed since. */
    private void restored(String backup, String next) throws Exception {
        Map<String, String> backedUp = content();
        Files.writeString(on.inside(HOST, DATA + "/file-0"), "overwritten by mistake");
        Files.writeString(on.inside(HOST, DATA + "/since"), "written since");
        String restore = started("service-restore", Map.of("backup", backup));
        runs().decide(restore, "approve-restore", true, "Go.");
        awaitDeath();
        life(next);
        ended(restore, "service-restored");
        assertThat(content()).isEqualTo(backedUp);
        assertThat(beside()).isEmpty();
    }

    /** While no server ran somebody made the container anew: it is asked, and goes on when that one is taken away. */
    private void somethingNewIsLeftAlone(String wipe) throws IOException {
        String made = madeByHand();
        life(NEVER);
        JsonNode failed = runs().awaitState(wipe, "FAILED");
        assertThat(failed.at("/problems/0/message").asText())
                .contains("is not the one whose wipe was approved", "was left alone");
        assertThat(running("notes")).isEqualTo(made);
        assertThat(on.inside(HOST, DATA + "/file-0")).exists();

        call(docker -> docker.removeContainerCmd(made).withForce(true).exec());
        String task = failed.at("/tasks/0/id").asText();
        Api.Answer answer = runs().complete("operator", task, Map.of("decision", "retry", "reason", "It is gone."));
        assertThat(answer.status()).as(answer.body()).isEqualTo(204);
        assertThat(runs().awaitState(wipe, "COMPLETED").path("outcome").asText())
                .isEqualTo("service-wiped");
    }

    private String madeByHand() {
        String image = call(docker -> {
            var old = docker.inspectContainerCmd("notes").exec();
            docker.removeContainerCmd(old.getId()).withForce(true).exec();
            return old.getConfig().getImage();
        });
        return call(docker -> {
            String id =
                    docker.createContainerCmd(image).withName("notes").exec().getId();
            docker.startContainerCmd(id).exec();
            return id;
        });
    }

    private String running(String container) {
        return call(docker -> {
            var found = docker.inspectContainerCmd(container).exec();
            assertThat(found.getState().getRunning()).isTrue();
            return found.getId();
        });
    }

    private List<String> containers() {
        return call(docker -> docker.listContainersCmd().withShowAll(true).exec().stream()
                .map(found -> found.getNames()[0].substring(1))
                .toList());
    }

    private <T> T call(java.util.function.Function<com.github.dockerjava.api.DockerClient, T> call) {
        var environment = on.bench.environment();
        return on.bench
                .get(DockerEngines.class)
                .call(environment, environment.hosts().get(HOST), "a test", call);
    }

    /** It ended without a person, by one attempt of each step, and its evidence is whole. */
    private void ended(String run, String outcome) {
        JsonNode ended = runs().awaitState(run, "COMPLETED");
        assertThat(ended.path("outcome").asText()).as(ended.toPrettyString()).isEqualTo(outcome);
        assertThat(StreamSupport.stream(ended.path("steps").spliterator(), false)
                        .filter(step -> !step.path("state").asText().equals("NOT_RUN")))
                .allMatch(step -> step.path("state").asText().equals("SUCCEEDED")
                        && step.path("attempt").asInt() == 1);
        assertThat(ended.path("decisions")).isEmpty();
        assertThat(new AuditChain(new JournalDatabase(database.dataSource()))
                        .verify(run)
                        .problems())
                .isEmpty();
    }

    private static String theOnlyBackup(String run) throws IOException {
        List<String> own = new ArrayList<>();
        try (Stream<Path> there = Files.list(on.inside("monitoring-01", STORE))) {
            for (Path backup : there.toList()) {
                assertThat(backup.getFileName().toString()).doesNotContain(".incoming");
                assertThat(backup.toFile().list()).containsExactlyInAnyOrder("MANIFEST.yml", "data.tar");
                if (Files.readString(backup.resolve("MANIFEST.yml")).contains(run)) {
                    own.add(backup.getFileName().toString());
                }
            }
        }
        assertThat(own).hasSize(1);
        return own.get(0);
    }

    private static void aLotOfData(int seed) throws IOException {
        byte[] bytes = new byte[300_000];
        for (int i = 0; i < 20; i++) {
            new Random(seed * 100L + i).nextBytes(bytes);
            Files.write(on.inside(HOST, DATA + "/file-" + i), bytes);
        }
    }

    private static Map<String, String> content() throws Exception {
        Map<String, String> found = new TreeMap<>();
        Path root = on.inside(HOST, DATA);
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                found.put(root.relativize(file).toString(), HexFormat.of().formatHex(digest));
            }
        }
        return found;
    }

    /** What a restore or a wipe has beside the data while it is at it. */
    private static List<String> beside() throws IOException {
        try (Stream<Path> names = Files.list(on.inside(HOST, "/srv/persistent"))) {
            return names.map(name -> name.getFileName().toString())
                    .filter(name -> name.contains(".muster-"))
                    .toList();
        }
    }
}
